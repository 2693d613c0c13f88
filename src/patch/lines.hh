// SPDX-License-Identifier: GPL-3.0-or-later
// The lines of a text, one after the other, and the white space in them.
#pragma once
#include <string_view>

namespace lorelei::patch {

// Takes the first line off rest, without its LF.
inline std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

// The same with its LF, if it has one.
inline std::string_view next_whole_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end == std::string_view::npos ? end : end + 1);
  rest.remove_prefix(line.size());
  return line;
}

// What git calls white space: not the vertical tab, not the form feed.
constexpr bool is_git_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace lorelei::patch
