// SPDX-License-Identifier: GPL-3.0-or-later
// Lists of people as headers and settings have them.
#pragma once
#include <string>
#include <vector>

#include "patch/trailers.hh"

namespace lorelei::workflow {

// "Ann <ann@x>, bob@y": names decoded; who has no address is left out.
std::vector<patch::Person> people_in(const std::string& list);

}  // namespace lorelei::workflow
