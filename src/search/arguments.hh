// SPDX-License-Identifier: GPL-3.0-or-later
// From the words of a command line to one query. A shell takes the quotes away: `q s:"request queue"` arrives as
// "s:request queue", and what was meant has to be guessed. The guesses are lei's, made visible where ours differ.
//
//   each argument by itself, then joined by spaces:
//   1. ends with a date (rt:1.month.ago..)         as it stands
//   2. has white space, and somewhere outside quotes an upper-case operator, a parenthesis, a quote or two prefixes
//                                                  as it stands: an expression (lei makes a phrase of it; we say so)
//   3. has white space                             a phrase: what follows its prefix, or all of it, is quoted
//   4. anything else                               as it stands
//
// A line end at the end of an argument is removed; a backslash and a line end are white space.
#pragma once
#include <string>
#include <vector>

#include "search/prefixes.hh"

namespace lorelei::search {

struct ArgumentQuery {
  std::string text;
  std::vector<std::string> notes;  // one line each
};
ArgumentQuery query_of_arguments(const std::vector<std::string>&, const PrefixSet& = {});

}  // namespace lorelei::search
