// SPDX-License-Identifier: GPL-3.0-or-later
// Dates that are not RFC 822: what mail programs of three decades wrote into Date headers.
//
//   Thu Nov 21 12:34:56 2002        1 November 2002 1:34 PM PST      2002-11-21T12:34:56Z     21/Nov/02 12:34 GMT+2
//   21-Nov-2002 12:34:56 EDT        Nov 21st, 2002                   20021121 123456          11/21/02 (month first)
//
// The reference asks Date::Parse here, so the same pieces are looked for in the same order, each taken out of the text
// where it was found; if anything is left in the end the text is no date:
//
//   (comments) and the day of the week go · an ISO date, maybe with its time · else a time, am or pm · else a day and
//   month in one of six orders, then a year · "dst" · a zone by name or number
//
// Left out on purpose: where the reference fills in a missing month or day from the clock, there is no date here; a
// time without a zone is UTC, not local time (archives are indexed on servers, and the same everywhere).
#pragma once
#include <optional>
#include <string_view>

#include "mail/date.hh"

namespace lorelei::mail {

inline constexpr std::size_t kMaxDateBytes = 256;  // longer texts are no dates

std::optional<Time> parse_other_date(std::string_view);

// Years as calendars of mail take them: three digits count from 1900, one or two are of the nearest century (as seen
// from 2026: 77 is 1977, 76 is 2076).
std::int64_t full_year(std::int64_t year);

}  // namespace lorelei::mail
