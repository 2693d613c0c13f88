// SPDX-License-Identifier: GPL-3.0-or-later
// The libraries that the program was built with, for reports of faults.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace lorelei::search {

// Name and version: {"Xapian", "1.4.22"}.
std::vector<std::pair<std::string, std::string>> linked_libraries();

}  // namespace lorelei::search
