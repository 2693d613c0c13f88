// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/c_habits.hh"

#include <utility>

namespace lorelei::tla {

std::string_view in_place_of(std::string_view word) {
  constexpr std::pair<std::string_view, std::string_view> kHabits[] = {
      {"&&", "and is /\\"},
      {"and", "and is /\\"},
      {"||", "or is \\/"},
      {"or", "or is \\/"},
      {"!", "not is ~"},
      {"not", "not is ~"},
      {"!=", "not equal is # or /="},
      {"==", "equal is =, as == begins a definition"},
      {"++", "x := x + 1"},
      {"--", "x := x - 1"},
      {"true", "TRUE"},
      {"false", "FALSE"},
      {"/", "a comment begins with \\* or stands between (* and *)"},  // of "/*"
      {"//", "a comment begins with \\* or stands between (* and *)"},
  };
  for (const auto& [c, tla] : kHabits)
    if (word == c) return tla;
  return {};
}

}  // namespace lorelei::tla
