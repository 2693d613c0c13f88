// SPDX-License-Identifier: GPL-3.0-or-later
// Words and white space in a Text: those of Unicode where it was decoded, those of ASCII in bytes.
#pragma once
#include <string_view>

#include "base/text.hh"
#include "mail/characters.hh"
#include "mail/unicode_words.hh"

namespace lorelei::lei {

// The character of text at a position, and what it is.
struct Character {
  char32_t value;
  std::size_t length;  // in bytes
  bool is_word, is_space;
};

inline Character character_at(std::string_view text, std::size_t at, mail::Text::Form form) {
  const char byte = text[at];
  if (static_cast<unsigned char>(byte) < 0x80)
    return {static_cast<char32_t>(byte), 1, is_alnum(byte) || byte == '_', is_space(byte)};
  if (form == mail::Text::Form::kBytes) return {static_cast<unsigned char>(byte), 1, false, false};
  const auto point = code_point_at(text, at);
  return {point.value, point.length, mail::is_word_character(point.value), mail::is_white_space(point.value)};
}

// Nothing but white space, or nothing at all.
inline bool is_blank(std::string_view text, mail::Text::Form form) {
  for (std::size_t at = 0; at < text.size();) {
    const auto c = character_at(text, at, form);
    if (!c.is_space) return false;
    at += c.length;
  }
  return true;
}

// From the first character on that is not white space.
inline std::string_view without_leading_space(std::string_view text, mail::Text::Form form) {
  while (!text.empty()) {
    const auto c = character_at(text, 0, form);
    if (!c.is_space) break;
    text.remove_prefix(c.length);
  }
  return text;
}

}  // namespace lorelei::lei
