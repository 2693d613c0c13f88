// SPDX-License-Identifier: GPL-3.0-or-later
// "did you mean ...?": the known word that a mistyped one was most likely meant to be.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace lorelei {

// The candidate that takes the fewest slips of the hand (a letter too much, missing, wrong, or two swapped) to become
// word, or that word abbreviates; empty if none is near. Letter case does not count. The first of equals wins.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace lorelei
