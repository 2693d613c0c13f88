// SPDX-License-Identifier: GPL-3.0-or-later
// How IMAP writes things in commands: strings, dates, and mailbox names in modified UTF-7.
//
//   atom      seen, INBOX.linux      quoted    "with \"quotes\" and spaces"      literal   {5}CRLF hello
//   date      "17-Nov-2026 03:05:05 +0000"
//   name      t&APw-r is tür, A&-B is A&B      (base64 of UTF-16 between & and -, "," in place of "/")
//
// Source: RFC 3501 5.1.3 and 9.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lorelei::wire {

// True if text can stand between quotation marks: 7 bits, no NUL, CR, LF. Anything else has to be a literal.
bool imap_can_quote(std::string_view text);
// text as an atom if it is one, else quoted. Before: imap_can_quote(text).
std::string imap_astring(std::string_view text);

// In UTC, with its quotation marks.
std::string imap_date(std::int64_t seconds_since_1970);
// Without quotation marks; a day of one digit may have a space or nothing before it.
std::optional<std::int64_t> parse_imap_date(std::string_view);

// Bytes that are not UTF-8 are replaced.
std::string imap_name_of_utf8(std::string_view utf8);
// Nothing if the name is not well-formed; it may then be UTF-8 as it stands.
std::optional<std::string> utf8_of_imap_name(std::string_view name);

// A flag or keyword that can be sent: an atom, perhaps with one "\" before it.
bool is_imap_flag(std::string_view);

}  // namespace lorelei::wire
