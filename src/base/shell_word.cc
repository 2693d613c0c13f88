// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/shell_word.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei {

std::string shell_word(std::string_view text) {
  const auto is_plain = [](char c) {
    return is_alnum(c) || std::string_view("_-+=./,:@%^").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  return "'" + replace_all(std::string(text), "'", "'\\''") + "'";
}

}  // namespace lorelei
