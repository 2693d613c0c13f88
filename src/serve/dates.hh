// SPDX-License-Identifier: GPL-3.0-or-later
// Moments in UTC, as protocols and logs write them. now: seconds since 1970.
#pragma once
#include <cstdint>
#include <string>

namespace lorelei::serve {

std::string http_date(std::int64_t now);  // "Sat, 21 Nov 2026 12:34:56 GMT" (RFC 9110 5.6.7)
std::string mail_date(std::int64_t now);  // "Sat, 21 Nov 2026 12:34:56 +0000" (RFC 5322 3.3)
std::string log_date(std::int64_t now);   // "21/Nov/2026:12:34:56 +0000", as web servers log

}  // namespace lorelei::serve
