// SPDX-License-Identifier: GPL-3.0-or-later
// The lines of a text, one after the other.
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

}  // namespace lorelei::patch
