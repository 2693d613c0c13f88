// SPDX-License-Identifier: GPL-3.0-or-later
// What each step does, in words: what it reads and writes, what it waits for, where it goes on.
#pragma once
#include <string>

#include "modelcheck/model.hh"

namespace lorelei::modelcheck {

// A paragraph for each label of the algorithm, in the order of the source; without an algorithm, for each named step.
std::string explained(const Model&);

}  // namespace lorelei::modelcheck
