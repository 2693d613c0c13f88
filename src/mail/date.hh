// SPDX-License-Identifier: GPL-3.0-or-later
// Dates of mail headers: RFC 822 with all its age, and what else mail programs have written.
//
// The usual form is found anywhere in the value:
//
//   [Thu,] 21 Nov 2002 [,] 12:34[:56] +0100     "." may stand for ":", one digit for two; a zone is required: digits
//                                               with or without sign, UT, GMT, Z, EST..PDT
//
// Two-digit years below 50 and three-digit ones follow RFC 2822. Anything impossible (31 Feb, second 60, a month that
// is not English, a time before 1970) makes the date unusable. Other forms: mail/other_date.hh.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace lorelei::mail {

struct Time {
  std::int64_t seconds = 0;  // since 1970; below 0 only where a zone takes a date of 1970 there
  int zone_minutes = 0;      // east of Greenwich, less than 14 hours; larger ones count in seconds, but are 0 here
};

// The time, or nothing if the text holds none.
std::optional<Time> parse_mail_date(std::string_view);
// With the zone that is $TZ's at that time.
Time local_time(std::int64_t seconds);

// The first "1 Jan 2020 12:34:56 +0000" of a Received header; a number for the zone is required.
std::optional<Time> parse_received_date(std::string_view);

// Seconds since 1970 of a date and time in UTC; nothing if there is no such time. month: 1..12.
std::optional<std::int64_t> seconds_of(std::int64_t year, int month, int day, int hour, int minute, int second);

}  // namespace lorelei::mail
