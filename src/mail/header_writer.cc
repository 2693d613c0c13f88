// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/header_writer.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::mail {

namespace {

constexpr std::size_t kLineLimit = 75;     // columns that lines are folded at
constexpr std::size_t kLongestWord = 400;  // that stays in one piece; RFC 5322 allows lines of 998 bytes
constexpr std::string_view kWordStart = "=?utf-8?q?", kWordEnd = "?=";
constexpr std::size_t kWordTextLimit = kLineLimit - kWordStart.size() - kWordEnd.size();

bool is_printable_ascii(char c) { return c >= ' ' && c <= '~'; }

// UTF-8 on one line.
std::string flat(std::string_view text) {
  auto line = to_utf8_lossy(text);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  return line;
}

bool can_stand_as_it_is(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), is_printable_ascii) || text.find("=?") != text.npos) return false;
  const auto words = split_words(text);
  return std::all_of(words.begin(), words.end(), [](std::string_view word) { return word.size() <= kLongestWord; });
}

// Words with a blank between, which readers take away again.
std::string encoded(std::string_view text) {
  std::string words, word;
  const auto end_word = [&] {
    if (word.empty()) return;
    words += (words.empty() ? "" : " ") + std::string(kWordStart) + word + std::string(kWordEnd);
    word.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto length = code_point_at(text, at).length;
    std::string character;
    for (const char c : text.substr(at, length)) {
      if (is_alnum(c) || (c != '\0' && std::string_view("!*+-/.,").find(c) != std::string_view::npos))
        character += c;
      else if (c == ' ')
        character += '_';
      else
        character += fmt::format("={:02X}", static_cast<unsigned char>(c));
    }
    if (word.size() + character.size() > kWordTextLimit) end_word();
    word += character;
    at += length;
  }
  end_word();
  return words;
}

std::string folded(std::string_view name, std::string_view value) {
  std::string field = std::string(name) + ":";
  std::size_t column = field.size();
  for (const auto word : split_words(value)) {
    if (column + 1 + word.size() > kLineLimit && column > 1) {
      field += '\n';
      column = 0;
    }
    field.append(" ").append(word);
    column += 1 + word.size();
  }
  return field + "\n";
}

std::string phrase(std::string_view name) {
  const auto is_atom = [](char c) {
    return is_alnum(c) || (c != '\0' && std::string_view(" !#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos);
  };
  if (!can_stand_as_it_is(name)) return encoded(squeeze_spaces(name));
  if (std::all_of(name.begin(), name.end(), is_atom)) return std::string(name);
  return "\"" + replace_all(replace_all(name, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

bool is_message_id(std::string_view id) {
  return !id.empty() && id.size() <= kLongestWord && std::all_of(id.begin(), id.end(), [](char c) {
    return is_printable_ascii(c) && c != ' ' && c != '<' && c != '>';
  });
}

}  // namespace

std::string text_field(std::string_view name, std::string_view text) {
  const auto line = flat(text);
  return folded(name, can_stand_as_it_is(line) ? line : encoded(squeeze_spaces(line)));
}

bool is_writable_address(std::string_view address) {
  const auto at = address.find('@');
  if (at == 0 || at == address.npos || at + 1 == address.size() || address.size() > 254) return false;
  if (address.find('@', at + 1) != address.npos) return false;
  return std::all_of(address.begin(), address.end(), [](char c) {
    return c > ' ' && c <= '~' && std::string_view("()<>,;:\\\"[]").find(c) == std::string_view::npos;
  });
}

std::string address_field(std::string_view name, const std::vector<Correspondent>& people) {
  std::string field;
  std::size_t column = 0;
  for (const auto& person : people) {
    if (!is_writable_address(person.address)) continue;
    const auto called = flat(person.name);
    const auto mailbox = trim(called).empty() || called == person.address
                             ? person.address
                             : phrase(trim(called)) + " <" + person.address + ">";
    if (field.empty()) {
      field = std::string(name) + ":";
      column = field.size();
    } else {
      field += ',';
      ++column;
    }
    // A long name is folded within, at the blanks of its encoded words.
    for (const auto word : split_words(mailbox)) {
      if (column + 2 + word.size() > kLineLimit && column > name.size() + 1) {
        field += '\n';
        column = 0;
      }
      field.append(" ").append(word);
      column += 1 + word.size();
    }
  }
  return field.empty() ? field : field + "\n";
}

std::string from_field(const Correspondent& person) {
  constexpr std::size_t kMaxLine = 998;  // RFC 5322, 2.1.1
  auto folded = address_field("From", {person});
  auto line = replace_all(folded, "\n ", " ");
  return line.size() <= kMaxLine ? line : folded;
}

std::string ids_field(std::string_view name, const std::vector<std::string>& ids) {
  std::string field;
  for (const auto& id : ids)
    if (is_message_id(id)) field += (field.empty() ? std::string(name) + ": <" : "\n <") + id + ">";
  return field.empty() ? field : field + "\n";
}

}  // namespace lorelei::mail
