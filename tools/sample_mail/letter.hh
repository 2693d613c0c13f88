// SPDX-License-Identifier: GPL-3.0-or-later
// A mail before it is bytes, and the ways in which mail programs make bytes of it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sample_mail/people.hh"

namespace lorelei::sample {

enum class Transfer { kAsIs, kQuotedPrintable, kBase64 };

struct Letter {
  Person from;
  std::vector<std::string> to, cc;                           // as in the header
  std::string subject;                                       // UTF-8
  std::int64_t sent = 0;                                     // seconds since 1970
  std::string id;                                            // without <>
  std::vector<std::string> references;                       // oldest first; the last one is answered to
  std::vector<std::pair<std::string, std::string>> headers;  // further ones, as they are written
  std::string body;                                          // UTF-8
  Transfer transfer = Transfer::kAsIs;
};

// The message as its author sends it: headers, empty line, body. A body in ASCII goes without MIME headers unless its
// transfer says otherwise.
std::string to_bytes(const Letter&);

// "Sat, 21 Nov 2026 12:34:56 +0100"
std::string mail_date(std::int64_t seconds, int zone_minutes);
std::string date_digits(std::int64_t seconds);  // "20261121123456", UTC
// As it is, or as encoded words (base64) of at most 75 characters, folded.
std::string header_text(std::string_view utf8);
std::string header_mailbox(const Person&);
std::string quoted_printable(std::string_view bytes);
std::string base64_lines(std::string_view bytes);  // 76 columns
bool is_ascii(std::string_view);

}  // namespace lorelei::sample
