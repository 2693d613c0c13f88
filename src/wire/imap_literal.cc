// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/imap_literal.hh"

#include <algorithm>

namespace lorelei::wire {

namespace {

std::string_view without_separator(std::string_view message) {
  if (!message.starts_with("From ") && !message.starts_with(">From ")) return message;
  const auto end = message.find('\n');
  return end == std::string_view::npos ? std::string_view() : message.substr(end + 1);
}

std::size_t bare_line_feeds(std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    if (at == 0 || text[at - 1] != '\r') ++count;
  return count;
}

}  // namespace

std::size_t imap_literal_size(std::string_view message) {
  const auto text = without_separator(message);
  return text.size() + bare_line_feeds(text);
}

void append_imap_literal(std::string& out, std::string_view message) {
  auto rest = without_separator(message);
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    out.append(rest, 0, end);
    if (end == rest.size()) break;
    out.append(end != 0 && rest[end - 1] == '\r' ? "\n" : "\r\n");
    rest.remove_prefix(end + 1);
  }
}

}  // namespace lorelei::wire
