// SPDX-License-Identifier: GPL-3.0-or-later
// A mail on its way into SMTP: whether it may go there as it is, and the bytes that go.
//
// Mail here has LF at the ends of its lines. On the wire they are CRLF, a line that begins with a dot gets another one
// in front, and the last line is ended (RFC 5321 4.5.2); nothing else changes, so that a signature stays good. What
// does not arrive as it was is refused: a CR would become part of a line end, or end a mail for some server and begin
// another (smuggling); NUL and lines beyond the limit are cut or refused on the way.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lorelei::wire {

inline constexpr std::size_t kMaxSmtpMailLine = 998;  // bytes, without the line end (RFC 5321 4.5.3.1.6)
inline constexpr std::size_t kMaxSmtpAddress = 254;   // RFC 5321 4.5.3.1.3, without its brackets

struct SmtpMailFacts {
  enum class Flaw { kNone, kCarriageReturn, kNul, kLongLine };
  Flaw flaw = Flaw::kNone;       // the first
  std::size_t line = 0;          // where it is, from 1
  bool has_8bit = false;         // bytes beyond 127
  std::uint64_t size_bytes = 0;  // as SIZE counts: with CRLF, without the dots of transparency
};
SmtpMailFacts smtp_mail_facts(std::string_view mail);

// The bytes behind the answer to DATA, without the dot that ends them; ends with CRLF unless mail is empty.
// Before: the facts name no flaw.
std::string smtp_data(std::string_view mail);
inline constexpr std::string_view kSmtpEnd = ".\r\n";

// Whether it can stand between "<" and ">" of MAIL and RCPT: a local part, "@" and a domain, no blanks, no brackets, no
// control characters, valid UTF-8.
bool is_smtp_address(std::string_view);

}  // namespace lorelei::wire
