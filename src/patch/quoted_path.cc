// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/quoted_path.hh"

#include <optional>
#include <utility>

namespace lorelei::patch {

static std::optional<char> named_escape(char c) {
  switch (c) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case '"':
      return '"';
    case '\\':
      return '\\';
    default:
      return std::nullopt;
  }
}

// Three octal digits, at most 377.
static std::optional<char> octal_escape(std::string_view digits) {
  const auto octal = [](char c) { return c >= '0' && c <= '7'; };
  if (digits.size() < 3 || !octal(digits[0]) || digits[0] > '3' || !octal(digits[1]) || !octal(digits[2])) return {};
  return static_cast<char>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0'));
}

std::string unquote_path(std::string_view written) {
  if (written.size() < 2 || written.front() != '"' || written.back() != '"') return std::string(written);
  const auto inside = written.substr(1, written.size() - 2);
  std::string name;
  name.reserve(inside.size());
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] != '\\' || i + 1 == inside.size()) {
      name += inside[i];
    } else if (const auto c = named_escape(inside[i + 1])) {
      name += *c;
      i += 1;
    } else if (const auto byte = octal_escape(inside.substr(i + 1))) {
      name += *byte;
      i += 3;
    } else {
      name += '\\';
    }
  }
  return name;
}

std::optional<QuotedPath> read_quoted_path(std::string_view text) {
  if (!text.starts_with('"')) return std::nullopt;
  std::string name;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return QuotedPath{std::move(name), text.substr(i + 1)};
    if (text[i] != '\\') {
      name += text[i];
    } else if (i + 1 == text.size()) {
      return std::nullopt;
    } else if (const auto c = named_escape(text[i + 1])) {
      name += *c;
      i += 1;
    } else if (const auto byte = octal_escape(text.substr(i + 1))) {
      name += *byte;
      i += 3;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace lorelei::patch
