// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/subject_checks.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei::workflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::string_literals;

std::vector<LoggedCommit> log_of(std::size_t count, const std::string& title, const std::string& path) {
  return std::vector<LoggedCommit>(count, {title, {path}});
}
std::vector<LoggedCommit> operator+(std::vector<LoggedCommit> one, const std::vector<LoggedCommit>& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

TEST(SubjectLog, IsReadCommitByCommit) {
  const auto log = read_subject_log("\0drivers: one: a\n\ndrivers/one.c\ndrivers/two.c\n\0b: c\n\nx\n"s);
  ASSERT_THAT(log, SizeIs(2));
  EXPECT_EQ(log[0].title, "drivers: one: a");
  EXPECT_THAT(log[0].paths, ElementsAre("drivers/one.c", "drivers/two.c"));
  EXPECT_THAT(log[1].paths, ElementsAre("x"));
  EXPECT_THAT(read_subject_log(""), IsEmpty());
}

TEST(SubjectHabit, IsTheLongestThatEnoughHave) {
  const auto log = log_of(8, "drivers: one: add", "drivers/one.c") + log_of(2, "drivers: clean up", "drivers/one.c");
  const auto habit = subject_habit(log, {"drivers/one.c"});
  ASSERT_TRUE(habit);
  EXPECT_EQ(habit->prefix, "drivers: one: ");
  EXPECT_EQ(habit->where, "drivers/one.c");
  EXPECT_EQ(habit->commits, 8U);
  EXPECT_EQ(habit->of, 10U);
  const auto both = subject_habit(log + log_of(3, "drivers: two: fix", "drivers/one.c"), {"drivers/one.c"});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->prefix, "drivers: ");
}

TEST(SubjectHabit, ThereIsNoneOfFewCommitsOrOfMixedOnes) {
  EXPECT_FALSE(subject_habit(log_of(7, "drivers: add", "drivers/one.c"), {"drivers/one.c"}));
  const auto mixed = log_of(6, "one: add", "drivers/one.c") + log_of(4, "two: add", "drivers/one.c");
  EXPECT_FALSE(subject_habit(mixed, {"drivers/one.c"}));
  EXPECT_FALSE(subject_habit(log_of(20, "Add things", "x"), {"x"}));
  EXPECT_FALSE(subject_habit(log_of(20, "drivers: add", "other/x.c"), {"drivers/one.c"}));
  EXPECT_FALSE(subject_habit({}, {"x"}));
}

TEST(SubjectHabit, ANewFileHasThatOfItsDirectory) {
  const auto habit = subject_habit(log_of(9, "iio: adc: add", "drivers/iio/adc/a.c"), {"drivers/iio/adc/new.c"});
  ASSERT_TRUE(habit);
  EXPECT_EQ(habit->prefix, "iio: adc: ");
  EXPECT_EQ(habit->where, "drivers/iio/adc");
  // The top is no directory with a habit.
  EXPECT_FALSE(subject_habit(log_of(9, "kbuild: add", "Makefile"), {"Kconfig"}));
}

TEST(SubjectHabit, RevertsDoNotCount) {
  const auto log = log_of(8, "net: add", "net/a.c") + log_of(20, "Revert \"net: add\"", "net/a.c");
  const auto habit = subject_habit(log, {"net/a.c"});
  ASSERT_TRUE(habit);
  EXPECT_EQ(habit->of, 8U);
}

TEST(SubjectChecks, LengthFullStopAndHabit) {
  const SubjectHabit habit{"drivers: one: ", "drivers/one.c", 45, 50};
  EXPECT_THAT(check_subject("drivers: one: add a line", habit), IsEmpty());
  EXPECT_THAT(check_subject("Revert \"drivers: one: add a line\"", habit), IsEmpty());
  EXPECT_THAT(check_subject("one: add a line", std::nullopt), IsEmpty());
  const auto other = check_subject("one: add a line", habit);
  ASSERT_THAT(other, SizeIs(1));
  EXPECT_EQ(other[0].kind, CheckFinding::Kind::kWarning);
  EXPECT_EQ(other[0].text,
            "the subject does not begin with \"drivers: one: \", as 45 of the last 50 commits to drivers/one.c do");
  EXPECT_THAT(check_subject(std::string(75, 'x'), std::nullopt), IsEmpty());
  const auto long_one = check_subject(std::string(76, 'x'), std::nullopt);
  ASSERT_THAT(long_one, SizeIs(1));
  EXPECT_THAT(long_one[0].text, HasSubstr("76 columns"));
  EXPECT_THAT(check_subject("drivers: one: add a line.", habit), SizeIs(1));
  EXPECT_THAT(check_subject("drivers: one: and so on...", habit), IsEmpty());
}

TEST(SubjectChecks, MarksOfWorkThatGoesOnAndTagsOfMails) {
  for (const char* title :
       {"fixup! net: add", "squash! net: add", "amend! net: add", "WIP: net: add", "wip", "[WIP] net: add",
        "[PATCH] net: add", "[PATCH v2 1/3] net: add", "[RFC] net: add", "[v2] net: add"}) {
    SCOPED_TRACE(title);
    EXPECT_THAT(check_subject(title, std::nullopt), SizeIs(1));
  }
  for (const char* title : {"[media] net: add", "net: wipe fixup! words", "wipe: add", "net: [PATCH] in the middle",
                            "[SCSI] v2: add", "fixup: add", "[ARM] 1/2: add"}) {
    SCOPED_TRACE(title);
    EXPECT_THAT(check_subject(title, std::nullopt), IsEmpty());
  }
}

}  // namespace
}  // namespace lorelei::workflow
