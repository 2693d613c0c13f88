// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/imap_cursor.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::wire {

bool ImapCursor::accept(char c) {
  if (rest_.empty() || rest_.front() != c) return false;
  rest_.remove_prefix(1);
  return true;
}

void ImapCursor::skip_spaces() {
  while (accept(' ')) continue;
}

std::string_view ImapCursor::atom() {
  std::size_t length = 0;
  bool in_brackets = false;
  for (; length < rest_.size(); ++length) {
    const char c = rest_[length];
    if (c == '\r' || c == '\n') break;
    if (!in_brackets && (c == ' ' || c == '(' || c == ')')) break;
    if (c == '[') in_brackets = true;
    if (c == ']') in_brackets = false;
  }
  const auto atom = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return atom;
}

std::optional<std::uint64_t> ImapCursor::number() {
  std::size_t length = 0;
  while (length < rest_.size() && is_digit(rest_[length])) ++length;
  const auto value = parse_uint(rest_.substr(0, length));
  if (value) rest_.remove_prefix(length);
  return value;
}

std::optional<std::string> ImapCursor::quoted() {
  if (!accept('"')) return std::nullopt;
  std::string value;
  for (std::size_t i = 0; i < rest_.size(); ++i) {
    if (rest_[i] == '"') {
      rest_.remove_prefix(i + 1);
      return value;
    }
    if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
    value += rest_[i];
  }
  rest_ = {};
  return std::nullopt;
}

std::optional<std::string_view> ImapCursor::literal() {
  accept('~');
  if (!accept('{')) return std::nullopt;
  const auto size = number();
  accept('+');
  if (!size || !rest_.starts_with("}\r\n") || *size > rest_.size() - 3) {
    rest_ = {};
    return std::nullopt;
  }
  const auto value = rest_.substr(3, static_cast<std::size_t>(*size));
  rest_.remove_prefix(3 + value.size());
  return value;
}

std::optional<std::string> ImapCursor::string() {
  if (peek() == '"') return quoted();
  if (peek() == '{' || rest_.starts_with("~{")) {
    const auto bytes = literal();
    return bytes ? std::optional<std::string>(*bytes) : std::nullopt;
  }
  const auto word = atom();
  return word.empty() ? std::nullopt : std::optional<std::string>(word);
}

ImapCursor::Nilable ImapCursor::nilable() {
  const bool is_atom = peek() != '"' && peek() != '{';
  auto value = string();
  if (!value) return {};
  if (is_atom && equal_ignore_case(*value, "NIL")) return {.is_well_formed = true};
  return {.is_well_formed = true, .value = std::move(value)};
}

std::vector<std::string> ImapCursor::flat_list() {
  std::vector<std::string> words;
  if (!accept('(')) return words;
  for (;;) {
    skip_spaces();
    if (at_end() || accept(')')) return words;
    if (peek() == '(') {
      skip_value();
    } else if (auto word = string()) {
      words.push_back(std::move(*word));
    } else {
      return words;
    }
  }
}

bool ImapCursor::skip_value() {
  std::size_t depth = 0;
  do {
    skip_spaces();
    if (at_end()) return false;
    if (accept('(')) {
      ++depth;
    } else if (accept(')')) {
      if (depth == 0) return false;
      --depth;
    } else if (peek() == '{' || rest_.starts_with("~{")) {
      if (!literal()) return false;
    } else if (peek() == '"') {
      if (!quoted()) return false;
    } else if (atom().empty()) {
      return false;
    }
  } while (depth > 0);
  return true;
}

}  // namespace lorelei::wire
