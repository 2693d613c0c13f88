// SPDX-License-Identifier: GPL-3.0-or-later
// What there is to know of a series that is being prepared, as lines "KEY: VALUE" for people and scripts; the keys are
// b4's.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "workflow/prep_branch.hh"

namespace lorelei::workflow {

using InfoLines = std::vector<std::pair<std::string, std::string>>;
Result<InfoLines> info_of(const Env&, const PrepBranch&);

}  // namespace lorelei::workflow
