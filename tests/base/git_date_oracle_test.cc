// SPDX-License-Identifier: GPL-3.0-or-later
// Dates beside the git that is installed: DateReading::kGit has to give what `git rev-parse --since=X` gives. Forms
// are generated from a fixed seed, in zones and at times where clocks change. Left out is what means something else
// since git 2.55 (today; noon, midnight and tea beside other words), what overflows an int in git, and dates whose
// reading depends on the clock of the machine, which git asks for m/d/y beside a time.
#include <gtest/gtest.h>

#include <random>

#include "base/files.hh"
#include "base/git_date.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "tests/base/in_zone.hh"
#include "tests/peers.hh"

namespace lorelei {
namespace {

class GitDateOracle : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::create(fs::temp_directory_path(), "lorelei-dates-");
    ASSERT_TRUE(made);
    repository_.emplace(*std::move(made));
    RunOptions options;
    options.process.directory = repository_->path();
    const auto initialised = output_of({"git", "init", "-q", "."}, options);
    if (!initialised) SKIP_WITHOUT_PEER(to_text(initialised.error()));
    if (!output_of({"git", "--version"}).value_or("").starts_with("git version 2.39."))
      SKIP_WITHOUT_PEER("the git installed is not 2.39, whose reading this is");
  }

  std::vector<std::int64_t> git_says(const std::vector<std::string>& forms, const char* zone, std::int64_t now) {
    Argv argv = {"git", "rev-parse"};
    for (const auto& form : forms) argv.push_back("--since=" + form);
    RunOptions options;
    options.process.directory = repository_->path();
    options.process.environment = {{"TZ", zone}, {"GIT_TEST_DATE_NOW", std::to_string(now)}};
    const auto output = output_of(argv, options);
    EXPECT_TRUE(output) << to_text(output.error());
    std::vector<std::int64_t> seconds;
    if (!output) return seconds;
    for (const auto line : split_words(*output))
      seconds.push_back(static_cast<std::int64_t>(parse_uint(line.substr(line.find('=') + 1)).value_or(0)));
    return seconds;
  }

  // How many forms differ; the first ones are shown.
  std::size_t count_differences(const std::vector<std::string>& forms, const char* zone, std::int64_t now) {
    const auto expected = git_says(forms, zone, now);
    EXPECT_EQ(expected.size(), forms.size());
    if (expected.size() != forms.size()) return forms.size();
    const InZone in_zone(zone);
    std::size_t differences = 0;
    for (std::size_t i = 0; i < forms.size(); ++i) {
      const auto ours = parse_date(forms[i], now, DateReading::kGit);
      if (ours && *ours == expected[i]) continue;
      if (++differences <= 10)
        ADD_FAILURE() << "'" << forms[i] << "' in " << zone << " at " << now << ": git " << expected[i] << ", ours "
                      << ours.value_or(-1);
    }
    return differences;
  }
  std::optional<TempDir> repository_;
};

// Forms as people write them, and soups of their words.
class Forms {
 public:
  explicit Forms(unsigned seed) : random_(seed) {}

  std::string next() {
    switch (below(6)) {
      case 0:
        return counted();
      case 1:
        return absolute();
      case 2:
        return date() + (below(2) ? separator() + clock() : "");
      case 3:
        return slashes();
      case 4:
        return one_of({"yesterday", "now", "never", "last", "ago", "foo"}) + separator() +
               (below(2) ? clock() : counted());
      default:
        return soup();
    }
  }

 private:
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  std::string one_of(std::initializer_list<const char*> words) {
    return words.begin()[below(static_cast<unsigned>(words.size()))];
  }
  std::string number(unsigned from, unsigned to) { return std::to_string(from + below(to - from + 1)); }
  std::string padded(unsigned from, unsigned to) {
    const auto text = number(from, to);
    return text.size() < 2 ? "0" + text : text;
  }
  std::string separator() { return one_of({".", " ", ",", "_", "-", ". ", "  "}); }
  std::string unit() {
    return one_of({"second", "seconds", "minute",    "minutes", "hour",  "hours",  "day",      "days", "week",
                   "weeks",  "month",   "months",    "year",    "years", "Days",   "WEEK",     "min",  "mo",
                   "d",      "w",       "fortnight", "mon",     "tues",  "friday", "Saturdays"});
  }
  std::string count() {
    return one_of({"1",  "2",   "3",   "5",   "7",   "12",  "13",   "30",     "31", "32", "48",
                   "90", "100", "400", "one", "two", "ten", "last", "eleven", "0",  "007"});
  }
  std::string month() {
    return one_of({"jan", "Feb", "march", "apr", "may", "June", "jul", "august", "sept", "oct", "NOV", "december"});
  }
  std::string zone() {
    return one_of({"", "", " +0200", " -0500", "+05:30", " Z", "Z", " UTC", " PST", " CEST", " +02", " +9999", " EDT",
                   " nzdt", " -0001", " -12:00"});
  }
  std::string clock() {
    return one_of({"17:00", "9:30", "23:59:59", "00:00", "24:00", "25:00", "10:61", "10am", "3pm", "12am", "12 pm",
                   "6:30 pm", "10:20:30.5", "13pm"});
  }
  std::string counted() {
    std::string text = one_of({"", "", "-"});
    for (unsigned i = 0, n = 1 + below(3); i < n; ++i) text += (i ? separator() : "") + count() + separator() + unit();
    return text + (below(2) ? separator() + "ago" : "");
  }
  std::string date() {
    const auto year = number(1968, 2037);
    switch (below(7)) {
      case 0:
        return year + "-" + padded(1, 13) + "-" + padded(0, 31);
      case 1:
        return year + "/" + number(1, 12) + "/" + number(1, 31);
      case 2:
        return year + "." + padded(1, 12) + "." + padded(1, 31);
      case 3:
        return number(1, 31) + separator() + month() + (below(2) ? separator() + year : "");
      case 4:
        return month() + " " + number(1, 31) + (below(2) ? ", " + year : "");
      case 5:
        return month() + (below(2) ? separator() + year : "");
      default:
        return one_of({"Mon, ", "sun ", ""}) + number(1, 31) + " " + month() + " " +
               one_of({"05", "69", "70", "99", "37", "38", "2005"});
    }
  }
  std::string absolute() {
    switch (below(6)) {
      case 0:
        return number(1000, 2000) + number(100000, 999999);
      case 1:
        return "@" + number(0, 2000000000) + one_of({"", " +0000", " -0730", " +02"});
      case 2:
        return number(1970, 2037) + padded(1, 12) + padded(1, 31) + "T" + padded(0, 24) +
               one_of({"", "30", "3015", "3015.25", "61"}) + zone();
      case 3:
        return one_of({"Fri ", "sat, ", ""}) + month() + " " + number(1, 31) + " " + padded(0, 23) + ":" +
               padded(0, 59) + ":" + padded(0, 59) + " " + number(1968, 2101) + zone();
      case 4:
        return number(1, 31) + " " + month() + " " + number(1970, 2037) + " " + clock() + zone();
      default:
        return number(1968, 2101) + "-" + padded(1, 12) + "-" + padded(1, 31) +
               one_of({" ", "T", "t", ", ", "  foo "}) + padded(0, 24) + ":" + padded(0, 60) +
               one_of({"", ":07", ":60", ":61", ":59.123"}) + zone();
    }
  }
  std::string slashes() {
    const auto mark = one_of({"/", ".", "-"});
    return number(0, 32) + mark + number(0, 32) +
           (below(2) ? mark + one_of({"05", "21", "2021", "1999", "26", "2026", "70", "38", "3"}) : "");
  }
  // Units only where no number is large: git counts seconds in an int.
  std::string soup() {
    std::string text;
    const bool large = below(2);
    for (unsigned i = 0, n = 1 + below(6); i < n; ++i) {
      // No number right behind another: git's int would overflow.
      if (!text.empty() && is_digit(text.back())) text += one_of({" ", ".", "-", "d", "days", "jan", "T", "pm"});
      switch (below(7)) {
        case 0:
          text += number(0, 40);
          break;
        case 1:
          text += large ? one_of({"12345", "123456", "20210101", "99999999", "153000"})
                        : one_of({"1400", "0530", "1969", "1999", "2021", "2100", "123", "0007", "00"});
          break;
        case 2:
          text += large ? zone() : unit();
          break;
        case 3:
          text += month();
          break;
        case 4:
          text += one_of({"2021-02-30", "99-12-31", "2021/13/01", "17:05", "12:", "2021-", "T", "Z", "am", "PM", "@",
                          "+0100", "-1"});
          break;
        case 5:
          text += one_of({"yesterday", "now", "ago", "last", "two", "\xc3\xa4", "gmt", "foo", "never"});
          break;
        default:
          text += large ? " " : separator();
      }
      if (large)
        text += one_of({" ", ", "});  // nothing that would join two numbers to a date
      else if (below(4))
        text += separator();
    }
    return text;
  }

  std::mt19937 random_;
};

struct Moment {
  const char* zone;
  std::int64_t now;
};
constexpr Moment kMoments[] = {
    {"UTC", 1795264496},                  // 2026-11-21 12:34:56
    {"UTC", 1774958400},                  // 2026-03-31 12:00:00
    {"UTC", 1709164800},                  // 2024-02-29 00:00:00
    {"UTC", 1735689599},                  // 2024-12-31 23:59:59
    {"America/New_York", 1795264496},     //
    {"America/New_York", 1772953200},     // 2026-03-08 02:00: summer time begins
    {"America/New_York", 1793511000},     // 2026-11-01 01:30, the first one
    {"America/New_York", 1793514600},     // 2026-11-01 01:30, the second one
    {"Europe/Berlin", 1774746000},        // 2026-03-29 01:00Z: summer time begins
    {"Europe/Berlin", 1774832400},        // the day after
    {"Europe/Berlin", 1792891800},        // 2026-10-25 03:30
    {"Australia/Lord_Howe", 1775314800},  // half an hour of summer time ends
    {"Australia/Lord_Howe", 1791043200},  //
    {"Asia/Kathmandu", 1795264496},       // +05:45
    {"Pacific/Apia", 1795264496},         // a day was left out in 2011
    {"America/St_Johns", 1735702200},     // the turn of the year
    {"Africa/Casablanca", 1773000000},    // summer time that is less than winter's
    {"Asia/Tokyo", 1717199999},           //
    {"EST5EDT", 1730613600},              //
    {"<-11>11", 1709251199},              //
};

TEST_F(GitDateOracle, TenThousandGeneratedForms) {
  Forms forms(20261121);
  std::size_t different = 0;
  for (const auto& moment : kMoments) {
    std::vector<std::string> batch;
    for (int i = 0; i < 500; ++i) batch.push_back(forms.next());
    different += count_differences(batch, moment.zone, moment.now);
  }
  EXPECT_EQ(different, 0u);
}

TEST_F(GitDateOracle, EveryZoneNameAndItsAbbreviations) {
  std::vector<std::string> forms;
  for (const std::string name :
       {"IDLW", "NT",   "CAT",  "HST",  "HDT",  "YST", "YDT",  "PST",  "PDT",  "MST", "MDT", "CST",  "CDT",
        "EST",  "EDT",  "AST",  "ADT",  "WAT",  "GMT", "UTC",  "Z",    "WET",  "BST", "CET", "MET",  "MEWT",
        "MEST", "CEST", "MESZ", "FWT",  "FST",  "EET", "EEST", "WAST", "WADT", "CCT", "JST", "EAST", "EADT",
        "GST",  "NZT",  "NZST", "NZDT", "IDLE", "IST", "MSK",  "AEST", "UT",   "A"})
    for (std::size_t length = 1; length <= name.size(); ++length)
      forms.push_back("2021-01-01 00:00:00 " + name.substr(0, length));
  EXPECT_EQ(count_differences(forms, "America/New_York", 1795264496), 0u);
}

TEST_F(GitDateOracle, TimesOfDayAlone) {
  for (const auto& moment : kMoments)
    EXPECT_EQ(count_differences({"noon", "midnight", "tea", "NOON", "Tea"}, moment.zone, moment.now), 0u);
}

}  // namespace
}  // namespace lorelei
