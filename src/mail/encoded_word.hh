// SPDX-License-Identifier: GPL-3.0-or-later
// Encoded words in header values (RFC 2047), read as leniently as mail is written:
//
//   "=?" CHARSET ["*" LANGUAGE] "?" ("B" | "Q") "?" TEXT "?="       TEXT: anything but "?", also spaces and nothing
//
//   * words stand anywhere, also inside other words and quotes
//   * neighbours with the same charset, language and encoding are joined before they are decoded, because mail programs
//     cut inside characters; white space between any two words goes
//   * padding in the middle of base64 text does not end it
//   * bytes that are not of the charset become U+FFFD; a word in a charset that nobody knows stays, set off by a space
#pragma once
#include <string_view>

#include "mail/characters.hh"

namespace lorelei::mail {

// "=?" occurs, so that decoding may change something.
inline bool may_hold_encoded_words(std::string_view text) { return text.find("=?") != text.npos; }
Text decode_encoded_words(const Text&);

}  // namespace lorelei::mail
