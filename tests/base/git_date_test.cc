// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/git_date.hh"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/base/in_zone.hh"

namespace lorelei {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kNow = 1'795'264'496;      // Sat 2026-11-21 12:34:56 UTC
constexpr std::int64_t kMorning = 1'795'258'800;  // the same day, 11:00

std::string utc(std::int64_t seconds) {
  const std::time_t time = seconds;
  struct tm t {};
  gmtime_r(&time, &t);
  char text[40];
  std::strftime(text, sizeof text, "%F %T", &t);
  return text;
}
std::string strict(std::string_view text, std::int64_t now = kNow) {
  const auto seconds = parse_date(text, now);
  return seconds ? utc(*seconds) : "error: " + seconds.error().why;
}
std::string as_git(std::string_view text, std::int64_t now = kNow) {
  return utc(parse_date(text, now, DateReading::kGit).value());
}

struct Row {
  const char* text;
  const char* time;
};

class GitDate : public testing::Test {
 protected:
  InZone zone_{"UTC"};
};

// What the strict reader accepts means what it means to git.
TEST_F(GitDate, RelativeAndAbsoluteForms) {
  const Row rows[] = {
      {"now", "2026-11-21 12:34:56"},
      {"yesterday", "2026-11-20 12:34:56"},
      {"1.day.ago", "2026-11-20 12:34:56"},
      {"1.day", "2026-11-20 12:34:56"},
      {"-1.day", "2026-11-20 12:34:56"},
      {"now-1.day", "2026-11-20 12:34:56"},
      {"yesterday.17:00", "2026-11-20 17:00:00"},
      {"6pm.yesterday", "2026-11-20 18:00:00"},
      {"10am", "2026-11-21 10:00:00"},
      {"3pm", "2026-11-21 15:00:00"},
      {"5:00 pm", "2026-11-21 17:00:00"},
      {"last.week", "2026-11-14 12:34:56"},
      {"one.week.ago", "2026-11-14 12:34:56"},
      {"1,week,ago", "2026-11-14 12:34:56"},
      {"1_WEEK_ago", "2026-11-14 12:34:56"},
      {"two.weeks.ago", "2026-11-07 12:34:56"},
      {"-2.weeks", "2026-11-07 12:34:56"},
      {"1.month.ago", "2026-10-21 12:34:56"},
      {"3.months.ago", "2026-08-21 12:34:56"},
      {"12.months.ago", "2025-11-21 12:34:56"},
      {"last.year", "2025-11-21 12:34:56"},
      {"1.week.2.days.ago", "2026-11-12 12:34:56"},
      {"1.month.1.day.ago", "2026-10-20 12:34:56"},
      {"90.minutes.ago", "2026-11-21 11:04:56"},
      {"30.seconds.ago", "2026-11-21 12:34:26"},
      {"last.friday", "2026-11-20 12:34:56"},
      {"last.saturday", "2026-11-14 12:34:56"},
      {"2.fri", "2026-11-13 12:34:56"},
      {"2021-01-01", "2021-01-01 12:34:56"},
      {"2021.01.01", "2021-01-01 12:34:56"},
      {"01/02/2021", "2021-01-02 12:34:56"},
      {"1/2/21", "2021-01-02 12:34:56"},
      {"25.12", "2025-12-25 12:34:56"},
      {"20.12.2026", "2026-12-20 12:34:56"},
      {"2021-01-01 00:00:00", "2021-01-01 00:00:00"},
      {"2021-01-01T00:00:00Z", "2021-01-01 00:00:00"},
      {"2021-01-01T10:00:00+0200", "2021-01-01 08:00:00"},
      {"20210101T100000Z", "2021-01-01 10:00:00"},
      {"Fri, 1 Jan 2021 10:00:00 PST", "2021-01-01 18:00:00"},
      {"Sat, 21 Nov 2026", "2026-11-21 12:34:56"},
      {"2021", "2021-11-21 12:34:56"},
      {"jan", "2026-01-21 12:34:56"},
      {"jan.5", "2026-01-05 12:34:56"},
      {"jan 5 2021", "2021-01-05 12:34:56"},
      {"the 5th of jan", "2026-01-05 12:34:56"},
      {"may.2021", "2021-05-21 12:34:56"},
      {"dec", "2025-12-21 12:34:56"},
      {"1636129583", "2021-11-05 16:26:23"},
      {"@1636129583", "2021-11-05 16:26:23"},
      {"@1636129583 -0730", "2021-11-05 16:26:23"},
      {"never", "1970-01-01 00:00:00"},
      {"100.years.ago", "1926-11-21 12:34:56"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(as_git(row.text), row.time);
    EXPECT_EQ(strict(row.text), row.time);
  }
}

// Only to the strict reader: git skips "from".
TEST_F(GitDate, FromNowLiesAhead) {
  const Row rows[] = {
      {"5.days.from.now", "2026-11-26 12:34:56"},     {"2 weeks from now", "2026-12-05 12:34:56"},
      {"1.month.from.now", "2026-12-21 12:34:56"},    {"2.months.1.day.from.now", "2027-01-22 12:34:56"},
      {"90.minutes.from.now", "2026-11-21 14:04:56"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(strict(row.text), row.time);
  }
  EXPECT_EQ(as_git("5.days.from.now"), "2026-11-16 12:34:56");
  for (const char* far :
       {"2147483647.years.from.now", "2147483647.weeks.from.now"})  // what they mean matters to nobody
    (void)parse_date(far, 1795264496);
}

// today, noon, midnight and tea: the meaning that git 2.55 gave them, written out.
TEST_F(GitDate, TimesOfDayBelongToTheDayThatIsGiven) {
  const Row rows[] = {
      {"today", "2026-11-21 00:00:00"},
      {"midnight", "2026-11-21 00:00:00"},
      {"noon", "2026-11-20 12:00:00"},  // at eleven, today's has not been
      {"tea", "2026-11-20 17:00:00"},
      {"noon today", "2026-11-21 12:00:00"},
      {"today noon", "2026-11-21 12:00:00"},
      {"today.tea", "2026-11-21 17:00:00"},
      {"midnight.today", "2026-11-21 00:00:00"},
      {"today 17:00", "2026-11-21 17:00:00"},
      {"17:00 today", "2026-11-21 17:00:00"},
      {"10am.today", "2026-11-21 10:00:00"},
      {"yesterday.noon", "2026-11-20 12:00:00"},
      {"noon.yesterday", "2026-11-20 12:00:00"},
      {"yesterday.tea", "2026-11-20 17:00:00"},
      {"tea.yesterday", "2026-11-20 17:00:00"},
      {"midnight.yesterday", "2026-11-20 00:00:00"},
      {"5.days.ago.noon", "2026-11-16 12:00:00"},
      {"noon.5.days.ago", "2026-11-16 12:00:00"},
      {"tea.1.month.ago", "2026-10-21 17:00:00"},
      {"last.friday.tea", "2026-11-20 17:00:00"},
      {"tea.last.friday", "2026-11-20 17:00:00"},
      {"jan.5.tea", "2026-01-05 17:00:00"},
      {"tea.jan.5", "2026-01-05 17:00:00"},
      {"2021-01-01 noon", "2021-01-01 12:00:00"},
      {"noon 2021-01-01", "2021-01-01 12:00:00"},
      {"noon 2.hours.ago", "2026-11-20 10:00:00"},
      {"today 2.hours.ago", "2026-11-20 22:00:00"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(strict(row.text, kMorning), row.time);
    EXPECT_EQ(as_git(row.text, kMorning), row.time);
  }
}

TEST_F(GitDate, NoonIsTwelveOnTheClockAcrossAChange) {
  const InZone berlin("Europe/Berlin");
  constexpr std::int64_t kAfterChange = 1'774'746'000;  // 2026-03-29 03:00, summer time for one minute
  EXPECT_EQ(strict("noon", kAfterChange), "2026-03-28 11:00:00");
  EXPECT_EQ(strict("midnight", 1'774'832'400), "2026-03-29 22:00:00");
}

TEST_F(GitDate, ShorthandsCountBackwards) {
  const Row rows[] = {
      {"7d", "2026-11-14 12:34:56"},     {"2w", "2026-11-07 12:34:56"},    {"48h", "2026-11-19 12:34:56"},
      {"3mo", "2026-08-21 12:34:56"},    {"1y", "2025-11-21 12:34:56"},    {"7D", "2026-11-14 12:34:56"},
      {"7d.ago", "2026-11-14 12:34:56"}, {"1d12h", "2026-11-20 00:34:56"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(strict(row.text), row.time);
    EXPECT_NE(as_git(row.text), row.time);  // to git most of them are a day of this month
  }
}

TEST_F(GitDate, WhatGitSkipsIsAnErrorWithItsPlace) {
  const struct {
    const char* text;
    std::size_t offset, length;
    const char* why;
    const char* suggestion;
  } cases[] = {
      {"foo", 0, 3, "'foo' says nothing about a time", ""},
      {"1.month.foo.ago", 8, 3, "'foo' says nothing about a time", ""},
      {"friday", 0, 6, "'friday' needs a number or last before it", "last.friday"},
      {"week", 0, 4, "'week' needs a number before it", "1.week"},
      {"days.ago", 0, 4, "'days' needs a number before it", "1.days.ago"},
      {"a.week.ago", 0, 1, "'a' says nothing about a time", "1.week.ago"},
      {"eleven.days.ago", 0, 6, "'eleven' says nothing about a time", "11.days.ago"},
      {"ago", 0, 3, "'ago' needs a number and a unit before it", ""},
      {"5.ago", 2, 3, "'ago' needs a unit before it, as in 5.days.ago", ""},
      {"5.min.ago", 2, 3, "'min' is no unit of time", "5.minutes.ago"},
      {"5m", 1, 1, "'m' is no unit of time", "5.minutes.ago"},
      {"2.wekes.ago", 2, 5, "'wekes' is no unit of time", "2.weeks.ago"},
      {"yesterdy", 0, 8, "'yesterdy' says nothing about a time", "yesterday"},
      {"tomorrow", 0, 8, "'tomorrow' leads into the future; dates count backwards from now", ""},
      {"from.now", 0, 4, "'from' leads into the future; dates count backwards from now", ""},
      {"from.now.5.days", 0, 4, "'from' leads into the future; dates count backwards from now", ""},
      {"2.fri.from.now", 2, 3, "'fri' is counted back, not ahead", ""},
      {"5.days.ago.from.now", 7, 3, "'ago' needs a number and a unit before it", ""},
      {"+1.day", 0, 1, "'+' leads into the future; dates count backwards from now", ""},
      {"5", 0, 1, "'5' counts nothing here", "5.days.ago"},
      {"last", 0, 4, "'last' counts nothing here", ""},
      {"5 yesterday", 0, 1, "'5' counts nothing here", ""},
      {"20210101", 0, 8, "'20210101' is no day, month or year here", "2021-01-01"},
      {"jan 0005", 4, 4, "'0005' has too many zeros", ""},
      {"12/25", 0, 5, "'12/25' is no date from 1970 to 2099, or lies more than ten days ahead", ""},
      {"2026-11", 0, 7, "'2026-11' is no date from 1970 to 2099, or lies more than ten days ahead", "2026-11-01"},
      {"2100-01-01", 0, 10, "'2100-01-01' is no date from 1970 to 2099, or lies more than ten days ahead", ""},
      {"2024-02-30", 0, 10, "'2024-02-30' is no day of that month", ""},
      {"2023-02-29 10:00", 0, 16, "there is no such day in that month", ""},
      {"25:00", 0, 5, "'25:00' is no time of day", ""},
      {"13pm", 0, 2, "'13' is no hour before am or pm", ""},
      {"pm", 0, 2, "'pm' needs an hour before it", ""},
      {"200.years.ago", 0, 3, "'200' leads to before 1900", ""},
      {"2021-01-01 10:00 IST", 17, 3, "'IST' is no zone that git knows; +hhmm is understood", ""},
      {"2021-01-01 10:00 sharp", 17, 5, "'sharp' means nothing in a complete date", ""},
      {"1.day%", 5, 1, "'%' has no place in a date", ""},
      {"1.d\xc3\xa4y", 2, 1, "'d' is no unit of time", "1.days\xc3\xa4y"},
      {"", 0, 0, "there is no date", "1.month.ago"},
      {" ", 0, 1, "there is no date", "1.month.ago"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto seconds = parse_date(c.text, kNow);
    ASSERT_FALSE(seconds) << utc(*seconds);
    EXPECT_EQ(seconds.error().offset, c.offset);
    EXPECT_EQ(seconds.error().length, c.length);
    EXPECT_EQ(seconds.error().why, c.why);
    EXPECT_EQ(seconds.error().suggestion, c.suggestion);
    EXPECT_TRUE(parse_date(c.text, kNow, DateReading::kGit));  // git takes anything
  }
}

TEST_F(GitDate, EverySuggestionIsUnderstood) {
  for (const char* text : {"friday", "week", "days.ago", "a.week.ago", "eleven.days.ago", "5.min.ago", "5m",
                           "2.wekes.ago", "5", "20210101", "2026-11", "", "3.hrs", "1.yr.ago", "6 mths"}) {
    SCOPED_TRACE(text);
    const auto seconds = parse_date(text, kNow);
    ASSERT_FALSE(seconds);
    ASSERT_FALSE(seconds.error().suggestion.empty());
    EXPECT_TRUE(parse_date(seconds.error().suggestion, kNow)) << seconds.error().suggestion;
  }
}

TEST_F(GitDate, TheErrorNamesTheWordAndMendsTheText) {
  const auto date = parse_date("2.wekes.ago", kNow);
  ASSERT_FALSE(date);
  EXPECT_EQ(date.error().why, "'wekes' is no unit of time");
  EXPECT_EQ(date.error().offset, 2u);
  EXPECT_EQ(date.error().suggestion, "2.weeks.ago");
}

TEST_F(GitDate, ZonesAndMonthEnds) {
  const InZone new_york("America/New_York");
  EXPECT_EQ(strict("midnight"), "2026-11-21 05:00:00");
  EXPECT_EQ(strict("2021-01-01 00:00:00"), "2021-01-01 05:00:00");
  EXPECT_EQ(strict("1.week.ago"), "2026-11-14 12:34:56");
  const InZone utc_again("UTC");
  EXPECT_EQ(strict("1.month.ago", 1'774'958'400), "2026-03-03 12:00:00");  // 31 March: February has 28 days
}

TEST_F(GitDate, LongTextsAreRefusedAndOddOnesHarmless) {
  EXPECT_FALSE(parse_date(std::string(kMaxDate + 1, '1'), kNow));
  EXPECT_FALSE(parse_date(std::string(kMaxDate + 1, '1'), kNow, DateReading::kGit));
  EXPECT_FALSE(parse_date(std::string_view("now\0now", 7), kNow));
  for (const char* text : {"99999999999999999999999", "99999999999.years.ago", "2147483647.months",
                           "2147483647 weeks ago", "-1", "@", ":::", "1:", "1/", "-+", "@1 +"}) {
    SCOPED_TRACE(text);
    EXPECT_TRUE(parse_date(text, kNow, DateReading::kGit));
    parse_date(text, kNow);
  }
}

}  // namespace
}  // namespace lorelei
