// SPDX-License-Identifier: GPL-3.0-or-later
// What a mail server says over SMTP, as values: bytes as the network brings them in, whole replies out.
//
//   250-mail.example.org CRLF        a reply of several lines: all have the same code, "-" says that one more follows
//   250-SIZE 10240000 CRLF
//   250 2.1.0 ok CRLF                the last; "2.1.0" is the enhanced code
//
// A lone LF ends a line, too. Foreign bytes: each is looked at once; a line or a reply beyond its limit is an error.
// Source: RFC 5321 4.2, RFC 2034 and 3463 (enhanced codes), RFC 1870 (SIZE), 2920 (PIPELINING), 3207 (STARTTLS), 4954
// (AUTH), 6152 (8BITMIME), 6531 (SMTPUTF8).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace lorelei::wire {

inline constexpr std::size_t kMaxSmtpLine = 8 << 10;  // RFC 5321 allows 512 bytes; SASL challenges are longer
inline constexpr std::size_t kMaxSmtpLines = 100;     // of a reply; answers to EHLO have 20

struct SmtpReply {
  int code = 0;                    // 200 to 599
  std::string enhanced = {};       // "5.1.1"; empty if there is none
  std::vector<std::string> lines;  // at least one; without code, enhanced code and line end

  bool is_done() const { return code / 100 == 2; }
  bool wants_more() const { return code / 100 == 3; }
  bool is_passing() const { return code / 100 == 4; }  // the same may succeed later
  std::string text() const;                            // "550 5.1.1 no such user", in one line, printable
};

class SmtpReader {
 public:
  void feed(std::string_view bytes);
  // The next reply; nothing: more bytes are needed. Errors: kCorrupt (no reply, or its codes differ), kTooLarge; both
  // again at each further call.
  Result<std::optional<SmtpReply>> next();
  // Nothing was fed that next() has not given.
  bool is_empty() const { return at_ == buffer_.size() && lines_.empty(); }

 private:
  std::string buffer_;
  std::size_t at_ = 0;              // in buffer_: what is not yet taken
  std::size_t scanned_ = 0;         // up to here there is no LF
  int code_ = 0;                    // of lines_
  std::vector<std::string> lines_;  // of an unfinished reply
};

// What an answer to EHLO offers.
struct SmtpExtensions {
  bool start_tls = false, pipelining = false, eight_bit = false, utf8_addresses = false, size = false;
  std::uint64_t size_limit = 0;              // bytes of a mail; 0: it does not say one
  std::vector<std::string> mechanisms = {};  // of AUTH, upper case

  bool has_mechanism(std::string_view name) const;
};
SmtpExtensions parse_smtp_extensions(const SmtpReply&);

}  // namespace lorelei::wire
