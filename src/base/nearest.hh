// SPDX-License-Identifier: GPL-3.0-or-later
// "did you mean ...?": the known word that a mistyped one was most likely meant to be.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei {

// How many slips of the hand (a letter too much, missing, wrong, or two swapped) lie between two words. Letter case
// does not count. The time is the product of their lengths.
std::size_t slips(std::string_view, std::string_view);

// The candidate that takes the fewest slips of the hand (a letter too much, missing, wrong, or two swapped) to become
// word, or that word abbreviates; empty if none is near. Letter case does not count. The first of equals wins.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace lorelei
