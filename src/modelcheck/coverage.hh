// SPDX-License-Identifier: GPL-3.0-or-later
// What of a model was made use of: how often each step was taken, and which conditions always came out the same.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "modelcheck/check.hh"

namespace lorelei::modelcheck {

// explored: of a whole search. Goes through all states within the constraints once more. Throws EvaluationError.
Coverage coverage_of(Model&, const Explored&);
// A table, and the conditions behind it.
std::string to_text(const Coverage&);

}  // namespace lorelei::modelcheck
