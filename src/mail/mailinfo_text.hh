// SPDX-License-Identifier: GPL-3.0-or-later
// How git mailinfo decodes: quoted-printable, base64, encoded words, charsets (mail/mailinfo.hh). A text ends for it at
// the first NUL; nothing else is ever too broken for the two encodings, but a charset may fail.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mail/mailinfo.hh"

namespace lorelei::mail {

// SP HT LF CR: what git means by white space.
constexpr bool is_git_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
std::string_view git_trim_end(std::string_view);
std::string_view git_trim(std::string_view);
bool is_git_blank(std::string_view);
std::string_view until_nul(std::string_view);

// Both append to out what text decodes to, up to its first NUL.
enum class Underscore { kItself, kSpace };
void append_quoted_printable(std::string_view text, Underscore, std::string& out);
void append_base64(std::string_view text, std::string& out);

// Text of a charset as UTF-8, by iconv(3).
class MailinfoCharset {
 public:
  explicit MailinfoCharset(std::string_view name);  // any; an empty name is UTF-8
  MailinfoCharset(MailinfoCharset&&) noexcept;
  MailinfoCharset& operator=(MailinfoCharset&&) noexcept;
  ~MailinfoCharset();
  const std::string& name() const { return name_; }
  bool is_utf8() const { return kind_ == Kind::kUtf8; }
  // Whether converting it cannot change this text, nor fail.
  bool leaves_alone(std::string_view text) const;
  // The text, which is in itself or in storage; nothing if this charset is not known or the text is not of it.
  std::optional<std::string_view> convert(std::string_view text, std::string& storage);

 private:
  enum class Kind { kUtf8, kContainsAscii, kOther };
  struct Handle;
  std::string name_;
  Kind kind_ = Kind::kUtf8;
  std::unique_ptr<Handle> handle_;
};

// Converts or not, and remembers whether that was a question.
class MailinfoConversion {
 public:
  explicit MailinfoConversion(Charsets charsets) : charsets_(charsets) {}
  // As MailinfoCharset::convert(); the text itself where charsets are kept.
  std::optional<std::string_view> convert(std::string_view text, MailinfoCharset&, std::string& storage);
  bool other_charset() const { return other_charset_; }

 private:
  Charsets charsets_;
  bool other_charset_ = false;
};

// RFC 2047 in the value of a header, up to its first NUL; nothing if a word is broken or cannot be converted.
std::optional<std::string> decode_mailinfo_words(std::string_view value, MailinfoConversion&);

}  // namespace lorelei::mail
