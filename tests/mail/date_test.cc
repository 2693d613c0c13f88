// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/date.hh"

#include <gtest/gtest.h>

#include <ctime>

namespace lorelei::mail {
namespace {

// "2002-11-21 12:34:56 +60": UTC, then the zone in minutes.
std::string shown(const std::optional<Time>& time) {
  if (!time) return "-";
  const std::time_t seconds = time->seconds;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[64];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &utc);
  return std::string(text) + (time->zone_minutes < 0 ? " " : " +") + std::to_string(time->zone_minutes);
}

struct Case {
  const char *in, *out;
};

TEST(MailDate, TheUsualForm) {
  const Case cases[] = {
      {"Thu, 21 Nov 2002 12:34:56 +0100", "2002-11-21 11:34:56 +60"},
      {"21 Nov 2002 12:34 +0000", "2002-11-21 12:34:00 +0"},
      {"Thu,21 Nov 2002 1:2:3 -0530", "2002-11-21 06:32:03 -330"},
      {"21, November 2002 12.34.56 GMT", "2002-11-21 12:34:56 +0"},
      {"Thu, 21 Nov 2002 12:34:56 EST (Eastern)", "2002-11-21 17:34:56 -300"},
      {"Thu, 21 Nov 02 12:34:56 --500", "2002-11-21 17:34:56 -300"},
      {"Thu, 21 Nov 102 12:34:56 Z", "2002-11-21 12:34:56 +0"},
      {"Thu, 21 Nov 70 12:34:56 +0", "1970-11-21 12:34:56 +0"},
      {"Thu, 21 Nov 49 12:34:56 +0000", "2049-11-21 12:34:56 +0"},
      {"21 Nov 2002 12:34:56 +30", "2002-11-21 12:04:56 +30"},
      {"21 Nov 2002 12:34:56 +5", "2002-11-21 07:34:56 +300"},
      {"21 Nov 2002 12:34:56 +0090", "2002-11-21 11:04:56 +90"},
      {"(x) Date: 21 Nov 2002 12:34:56 +0000 trailing", "2002-11-21 12:34:56 +0"},
      {"21 Nov 2002 12: 4:56 +0000", "2002-11-21 12:04:56 +0"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.in);
    EXPECT_EQ(shown(parse_mail_date(c.in)), c.out);
  }
}

TEST(MailDate, WildZonesCountInSecondsOnly) {
  EXPECT_EQ(shown(parse_mail_date("21 Nov 2002 12:34:56 +1800")), "2002-11-20 18:34:56 +0");
  EXPECT_EQ(shown(parse_mail_date("21 Nov 2002 12:34:56 -1400")), "2002-11-22 02:34:56 +0");
  EXPECT_EQ(shown(parse_mail_date("21 Nov 2002 12:34:56 +1359")), "2002-11-20 22:35:56 +839");
}

TEST(MailDate, TheImpossibleIsUnusable) {
  for (const char* bad :
       {"31 Feb 2002 12:34:56 +0000", "21 Nov 2002 24:00:00 +0000", "21 Nov 2002 12:34:60 +0000",
        "21 Okt 2002 12:34:56 +0000", "0 Nov 2002 12:34:56 +0000", "21 Nov 1902 12:34:56 +0000",
        "29 Feb 2100 12:34:56 +0000", "99999999999999999999 Nov 2002 12:34:56 +0000", "", "nonsense"}) {
    SCOPED_TRACE(bad);
    EXPECT_EQ(shown(parse_mail_date(bad)), "-");
  }
  EXPECT_EQ(shown(parse_mail_date("29 Feb 2000 12:34:56 +0000")), "2000-02-29 12:34:56 +0");
}

TEST(MailDate, OtherForms) {
  const Case cases[] = {
      {"Thu Nov 21 12:34:56 2002", "2002-11-21 12:34:56 +0"},
      {"Thu Nov 21 12:34:56 PST 2002", "2002-11-21 20:34:56 -480"},
      {"Thu, 21 Nov 2002 12:34:56 UTC", "2002-11-21 12:34:56 +0"},
      {"Thu, 21 Nov 2002 12:34:56 CEST", "2002-11-21 10:34:56 +120"},
      {"21 Nov 2002 12:34:56 GMT+2", "2002-11-21 10:34:56 +120"},
      {"21 Nov 2002 12:34:56", "2002-11-21 12:34:56 +0"},
      {"2002-11-21T12:34:56Z", "2002-11-21 12:34:56 +0"},
      {"2002-11-21 12:34:56.789 +05:30", "2002-11-21 07:04:56 +330"},
      {"20021121 123456", "2002-11-21 12:34:56 +0"},
      {"21/Nov/02 12:34 +0100", "2002-11-21 11:34:00 +60"},
      {"11/21/2002 1:34 PM", "2002-11-21 13:34:00 +0"},
      {"2002/11/21 12:00 am", "2002-11-21 00:00:00 +0"},
      {"1 November 2002 3 p.m.", "2002-11-01 15:00:00 +0"},
      {"Nov 21st, 2002", "2002-11-21 00:00:00 +0"},
      {"21-Nov-98", "1998-11-21 00:00:00 +0"},
      {"(x (y)) 21-Nov-98 (z)", "1998-11-21 00:00:00 +0"},
      {"Thu Nov 21 12:34:56 2002 MET DST", "2002-11-21 10:34:56 +120"},
      {"12:34:56", "-"},         // the clock would say which day
      {"Nov 21 12:34", "-"},     // which year
      {"2002 12:34:56", "-"},    // which month
      {"Nov 21 2002 XYZ", "-"},  // nobody knows this zone
      {"Nov 21 2002 what else", "-"},
      {"21 Nov 1900 x", "-"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.in);
    EXPECT_EQ(shown(parse_mail_date(c.in)), c.out);
  }
}

TEST(ReceivedDate, NeedsANumberForTheZone) {
  EXPECT_EQ(shown(parse_received_date("from a by b; Thu, 21 Nov 2002 12:34:56 +0100 (CET)")),
            "2002-11-21 11:34:56 +60");
  EXPECT_EQ(shown(parse_received_date("from a by b; 21 Nov 2002 12.34.56 -0800")), "2002-11-21 20:34:56 -480");
  EXPECT_EQ(shown(parse_received_date("from a by b; Thu, 21 Nov 2002 12:34:56 GMT")), "-");
  EXPECT_EQ(shown(parse_received_date("from a by b; Thu, 21 Nov 2002 12:34 +0000")), "-");
  EXPECT_EQ(shown(parse_received_date("")), "-");
}

TEST(SecondsOf, AgreesWithTheCLibraryOnEveryDay) {
  for (std::int64_t day = -800000; day < 800000; day += 97) {
    const std::time_t seconds = day * 86400 + 3723;
    std::tm utc{};
    ASSERT_TRUE(gmtime_r(&seconds, &utc));
    ASSERT_EQ(seconds_of(utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, 1, 2, 3), seconds) << day;
  }
}

TEST(MailDate, LinearOnHostileInput) {
  EXPECT_EQ(shown(parse_mail_date(std::string(1 << 20, '1'))), "-");
  std::string ones;
  for (int i = 0; i < 200000; ++i) ones += "1 a ";
  EXPECT_EQ(shown(parse_mail_date(ones)), "-");
  EXPECT_EQ(shown(parse_received_date(ones)), "-");
}

}  // namespace
}  // namespace lorelei::mail
