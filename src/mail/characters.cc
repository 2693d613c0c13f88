// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/characters.hh"

#include <cstring>
#include <optional>

#include "base/text.hh"

namespace lorelei::mail {

bool is_ascii(std::string_view s) {
  std::size_t at = 0;
  for (; at + 8 <= s.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, s.data() + at, 8);
    if (word & 0x8080808080808080u) return false;
  }
  for (; at < s.size(); ++at)
    if (static_cast<unsigned char>(s[at]) >= 0x80) return false;
  return true;
}

// Bytes that a sequence with this first byte takes; 0 if none starts with it.
static std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;  // continuation bytes, and C0 and C1, which only start overlong forms
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  if (first < 0xf8) return 4;
  if (first < 0xfc) return 5;
  if (first < 0xfe) return 6;
  return 0;
}

bool is_utf8_lax(std::string_view s) {
  for (std::size_t at = 0; at < s.size();) {
    const auto first = static_cast<unsigned char>(s[at]);
    if (first < 0x80) {
      ++at;
      continue;
    }
    const std::size_t length = sequence_length(first);
    if (length == 0 || s.size() - at < length) return false;
    for (std::size_t i = 1; i < length; ++i)
      if ((static_cast<unsigned char>(s[at + i]) & 0xc0) != 0x80) return false;
    const auto second = static_cast<unsigned char>(s[at + 1]);
    const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90) ||
                          (first == 0xf8 && second < 0x88) || (first == 0xfc && second < 0x84);
    if (overlong) return false;
    at += length;
  }
  return true;
}

void append(Text& to, const Text& more) {
  if (to.form == more.form) {
    to.bytes += more.bytes;
  } else if (to.form == Text::Form::kCharacters) {
    to.bytes += is_ascii(more.bytes) ? more.bytes : latin1_to_utf8(more.bytes);
  } else {
    if (!is_ascii(to.bytes)) to.bytes = latin1_to_utf8(to.bytes);
    to.bytes += more.bytes;
    to.form = Text::Form::kCharacters;
  }
}

void append(Text& to, std::string_view more_bytes) {
  if (to.form == Text::Form::kBytes || is_ascii(more_bytes))
    to.bytes += more_bytes;
  else
    to.bytes += latin1_to_utf8(more_bytes);
}

Text joined(const std::vector<Text>& parts, std::string_view ascii_separator) {
  Text all;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) append(all, ascii_separator);
    append(all, parts[i]);
  }
  return all;
}

std::string to_utf8(const Text& text) {
  if (text.form == Text::Form::kCharacters || is_ascii(text.bytes)) return text.bytes;
  return latin1_to_utf8(text.bytes);
}

// The same characters, one byte each; nothing if one is above U+00FF.
static std::optional<std::string> to_latin1(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size(); ++at) {
    const auto byte = static_cast<unsigned char>(utf8[at]);
    if (byte < 0x80) {
      out.push_back(utf8[at]);
      continue;
    }
    if (byte > 0xc3 || at + 1 == utf8.size()) return std::nullopt;
    out.push_back(static_cast<char>((byte & 3) << 6 | (static_cast<unsigned char>(utf8[++at]) & 0x3f)));
  }
  return out;
}

void decode_utf8(Text& text) {
  if (is_ascii(text.bytes)) {
    text.form = Text::Form::kBytes;
    return;
  }
  if (text.form == Text::Form::kCharacters) {
    auto bytes = to_latin1(text.bytes);
    if (!bytes) return;
    text.bytes = *std::move(bytes);
  }
  text.form = is_utf8_lax(text.bytes) ? Text::Form::kCharacters : Text::Form::kBytes;
}

}  // namespace lorelei::mail
