// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/index.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "search/plan.hh"
#include "tests/search/index_sandbox.hh"

namespace lorelei::search {
namespace {

using testing::ElementsAre;

IndexOptions rebuild() {
  IndexOptions options;
  options.scope = IndexOptions::Scope::kRebuild;
  return options;
}

std::string patch_body(int i) {
  return fmt::format(
      "Fix thing {0}.\n\nSigned-off-by: Ann Example <ann@example.org>\n---\n a.c | 2 +-\n\ndiff --git a/a.c b/a.c\n"
      "index 1234567{0}..89abcde{0} 100644\n--- a/a.c\n+++ b/a.c\n@@ -1,2 +1,2 @@ int f{0}(void)\n-old_{0}\n+new_{0}\n "
      "same\n-- \n2.39\n",
      i);
}

// A thread of patches and answers, some of them before what they answer to.
std::vector<std::string> a_list(int first, int count) {
  std::vector<std::string> mails;
  for (int i = first; i < first + count; ++i) {
    const auto parent = i % 7 == 3 ? i + 1 : i - i % 5;
    mails.push_back(a_mail(fmt::format("m{}@x", i), fmt::format("[PATCH] subject {}", i % 11),
                           parent != i ? fmt::format("In-Reply-To: <m{}@x>\n", parent) : "", patch_body(i)));
  }
  return mails;
}

TEST(Index, GivesNumbersInTheOrderOfHistory) {
  IndexSandbox box;
  box.add({a_mail("a@x", "one"), a_mail("b@x", "two"), a_mail("c@x", "three")});
  EXPECT_EQ(box.index().indexed, 3u);
  EXPECT_THAT(box.numbers(), ElementsAre("1 a@x", "2 b@x", "3 c@x"));
  EXPECT_THAT(box.numbers_in_xapian(), ElementsAre("1", "2", "3"));
}

TEST(Index, ARepeatedMessageIdIsSkippedListedAndCostsNoNumber) {
  IndexSandbox box;
  box.add({a_mail("a@x", "one"), a_mail("a@x", "another"), a_mail("b@x", "two")});
  const auto report = box.index();
  EXPECT_EQ(report.indexed, 2u);
  EXPECT_EQ(report.skipped, 1u);
  EXPECT_THAT(box.numbers(), ElementsAre("1 a@x", "2 b@x"));
  EXPECT_THAT(box.rows("lorelei/series.sqlite3", "SELECT reason FROM skipped"),
              ElementsAre("its Message-ID belongs to another message"));
}

TEST(Index, AMessageWithoutMessageIdIsSkippedAndListed) {
  IndexSandbox box;
  box.add({"From: a@example.org\nSubject: none\n\nbody\n", a_mail("b@x", "two")});
  EXPECT_EQ(box.index().skipped, 1u);
  EXPECT_THAT(box.numbers(), ElementsAre("1 b@x"));
}

TEST(Index, ASecondMessageIdIsTakenWhenTheFirstBelongsToAnother) {
  IndexSandbox box;
  box.add({a_mail("a@x", "one"), a_mail("a@x", "other", "Message-ID: <extra@x>\n")});
  EXPECT_EQ(box.index().indexed, 2u);
  EXPECT_THAT(box.numbers(), ElementsAre("1 a@x", "2 extra@x"));
}

TEST(Index, AnEmptyBlobLeftByAPurgeIsNoMessage) {
  IndexSandbox box;
  box.add({"", a_mail("b@x", "two")});
  const auto report = box.index();
  EXPECT_EQ(report.purged, 1u);
  EXPECT_EQ(report.skipped, 0u);
}

TEST(Index, ADeletedMessageIsGoneAndItsNumberIsNotGivenAgain) {
  IndexSandbox box;
  const auto b = a_mail("b@x", "two");
  box.add({a_mail("a@x", "one"), b});
  box.index();
  box.commit({{'d', b}, {'m', a_mail("c@x", "three")}});
  EXPECT_EQ(box.index().removed, 1u);
  EXPECT_THAT(box.numbers(), ElementsAre("1 a@x", "3 c@x"));
  EXPECT_THAT(box.numbers_in_xapian(), ElementsAre("1", "3"));
}

TEST(Index, InPlaceComesToTheSameAsInBulk) {
  IndexSandbox whole("whole"), steps("steps");
  whole.add(a_list(0, 60));
  for (int i = 0; i < 60; i += 12) {
    steps.add(a_list(i, 12));
    EXPECT_EQ(steps.index().indexed, 12u);
  }
  whole.index();
  EXPECT_EQ(steps.dump(), whole.dump());
}

TEST(Index, ThreadsThatGrowTogetherLaterAreTheSameInXapian) {
  IndexSandbox box;
  box.add({a_mail("a@x", "one"), a_mail("b@x", "two")});
  box.index();
  box.add({a_mail("c@x", "both", "References: <a@x> <b@x>\n")});
  box.index();
  std::set<double> threads;
  for (int shard = 0; shard < 3; ++shard) {
    const Xapian::Database db((box.dir() / "xap15" / std::to_string(shard)).string());
    for (auto d = db.postlist_begin(""); d != db.postlist_end(""); ++d)
      threads.insert(Xapian::sortable_unserialise(db.get_document(*d).get_value(5)));
  }
  EXPECT_EQ(threads.size(), 1u);
}

TEST(Index, ARebuildKeepsTheNumbers) {
  IndexSandbox box;
  const auto b = a_mail("b@x", "two");
  box.add({a_mail("a@x", "one"), b, a_mail("c@x", "three")});
  box.index();
  box.commit({{'d', b}, {'m', a_mail("d@x", "four")}});
  box.index();
  const auto before = box.dump();
  EXPECT_TRUE(box.index(rebuild()).rebuilt);
  EXPECT_EQ(box.dump(), before);
}

TEST(Index, ALostOverviewIsBuiltAnewWithTheOldNumbers) {
  IndexSandbox box;
  box.add(a_list(0, 20));
  box.index();
  const auto before = box.dump();
  fs::remove_all(box.dir() / "xap15");
  box.index();
  EXPECT_EQ(box.dump(), before);
}

TEST(Index, SeriesThatAreBehindTheIndexAreReadAgain) {
  IndexSandbox box;
  box.add(a_list(0, 20));
  box.index();
  const auto before = box.dump();
  fs::remove_all(box.dir() / "lorelei");
  EXPECT_EQ(box.index().indexed, 0u);
  EXPECT_EQ(box.dump(), before);
}

TEST(Index, RewrittenHistoryKeepsTheNumbersOfWhatIsLeft) {
  IndexSandbox box;
  box.add({a_mail("a@x", "one"), a_mail("b@x", "secret"), a_mail("c@x", "three")});
  box.index();
  box.git("branch keep HEAD~2 && git -C box/git/0.git update-ref refs/heads/master refs/heads/keep");
  box.add({a_mail("c@x", "three"), a_mail("d@x", "four")});
  const auto report = box.index();
  EXPECT_THAT(report.rewritten, ElementsAre(0u));
  EXPECT_THAT(box.numbers(), ElementsAre("1 a@x", "3 c@x", "4 d@x"));
  EXPECT_THAT(box.numbers_in_xapian(), ElementsAre("1", "3", "4"));
}

TEST(Index, AStopWhileRewrittenHistoryIsTakenOverChangesNothing) {
  IndexSandbox box;
  box.add({a_mail("a@x", "one"), a_mail("b@x", "secret"), a_mail("c@x", "three")});
  box.index();
  const auto before = box.dump();
  box.git("update-ref refs/heads/master HEAD~2");
  box.add({a_mail("c@x", "three"), a_mail("d@x", "four")});
  box.world().cancelled = true;
  const auto stopped = box.index();
  EXPECT_TRUE(stopped.interrupted);
  EXPECT_EQ(stopped.removed, 0u);
  EXPECT_EQ(box.dump(), before);
  box.world().cancelled = false;
  EXPECT_EQ(box.index().removed, 2u);
  EXPECT_THAT(box.numbers(), ElementsAre("1 a@x", "3 c@x", "4 d@x"));
}

TEST(Index, AStoppedRebuildLeavesTheOldIndex) {
  IndexSandbox box;
  box.add(a_list(0, 20));
  box.index();
  const auto before = box.dump();
  box.world().cancelled = true;
  EXPECT_FALSE(box.index(rebuild()).rebuilt);
  EXPECT_EQ(box.dump(), before);
}

// Under much rewritten history the index is built anew; few messages are taken back and given again.
TEST(Index, HistoryRewrittenInItsDepthKeepsTheNumbersOfWhatIsLeft) {
  IndexSandbox box;
  std::vector<std::string> mails;
  for (int i = 1; i <= 2010; ++i) mails.push_back(a_mail(fmt::format("m{}@x", i), "short"));
  box.add(mails);
  IndexOptions basic;
  basic.level = Level::kBasic;
  box.index(basic);
  auto left = box.numbers();
  left.erase(left.begin() + 1);
  box.git("update-ref refs/heads/master HEAD~2009");
  mails.erase(mails.begin(), mails.begin() + 2);
  box.add(mails);
  EXPECT_TRUE(box.index().rebuilt);
  EXPECT_EQ(box.numbers(), left);
}

TEST(Index, ADeletionThatUpstreamTookBackGivesTheMessageBack) {
  IndexSandbox box;
  const auto b = a_mail("b@x", "two");
  box.add({a_mail("a@x", "one"), b});
  box.index();
  box.commit({{'d', b}});
  box.index();
  EXPECT_THAT(box.numbers(), ElementsAre("1 a@x"));
  box.git("update-ref refs/heads/master HEAD~1");
  box.add({a_mail("c@x", "three")});
  box.index();
  EXPECT_THAT(box.numbers(), ElementsAre("1 a@x", "3 b@x", "4 c@x"));
  EXPECT_THAT(box.numbers_in_xapian(), ElementsAre("1", "3", "4"));
}

TEST(Index, AWithdrawnMessageThatCannotBeReadLeavesTheIndexAllTheSame) {
  IndexSandbox box;
  box.add({a_mail("a@x", "one"), a_mail("b@x", "secret")});
  box.index();
  box.git("rev-parse master:m > box/secret; git -C box/git/0.git update-ref refs/heads/master HEAD~1");
  box.add({a_mail("c@x", "three")});
  box.lose_object("$(cat box/secret)");
  EXPECT_TRUE(box.index().rebuilt);
  EXPECT_THAT(box.numbers_in_xapian(), ElementsAre("1", "3"));
}

TEST(Index, AMessageWithTheIdsOfTwoOthersTakesThePlaceOfNeither) {
  IndexSandbox box;
  box.add({a_mail("a@x", "one"), a_mail("b@x", "two")});
  box.index();
  box.add({a_mail("a@x", "both", "Message-ID: <b@x>\n")});
  EXPECT_EQ(box.index().skipped, 1u);
  EXPECT_THAT(box.rows("xap15/over.sqlite3", "SELECT COUNT(DISTINCT ddd) FROM over WHERE num > 0"), ElementsAre("2"));
  EXPECT_THAT(box.rows("lorelei/series.sqlite3", "SELECT reason FROM skipped"),
              ElementsAre("its Message-ID belongs to another message"));
}

TEST(Index, LostNumbersComeBackFromTheOverview) {
  IndexSandbox box;
  const auto b = a_mail("b@x", "two");
  box.add({a_mail("a@x", "one"), b, a_mail("j\xf6rg@x", "three")});
  box.index();
  box.commit({{'d', b}});
  box.index();
  const auto before = box.dump();
  fs::remove(box.dir() / "msgmap.sqlite3");
  EXPECT_TRUE(box.index().rebuilt);
  EXPECT_EQ(box.dump(), before);
}

TEST(Index, AnIndexWhosePartsAreDamagedOrLostIsBuiltAnew) {
  IndexSandbox box;
  box.add(a_list(0, 20));
  box.index();
  const auto before = box.dump();
  fs::remove_all(box.dir() / "xap15/1");
  ASSERT_FALSE(box.try_index());
  EXPECT_TRUE(box.index(rebuild()).rebuilt);
  EXPECT_EQ(box.dump(), before);
  fs::resize_file(box.dir() / "xap15/0/iamglass", 0);
  ASSERT_FALSE(box.try_index());
  EXPECT_TRUE(box.index(rebuild()).rebuilt);
  EXPECT_EQ(box.dump(), before);
}

// A commit can hold a message and the deletion of another; what is recorded is the commit.
TEST(Index, APlanIsNeverCutInsideACommit) {
  IndexSandbox box;
  const auto a = a_mail("a@x", "one");
  box.add({a, a_mail("b@x", "two")});
  box.git(
      "read-tree --empty; cd box/git/0.git; for f in d m; do git update-index --add --cacheinfo"
      " 100644,$(git rev-parse HEAD~1:m),$f; test $f = d || git update-index --add --cacheinfo"
      " 100644,$(echo three | git hash-object -w --stdin),m; done;"
      " git update-ref HEAD $(git commit-tree -p HEAD -m x $(git write-tree))");
  const auto nothing = [](unsigned) -> Result<std::optional<std::string>> { return std::nullopt; };
  EXPECT_EQ(plan_index(box.inbox(), nothing)->size(), 4u);
  EXPECT_EQ(plan_index(box.inbox(), nothing, 3)->size(), 4u);
  EXPECT_EQ(plan_index(box.inbox(), nothing, 2)->size(), 2u);
  auto plan = plan_index(box.inbox(), nothing).value();
  cut_plan(plan, 3);
  EXPECT_EQ(plan.size(), 4u);
  cut_plan(plan, 1);
  EXPECT_EQ(plan.size(), 1u);
  EXPECT_EQ(plan.epochs[0].tip, plan.epochs[0].changes[0].commit);
}

TEST(Index, AnotherLevelNeedsARebuild) {
  IndexSandbox box;
  box.add({a_mail("a@x", "one")});
  box.index();
  IndexOptions medium;
  medium.level = Level::kMedium;
  const auto refused = box.try_index(medium);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Error::Kind::kRefused);
  medium.scope = IndexOptions::Scope::kRebuild;
  EXPECT_TRUE(box.try_index(medium));
}

TEST(Index, SerialNumbersOfAnotherArchiveAreTerms) {
  IndexSandbox old("old"), box;
  old.add({a_mail("x@x", "before"), a_mail("a@x", "one")});
  old.index();
  box.add({a_mail("a@x", "one"), a_mail("b@x", "two")});
  IndexOptions options;
  options.altids = {"serial:gmane:file=" + (old.dir() / "msgmap.sqlite3").string()};
  box.index(options);
  EXPECT_NE(box.dump().find(" XGMANE2:0 "), std::string::npos);
  EXPECT_EQ(box.dump().find("XGMANE1"), std::string::npos);
  options.altids = {"serial:gmane"};
  options.scope = IndexOptions::Scope::kRebuild;
  EXPECT_EQ(box.try_index(options).error().kind, Error::Kind::kUsage);
}

TEST(Index, LevelBasicHasNoShardsButTheSameNumbers) {
  IndexSandbox box;
  box.add(a_list(0, 10));
  IndexOptions basic;
  basic.level = Level::kBasic;
  EXPECT_EQ(box.index(basic).indexed, 10u);
  EXPECT_FALSE(fs::exists(box.dir() / "xap15/0"));
  EXPECT_EQ(box.numbers().size(), 10u);
  box.add(a_list(10, 2));
  EXPECT_EQ(box.index().indexed, 2u);  // stays as it is
}

TEST(Index, ALargeMessageIsSkippedWhenASizeIsSet) {
  IndexSandbox box;
  box.add({a_mail("a@x", "one", "", std::string(5000, 'x') + "\n"), a_mail("b@x", "two")});
  IndexOptions small;
  small.max_message_bytes = 2000;
  EXPECT_EQ(box.index(small).skipped, 1u);
  EXPECT_THAT(box.numbers(), ElementsAre("1 b@x"));
}

TEST(Index, AMessageThatGitCannotGiveIsCountedAndTheRestIsIndexed) {
  IndexSandbox box;
  box.add({a_mail("a@x", "one"), a_mail("b@x", "two")});
  box.git("config x.y z; b=$(git -C box/git/0.git rev-parse HEAD~1:m); rm box/git/0.git/objects/${b%${b#??}}/${b#??}");
  const auto report = box.index();
  EXPECT_EQ(report.damaged, 1u);
  EXPECT_THAT(box.numbers(), ElementsAre("1 b@x"));
}

TEST(Index, AMessageThatGitGivesAgainIsIndexedAfterAll) {
  IndexSandbox box;
  box.add({a_mail("a@x", "one"), a_mail("b@x", "two")});
  box.git("cat-file blob HEAD~1:m > box/kept");
  box.lose_object("$(git -C box/git/0.git rev-parse HEAD~1:m)");
  EXPECT_EQ(box.index().damaged, 1u);
  EXPECT_EQ(box.index().damaged, 0u);  // not counted again while nothing changed
  box.git("hash-object -w ../../kept");
  EXPECT_EQ(box.index().indexed, 1u);
  EXPECT_THAT(box.numbers(), ElementsAre("1 b@x", "2 a@x"));
  EXPECT_THAT(box.numbers_in_xapian(), ElementsAre("1", "2"));
  EXPECT_THAT(box.rows("lorelei/series.sqlite3", "SELECT blob FROM skipped"), ElementsAre());
}

TEST(Index, AMessageThatWasTooLargeIsIndexedOnceTheSizeAllowsIt) {
  IndexSandbox box;
  box.add({a_mail("a@x", "one", "", std::string(5000, 'x') + "\n")});
  IndexOptions small;
  small.max_message_bytes = 2000;
  EXPECT_EQ(box.index(small).skipped, 1u);
  EXPECT_EQ(box.index(small).skipped, 0u);
  EXPECT_EQ(box.index().indexed, 1u);
}

// Many segments for each shard: what a worker holds is cut by its size.
TEST(Index, LittleMemoryMakesTheSameIndex) {
  IndexSandbox much("much"), little("little");
  much.add(a_list(0, 100));
  little.add(a_list(0, 100));
  IndexOptions options;
  options.memory_bytes = 64 << 10;
  much.index();
  little.index(options);
  EXPECT_EQ(little.dump(), much.dump());
}

// Killed after each of many delays; the next run must come to what an undisturbed run comes to.
void expect_same_after_kills(IndexSandbox& box, const std::string& undisturbed) {
  int killed = 0;
  for (int delay_us = 200; killed < 40; delay_us += delay_us / 8 + 100) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      (void)box.try_index();
      _exit(0);
    }
    usleep(static_cast<useconds_t>(delay_us));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status)) break;  // it was done before
    ++killed;
  }
  EXPECT_GE(killed, 3);
  box.index();
  // Nothing is left that a reader would have to play back.
  for (const char* file : {"msgmap.sqlite3", "xap15/over.sqlite3", "lorelei/series.sqlite3"}) {
    std::error_code absent;
    const auto size = fs::file_size(box.dir() / (std::string(file) + "-journal"), absent);
    EXPECT_TRUE(absent || size == 0) << file;
  }
  EXPECT_EQ(box.dump(), undisturbed);
  EXPECT_FALSE(fs::exists(box.dir() / "lorelei/build"));
}

TEST(IndexCrash, AKillInBulkLosesAndRepeatsNothing) {
  IndexSandbox whole("whole"), box("box");
  whole.add(a_list(0, 200));
  whole.index();
  box.add(a_list(0, 200));
  expect_same_after_kills(box, whole.dump());
}

TEST(IndexCrash, AKillInPlaceLosesAndRepeatsNothing) {
  IndexSandbox whole("whole"), box("box");
  for (auto* one : {&whole, &box}) {
    one->add(a_list(0, 100));
    one->index();
    one->add(a_list(100, 100));
  }
  whole.index();
  expect_same_after_kills(box, whole.dump());
}

}  // namespace
}  // namespace lorelei::search
