// SPDX-License-Identifier: GPL-3.0-or-later
// A value from a mail that may or may not have been decoded yet.
//
// The one idea: an undecoded header (raw 8-bit bytes) and a decoded one (an encoded word, a body with a charset) are
// both std::string, and they meet: From: headers are joined, texts are hashed. The reference joins them as characters,
// each undecoded byte being one character of ISO 8859-1, and much of what an index holds depends on it. So a Text
// says which of the two it is, and joining is done here only.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::mail {

struct Text {
  enum class Form {
    kBytes,       // as they came; each byte counts as one character
    kCharacters,  // UTF-8 of what was decoded
  };
  std::string bytes;
  Form form = Form::kBytes;

  bool operator==(const Text&) const = default;
};

// Appends; if one of the two is characters, the sum is, and the other's bytes count as ISO 8859-1.
void append(Text& to, const Text& more);
void append(Text& to, std::string_view more_bytes);
Text joined(const std::vector<Text>&, std::string_view ascii_separator);

// UTF-8 of its characters: raw bytes of unknown charset come out as ISO 8859-1.
std::string to_utf8(const Text&);
// Raw bytes that are UTF-8 become characters; and characters that are all below U+0100 and read as UTF-8 when taken
// as bytes (a mail program encoded twice) are decoded once more, else they become bytes.
void decode_utf8(Text&);

// Well-formed as the reference sees it in headers: surrogates and values beyond U+10FFFF pass, overlong forms do not.
bool is_utf8_lax(std::string_view);
bool is_ascii(std::string_view);

}  // namespace lorelei::mail
