// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/query_dates.hh"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace lorelei::search {
namespace {

constexpr std::int64_t kNow = 1'795'264'496;  // Sat 2026-11-21 12:34:56 UTC

// Dates without a zone are local.
class QueryDates : public testing::Test {
 protected:
  QueryDates() { set_zone("UTC"); }
  ~QueryDates() override { set_zone(before_.empty() ? nullptr : before_.c_str()); }
  static void set_zone(const char* zone) {
    if (zone)
      setenv("TZ", zone, 1);
    else
      unsetenv("TZ");
    tzset();
  }
  // "slot low..high", or the error.
  static std::string range_of(const std::string& text) {
    const auto parsed = read_query(text, {.now = kNow});
    if (!parsed) return to_text(parsed.error());
    const auto& leaf = parsed->query;
    return fmt::format("{} {}..{}", leaf.slot, leaf.low ? std::to_string(*leaf.low) : "",
                       leaf.high ? std::to_string(*leaf.high) : "");
  }

 private:
  std::string before_ = std::getenv("TZ") ? std::getenv("TZ") : "";
};

struct Case {
  const char *text, *range;
};

TEST_F(QueryDates, MeanWhatTheReferenceMakesOfThem) {
  for (const auto& c : std::initializer_list<Case>{
           {"d:20210101..", "1 20210101.."},
           {"d:..2020-01-31", "1 ..20200131"},
           {"d:2021-01-01..20210131", "1 20210101..20210131"},
           {"d:yesterday", "2 20261120123456..20261121123456"},
           {"d:last.week..", "2 20261114123456.."},
           {"d:20210101..yesterday", "2 20210101000000..20261120123456"},
           {"d:2021.01.01..", "2 20210101123456.."},
           {"dt:20200101000000..20200102000000", "2 20200101000000..20200102000000"},
           {"dt:20200101120000", "2 20200101120000..20200102120000"},
           {"dt:..yesterday", "2 ..20261120123456"},
           {"rt:2021-01-01..", "0 1609504496.."},
           {"rt:2021..", "0 1637498096.."},
           {"rt:1.month.ago", "0 1792586096..1792672496"},
           {"rt:1.month.ago..", "0 1792586096.."},
           {"rt:2.weeks.ago..1.week.ago", "0 1794054896..1794659696"},
           {"rt:..", "0 .."},
           {"rt:12345..67890", "0 12345..67890"},
       }) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(range_of(c.text), c.range);
  }
}

TEST_F(QueryDates, ADayIsThatDayUnderEveryPrefix) {
  for (const auto& c : std::initializer_list<Case>{
           {"d:2021-01-01", "1 20210101..20210101"},
           {"d:20210101", "1 20210101..20210101"},
           {"dt:20210101", "2 20210101000000..20210101235959"},
           {"dt:20210101..20210103", "2 20210101000000..20210103235959"},
           {"rt:20210101", "0 1609459200..1609545599"},
           {"rt:20210101..", "0 1609459200.."},
           {"rt:..20210101", "0 ..1609545599"},
           {"rt:99999999..", "0 99999999.."},  // no date: seconds since 1970
           {"rt:1636129583", "0 1636129583..1636215983"},
       }) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(range_of(c.text), c.range);
  }
}

TEST_F(QueryDates, AreReadInTheZoneOfTheUserAndSearchedInUtc) {
  set_zone("America/New_York");
  EXPECT_EQ(range_of("rt:midnight.."), "0 1795237200..");
  EXPECT_EQ(range_of("dt:midnight.."), "2 20261121050000..");
  EXPECT_EQ(range_of("d:2021-01-01"), "1 20210101..20210101");
}

TEST_F(QueryDates, NumbersOfSizeAndArticle) {
  EXPECT_EQ(range_of("z:100..2000"), "3 100..2000");
  EXPECT_EQ(range_of("z:5"), "3 5..5");
  EXPECT_EQ(range_of("uid:7.."), "4 7..");
}

TEST_F(QueryDates, NonsenseIsAnErrorAtItsPlace) {
  EXPECT_EQ(range_of("rt:foo.."),
            "cannot read the query: 'foo' says nothing about a time\n"
            "    rt:foo..\n"
            "       ^");
  const auto better = range_of("s:x rt:2.weeks.ago..2.foo");
  EXPECT_NE(better.find("                       ^"), std::string::npos) << better;
  for (const char* text :
       {"d:bogus..", "dt:..blah", "z:1k", "uid:-1..", "z:1.5..2", "d:20210230", "dt:20210230000000", "rt:20261301..",
        "rt:..20210230", "d:2026-13-45..", "d:..20261301", "d:20261301..yesterday", "dt:20261301000000..",
        "rt:4294967298.days.ago..", "rt:99999999999999999999.weeks.ago..", "rt:4294969322-01-01.."}) {
    SCOPED_TRACE(text);
    EXPECT_TRUE(range_of(text).starts_with("cannot read the query: ")) << range_of(text);
  }
}

TEST_F(QueryDates, WhatMaySurpriseIsNoted) {
  const auto notes_of = [](const char* text) {
    const auto parsed = read_query(text, {.now = kNow});
    return parsed && !parsed->notes.empty() ? parsed->notes[0] : "";
  };
  EXPECT_EQ(notes_of("d:20210102..20210101"), "d:20210102..20210101 is empty: it ends before it begins");
  EXPECT_EQ(notes_of("d:20990101.."), "d:20990101.. begins in the future");
  EXPECT_EQ(notes_of("rt:1.month.ago.."), "");
}

TEST_F(QueryDates, InsideGroupsAndThreads) {
  const auto parsed = read_query("s:a OR (thread:{rt:1.month.ago..} -d:2021-01-01)", {.now = kNow});
  ASSERT_TRUE(parsed) << to_text(parsed.error());
  EXPECT_EQ(to_text(parsed->query), "(or s:a (not thread:{rt:1792586096..} d:20210101..20210101))");
}

TEST_F(QueryDates, QuotedTextIsNeverADate) {
  const auto parsed = read_query("s:\"d:yesterday\"", {.now = kNow});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(to_text(parsed->query), "s:\"d yesterday\"");
}

}  // namespace
}  // namespace lorelei::search
