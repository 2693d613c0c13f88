// SPDX-License-Identifier: GPL-3.0-or-later
// Charsets by the names that mail gives them, and their bytes as UTF-8.
//
// The one idea: the set of names is that of the Encode module of Perl, which public-inbox indexes with, not that of the
// C library: a charset that the reference does not know makes it fall back to UTF-8, and so must we. UTF-8, ASCII and
// ISO 8859-1 are our own code; other single-byte charsets are tables, filled by iconv(3) once; only the rest (East
// Asian, UTF-16, UTF-7) goes through iconv(3) text by text.
//
// Not known, although the reference knows them: Macintosh charsets beside Roman, symbol fonts, raw JIS and KS tables,
// EBCDIC of BS2000, GSM 03.38. No mail list has text in them.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "mail/characters.hh"

namespace lorelei::mail {

// A byte that names of charsets are made of where they stand in headers.
bool is_charset_char(char);

class Charset {
 public:
  // Any of the reference's names and aliases, any case: "utf8", "UTF-8", "cp1252", "x-sjis", "latin1".
  static std::optional<Charset> find(std::string_view name);
  // As in encoded words: the registered name only, else find(); "utf8" is UTF-8 proper there.
  static std::optional<Charset> find_mime(std::string_view name);
  // The registered name only, as in RFC 2231 parameters.
  static std::optional<Charset> find_registered(std::string_view name);
  static Charset utf8();

  // The text, or nothing if any byte of it is not of this charset.
  std::optional<Text> decode(std::string_view bytes) const;
  // What is not of this charset becomes U+FFFD.
  Text decode_lossy(std::string_view bytes) const;

 private:
  explicit Charset(int row) : row_(row) {}
  int row_;  // of the table in the .cc file
};

}  // namespace lorelei::mail
