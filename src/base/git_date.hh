// SPDX-License-Identifier: GPL-3.0-or-later
// What people write for a point in time: 1.month.ago, last.friday, yesterday.17:00, 2021-01-01, may.2021, 1636129583.
//
// The one idea: git's own reading of a date decides what it means, and a stricter reader beside it decides whether it
// means anything. Git never refuses: words it does not know are skipped, so "foo" is now and "1d" the first of this
// month. kGit is that reading, for compatibility. kStrict gives the same value or an error that names the first word
// no rule has used; and it knows 7d, 2w, 48h, 3mo and 1y.
//
// A date and a time that are both complete make an absolute date. Otherwise the words are taken from left to right,
// starting from now in the zone of $TZ; punctuation only separates:
//
//   N unit [ago]      unit: second minute hour day week month year, with or without s; a month has no fixed length
//   N unit from now   lies ahead (to git it lies back)
//   last UNIT, one ... ten UNIT, N WEEKDAY (the N-th before today), last WEEKDAY
//   yesterday today now never, noon midnight tea (17:00), 5pm, 10:30[:15]
//   2021-01-31  2021/01/31  1/31/2021  31.1.2021  2021  may  may.5  5.may.2021
//
// What is left open is taken from now, the time of day too: 2021-01-01 is the time that it is now on that day.
// today, noon, midnight and tea mean what git 2.55 means by them, everything else is git 2.39's reading, including
// that the year must lie in 1970 to 2099; but numbers beyond 32 bits are not cut:
//
//   today                          00:00 today; beside a time of day, that time today (before: now)
//   noon midnight tea              the last one that has passed
//   the same beside a day          that time on that day, in either order: tea.yesterday is 17:00 yesterday
//
// Foreign bytes: one pass, no recursion; longer than kMaxDate is an error.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace lorelei {

inline constexpr std::size_t kMaxDate = 1'000;  // bytes

enum class DateReading { kStrict, kGit };

// The word that spoils a date.
struct DateProblem {
  std::size_t offset = 0, length = 0;  // bytes of the text
  std::string why;                     // "'foo' says nothing about a time"
  std::string suggestion;              // the whole text mended, "5.minutes.ago"; empty if there is none
};

// Seconds since 1970, perhaps negative. `now` is what relative dates start from.
tl::expected<std::int64_t, DateProblem> parse_date(std::string_view text, std::int64_t now,
                                                   DateReading = DateReading::kStrict);

}  // namespace lorelei
