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

std::optional<std::vector<std::string>> shell_words(std::string_view line) {
  std::vector<std::string> words;
  bool is_within = false;  // a word, maybe an empty one
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (!quote && is_space(c)) {
      is_within = false;
      continue;
    }
    if (!is_within) words.emplace_back();
    is_within = true;
    const bool escapes = c == '\\' && quote != '\'' && i + 1 < line.size();
    if (escapes && (!quote || line[i + 1] == '"' || line[i + 1] == '\\'))
      words.back() += line[++i];
    else if (quote ? c == quote : c == '\'' || c == '"')
      quote = quote ? 0 : c;
    else
      words.back() += c;
  }
  if (quote) return std::nullopt;
  return words;
}

}  // namespace lorelei
