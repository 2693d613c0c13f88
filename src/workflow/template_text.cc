// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/template_text.hh"

#include "base/text.hh"

namespace lorelei::workflow {

std::string filled_template(std::string_view text, const std::map<std::string, std::string, std::less<>>& values) {
  std::string out;
  const auto is_name = [](char c) { return is_alnum(c) || c == '_'; };
  for (std::size_t i = 0; i < text.size();) {
    const bool is_line_start = i == 0 || text[i - 1] == '\n';
    if (is_line_start && text[i] == '#') {
      i = std::min(text.find('\n', i), text.size() - 1) + 1;
      continue;
    }
    if (text[i] != '$') {
      out += text[i++];
      continue;
    }
    if (text.substr(i, 2) == "$$") {
      out += '$';
      i += 2;
      continue;
    }
    const bool is_braced = text.substr(i, 2) == "${";
    const auto start = i + (is_braced ? 2 : 1);
    auto end = start;
    while (end < text.size() && is_name(text[end])) ++end;
    const bool is_whole = !is_braced || (end < text.size() && text[end] == '}');
    const auto found = is_whole ? values.find(text.substr(start, end - start)) : values.end();
    if (found == values.end()) {
      out += text[i++];
      continue;
    }
    out += found->second;
    i = end + (is_braced ? 1 : 0);
  }
  return out;
}

}  // namespace lorelei::workflow
