// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/clone.hh"

#include <gmock/gmock.h>

#include "archive/fetch.hh"
#include "archive/inbox.hh"
#include "tests/fake_env.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::archive {
namespace {

using git::mail_commit;
using testing::ElementsAre;
using testing::HasSubstr;
using Outcome = FetchedEpoch::Outcome;

std::string mail(const std::string& id, const std::string& headers = "") {
  return "From: a@example.com\nTo: list@example.com\nMessage-ID: <" + id + ">\n" + headers + "\nbody " + id + "\n";
}

class Mirror : public testing::Test {
 protected:
  Mirror() {
    world.variables["HOME"] = box / "home";
    box.run("mkdir home upstream");
    epoch(0, "one");
  }
  void epoch(int number, const std::string& id) {
    make_epoch(box, name_of(number), mail_commit('m', mail(id, "List-Id: The list <list.example.com>\n"), 10));
  }
  static std::string name_of(int number) { return "upstream/" + std::to_string(number) + ".git"; }
  Result<CloneReport> clone(const std::string& source, const std::string& place, CloneOptions options = {}) {
    return clone_archive(world.env, source, place, options);
  }
  CloneReport cloned() { return clone(box / "upstream", "list").value(); }
  std::vector<FetchedEpoch> fetched(const fs::path& dir) {
    auto inbox = Inbox::open(dir);
    auto epochs = fetch_archive(world.env, *inbox, Talk::kQuiet);
    EXPECT_TRUE(epochs) << to_text(epochs.error());
    return epochs ? *epochs : std::vector<FetchedEpoch>{};
  }
  git::Sandbox box;
  FakeEnv world;
};

TEST_F(Mirror, ANamedCloneIsPlacedRegisteredAndReadyForPublicInbox) {
  epoch(1, "two");
  const auto report = clone(box / "upstream", "list");
  ASSERT_TRUE(report) << to_text(report.error());
  EXPECT_EQ(report->dir, box.path() / "home/.local/share/lorelei/archives/list");
  EXPECT_EQ(report->epochs, 2u);
  const auto registry = Registry::load(world.env).value();
  ASSERT_NE(registry.by_name("list"), nullptr);
  EXPECT_EQ(registry.by_name("list")->dir, report->dir);
  EXPECT_THAT(registry.by_name("list")->addresses, ElementsAre("list@example.com"));
  EXPECT_THAT(registry.by_name("list")->list_ids, ElementsAre("list.example.com"));
  const auto inbox = Inbox::open(report->dir).value();
  EXPECT_EQ(inbox.description(), "public inbox for list@example.com");
  EXPECT_EQ(box.run("cat '" + (inbox.all_git() / "objects/info/alternates").string() + "'"),
            "../../git/1.git/objects\n../../git/0.git/objects");
  EXPECT_EQ(box.run("git -C '" + inbox.epochs()[1].path + "' config include.path"), "../../all.git/config");
  EXPECT_EQ(box.run("ls -A '" + report->dir.parent_path().string() + "'"), "list");
}

TEST_F(Mirror, ADirectoryIsTakenAsItIs) {
  CloneOptions options;
  options.name = "other";
  options.addresses = {"x@example.com"};
  options.urls = {"https://example.com/x"};
  options.newsgroup = "org.x";
  const auto report = clone(box / "upstream", box / "mail/list", options);
  ASSERT_TRUE(report) << to_text(report.error());
  const auto registry = Registry::load(world.env).value();
  ASSERT_NE(registry.by_name("other"), nullptr);
  EXPECT_EQ(registry.by_name("other")->dir, box / "mail/list");
  EXPECT_EQ(registry.by_name("other")->newsgroup, "org.x");
  EXPECT_THAT(registry.by_name("other")->addresses, ElementsAre("x@example.com"));
}

TEST_F(Mirror, ThePlaceOfNamesIsASetting) {
  box.write("home/.gitconfig", "[lorelei]\n\tarchives = ~/mail\n");
  EXPECT_EQ(cloned().dir, box.path() / "home/mail/list");
}

TEST_F(Mirror, ABundleWithoutHeadGetsItsOnlyBranch) {
  make_epoch(box, "main.git", mail_commit('m', mail("m"), 10));
  box.run("git -C main.git branch -m master topic && git -C main.git bundle create -q ../list.bundle topic");
  const auto report = clone(box / "list.bundle", box / "list");
  ASSERT_TRUE(report) << to_text(report.error());
  EXPECT_EQ(box.run("cat list/git/0.git/HEAD"), "ref: refs/heads/topic");
}

TEST_F(Mirror, WhatIsThereIsNeverTouched) {
  box.run("mkdir mine && touch mine/file");
  EXPECT_EQ(clone(box / "upstream", box / "mine").error().kind, Error::Kind::kConflict);
  const auto report = cloned();
  const auto again = clone(box / "upstream", "list");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, Error::Kind::kConflict);
  EXPECT_THAT(again.error().next, HasSubstr("archive fetch"));
  EXPECT_EQ(clone(box / "upstream", box / "elsewhere/list").error().kind, Error::Kind::kConflict);
  EXPECT_FALSE(fs::exists(box / "elsewhere"));
}

TEST_F(Mirror, ARepositoryWithoutMailIsRefused) {
  box.run("git init -q -b master code && cd code && touch m.c && git add . && git commit -qm code");
  const auto report = clone(box / "code/.git", box / "list");
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().why, HasSubstr("it holds no mail"));
  EXPECT_FALSE(fs::exists(box / "list"));
}

TEST_F(Mirror, ATruncatedBundleLeavesNothingAtTheTarget) {
  box.run("git -C upstream/0.git bundle create -q ../../list.bundle master && truncate -s -10 list.bundle");
  const auto report = clone(box / "list.bundle", box / "list");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, Error::Kind::kFailed);
  EXPECT_THAT(report.error().why, HasSubstr("EOF"));
  EXPECT_FALSE(fs::exists(box / "list"));
  EXPECT_FALSE(fs::exists(box / "home/.public-inbox/config"));
}

TEST_F(Mirror, AStoppedCloneGoesOnWithWhatIsMissing) {
  epoch(1, "two");
  box.run("mv upstream/1.git/objects saved && mkdir upstream/1.git/objects");  // the second epoch can't be cloned
  ASSERT_FALSE(clone(box / "upstream", box / "list"));
  EXPECT_FALSE(fs::exists(box / "list"));
  box.run("rmdir upstream/1.git/objects && mv saved upstream/1.git/objects && touch .list.unfinished-clone/epoch");
  epoch(2, "three");
  const auto report = clone(box / "upstream", box / "list");
  ASSERT_TRUE(report) << to_text(report.error());
  EXPECT_EQ(report->epochs, 3u);
  EXPECT_EQ(report->resumed, 1u);
  EXPECT_FALSE(fs::exists(box / ".list.unfinished-clone"));
}

TEST_F(Mirror, ACloneOfSomethingElseDoesNotGoOnWithIt) {
  box.run("mkdir .list.unfinished-clone && printf elsewhere > .list.unfinished-clone/source");
  const auto report = clone(box / "upstream", box / "list");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, Error::Kind::kConflict);
  EXPECT_THAT(report.error().why, HasSubstr("elsewhere"));
}

TEST_F(Mirror, AKillBeforeRegistrationIsMadeGood) {
  const auto report = cloned();
  box.run("rm home/.public-inbox/config");
  const auto again = clone(box / "upstream", "list");
  ASSERT_TRUE(again) << to_text(again.error());
  EXPECT_EQ(again->resumed, 1u);
  EXPECT_NE(Registry::load(world.env)->by_name("list"), nullptr);
}

TEST_F(Mirror, FetchBringsNewMailAndNewEpochs) {
  const auto report = cloned();
  extend_epoch(box, name_of(0), mail_commit('m', mail("two"), 20) + mail_commit('m', mail("three"), 30));
  epoch(1, "four");
  auto epochs = fetched(report.dir);
  ASSERT_EQ(epochs.size(), 2u);
  EXPECT_EQ(epochs[0].outcome, Outcome::kUpdated);
  EXPECT_EQ(epochs[0].messages, 2u);
  EXPECT_EQ(epochs[0].after, box.id("git -C upstream/0.git rev-parse HEAD"));
  EXPECT_EQ(epochs[1].outcome, Outcome::kAdded);
  EXPECT_EQ(epochs[1].messages, 1u);
  EXPECT_EQ(box.run("wc -l < '" + (report.dir / "all.git/objects/info/alternates").string() + "'"), "2");
  epochs = fetched(report.dir);
  EXPECT_EQ(epochs[0].outcome, Outcome::kUnchanged);
  EXPECT_EQ(epochs[1].outcome, Outcome::kUnchanged);
}

TEST_F(Mirror, FetchTakesOverRewrittenHistoryAndKeepsTheOldCommits) {
  extend_epoch(box, name_of(0), mail_commit('m', mail("two"), 20));
  const auto report = cloned();
  const auto old_tip = box.id("git -C upstream/0.git rev-parse HEAD");
  box.run("git -C upstream/0.git update-ref refs/heads/master HEAD~1");
  extend_epoch(box, name_of(0), mail_commit('m', mail("other"), 20));
  const auto epochs = fetched(report.dir);
  ASSERT_EQ(epochs.size(), 1u);
  EXPECT_EQ(epochs[0].outcome, Outcome::kRewritten);
  EXPECT_EQ(epochs[0].before, old_tip);
  EXPECT_EQ(epochs[0].messages, 1u);
  EXPECT_EQ(box.run("git -C '" + (report.dir / "git/0.git").string() + "' cat-file -t " + old_tip.hex()), "commit");
}

TEST_F(Mirror, OneEpochThatFailsDoesNotStopTheOthers) {
  epoch(1, "two");
  const auto report = cloned();
  box.run("mv upstream/0.git gone");
  extend_epoch(box, name_of(1), mail_commit('m', mail("three"), 20));
  const auto epochs = fetched(report.dir);
  ASSERT_EQ(epochs.size(), 2u);
  EXPECT_EQ(epochs[0].outcome, Outcome::kFailed);
  EXPECT_THAT(epochs[0].error->why, HasSubstr("upstream/0.git"));
  EXPECT_EQ(epochs[1].outcome, Outcome::kUpdated);
}

TEST_F(Mirror, AnArchiveMadeHereHasNothingToFetch) {
  ASSERT_TRUE(Inbox::create(box / "own", {"d"}));
  const auto epochs = fetched(box / "own");
  ASSERT_EQ(epochs.size(), 1u);
  EXPECT_EQ(epochs[0].outcome, Outcome::kNoRemote);
}

}  // namespace
}  // namespace lorelei::archive
