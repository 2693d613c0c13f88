// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/verify.hh"

#include <gmock/gmock.h>

#include "archive/msgmap.hh"
#include "archive/over_writer.hh"
#include "archive/status.hh"
#include "base/deflate.hh"
#include "git/repository.hh"
#include "mail/overview.hh"
#include "tests/fake_env.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::archive {
namespace {

using git::mail_commit;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string mail(const std::string& id) { return "From: a@x\nMessage-ID: <" + id + ">\n\nbody " + id + "\n"; }

class Verify : public testing::Test {
 protected:
  Verify() : inbox(Inbox::create(box / "list", {"d"}).value()) {}
  void epoch(const std::string& stream) { make_epoch(box, "list/git/0.git", stream); }
  void three() {
    epoch(mail_commit('m', mail("a@x"), 1) + mail_commit('m', mail("b@x"), 2) + mail_commit('m', mail("c@x"), 3));
  }

  // The two databases, as an indexer writes them; numbers from 1 on in the order of history.
  void index() {
    box.run("mkdir -p list/xap15");
    auto msgmap = Msgmap::open(Sqlite::open(inbox.msgmap_path(), SqliteMode::kCreate).value(), 1).value();
    auto over = OverWriter::open(Sqlite::open(inbox.over_path(), SqliteMode::kCreate).value()).value();
    const auto repository = git::Repository::open(inbox.epochs()[0].path).value();
    auto reader = git::BlobReader::open(inbox.object_directories()).value();
    Deflater deflater(Deflater::Form::kZlib);
    const auto tip = *repository.resolve().value();
    const auto done = repository.history({}, tip, [&](const git::Change& change) -> Result<void> {
      const auto raw = reader.read(change.blob).value();
      auto overview = mail::make_overview(mail::Entity(raw), raw, {}, {});
      if (overview.message_ids.empty()) return {};
      const auto id = overview.message_ids.front();
      TRY(const auto number, msgmap.insert(id));
      if (number == 0) return {};
      choose_own_id(overview, id);
      TRY([[maybe_unused]] const auto thread,
          over.add(number, overview, deflater.deflate(overview_record(overview, change.blob.hex(), Recipients::kYes))));
      return {};
    });
    ASSERT_TRUE(done) << to_text(done.error());
    ASSERT_TRUE(msgmap.set_last_indexed(0, tip.hex()));
  }

  VerifyReport report() {
    const auto opened = Inbox::open(box / "list").value();
    auto result = verify_archive(world.env, opened, {});
    EXPECT_TRUE(result) << to_text(result.error());
    return result ? *result : VerifyReport{};
  }
  // "where: what" of every finding.
  std::vector<std::string> findings() {
    std::vector<std::string> lines;
    const auto verified = report();
    for (const auto& finding : verified.findings.kept()) lines.push_back(finding.where + ": " + finding.what);
    return lines;
  }
  IndexState state() { return status_of({Located::Kind::kInbox, "list", inbox.dir(), {}})->index; }

  git::Sandbox box;
  FakeEnv world;
  Inbox inbox;
};

TEST_F(Verify, ASoundArchiveHasNoFindings) {
  three();
  index();
  const auto sound = report();
  EXPECT_THAT(sound.findings.kept(), IsEmpty());
  EXPECT_EQ(sound.commits, 3u);
  EXPECT_EQ(sound.messages, 3u);
  EXPECT_EQ(sound.indexed, 3u);
  EXPECT_EQ(state(), IndexState::kCurrent);
}

TEST_F(Verify, WhatIsMissingForAReasonIsNoFinding) {
  epoch(mail_commit('m', mail("a@x"), 1) + mail_commit('m', mail("a@x") + "other\n", 2) +
        mail_commit('m', "From: x\n\nno id\n", 3) + mail_commit('m', "", 4));
  index();
  const auto sound = report();
  EXPECT_THAT(sound.findings.kept(), IsEmpty());
  EXPECT_EQ(sound.messages, 3u);
  EXPECT_EQ(sound.indexed, 1u);
  EXPECT_EQ(sound.skipped, 2u);
}

TEST_F(Verify, AnIdThatIsNotUtf8IsTheSameInBothDatabases) {
  epoch(mail_commit('m', mail("j\xf6rg@x"), 1));
  index();
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(Verify, WhatCameAfterTheIndexIsCountedNotFound) {
  three();
  index();
  extend_epoch(box, "list/git/0.git", mail_commit('m', mail("d@x"), 4) + mail_commit('d', mail("a@x"), 5));
  const auto behind = report();
  EXPECT_THAT(behind.findings.kept(), IsEmpty());
  EXPECT_EQ(behind.not_indexed, 1u);
  EXPECT_EQ(behind.messages, 3u);
  EXPECT_EQ(state(), IndexState::kBehind);
}

TEST_F(Verify, ARecordedCommitThatRepeatsItsParentIsUnderstood) {
  epoch(mail_commit('m', mail("a@x"), 1) + mail_commit('m', mail("a@x"), 2));
  index();
  EXPECT_EQ(report().messages, 1u);
  EXPECT_EQ(report().not_indexed, 0u);
}

TEST_F(Verify, WithoutAnIndexOnlyGitIsLookedAt) {
  three();
  EXPECT_FALSE(report().has_index);
  EXPECT_EQ(report().messages, 3u);
  EXPECT_THAT(findings(), IsEmpty());
  EXPECT_EQ(state(), IndexState::kNone);
}

TEST_F(Verify, RowsAndMessagesThatDoNotMatchAreFound) {
  three();
  index();
  const auto second = box.run("git -C list/git/0.git rev-parse HEAD~1:m");
  {
    auto over = OverWriter::open(Sqlite::open(inbox.over_path(), SqliteMode::kReadWrite).value()).value();
    ASSERT_TRUE(over.remove_number(2));
    const auto msgmap = Sqlite::open(inbox.msgmap_path(), SqliteMode::kReadWrite).value();
    ASSERT_TRUE(msgmap.exec("DELETE FROM msgmap WHERE num = 2; UPDATE msgmap SET mid = 'z@x' WHERE num = 3"));
  }
  EXPECT_THAT(findings(),
              ElementsAre("article 3: it is <c@x> in over.sqlite3, but <z@x> in msgmap.sqlite3",
                          AllOf(HasSubstr("epoch 0, commit "), HasSubstr(second + " is not in the index"))));
}

TEST_F(Verify, AnArticleWhoseMessageWasDeletedIsFound) {
  three();
  index();
  extend_epoch(box, "list/git/0.git", mail_commit('d', mail("b@x"), 4));
  {
    auto msgmap = Msgmap::open(Sqlite::open(inbox.msgmap_path(), SqliteMode::kReadWrite).value(), 1).value();
    ASSERT_TRUE(msgmap.set_last_indexed(0, box.run("git -C list/git/0.git rev-parse HEAD")));
  }
  EXPECT_THAT(findings(), ElementsAre("article 2: its message is not in git, or was deleted there"));
}

TEST_F(Verify, RewrittenHistoryIsNamedAndTheIndexIsNotBlamed) {
  three();
  index();
  box.run("git -C list/git/0.git update-ref refs/heads/master HEAD~2");
  extend_epoch(box, "list/git/0.git", mail_commit('m', mail("d@x"), 4));
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("epoch 0: its history was rewritten")));
}

TEST_F(Verify, TreesThatAreNoMailAreFound) {
  const std::string head =
      "commit refs/heads/master\ncommitter C <c@x> 1 +0000\ndata 1\ns\ndeleteall\nM 100644 inline ";
  epoch(head + "x\ndata 1\na\n" + head + "m\ndata 1\na\nM 100644 inline d\ndata 1\nb\n" + head + "m\ndata 1\nc\n");
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("both a file m and d"), HasSubstr("something else than"),
                                      HasSubstr("neither a file m nor d")));
}

TEST_F(Verify, AMergeIsFound) {
  three();
  box.run(
      "cd list/git/0.git && git update-ref refs/heads/master $(git commit-tree -m x -p HEAD -p HEAD~1 HEAD^{tree})");
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("several parents")));
}

TEST_F(Verify, EveryDamagedObjectIsNamed) {
  three();
  const auto objects = box.run("git -C list/git/0.git rev-list --objects HEAD | cut -c 1-40");
  for (const auto id : split(objects, '\n')) {
    SCOPED_TRACE(id);
    const auto file = "list/git/0.git/objects/" + std::string(id.substr(0, 2)) + "/" + std::string(id.substr(2));
    box.run("cp " + file + " saved && chmod u+w " + file + " && : > " + file);
    EXPECT_THAT(findings(), Contains(HasSubstr(std::string(id))));
    box.run("cp saved " + file);
  }
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(Verify, BytesUnderAWrongNameAreFound) {
  three();
  const auto blob = box.run("git -C list/git/0.git rev-parse HEAD:m");
  const auto other = box.run("git -C list/git/0.git rev-parse HEAD~1:m");
  const auto file = [](const std::string& id) {
    return "list/git/0.git/objects/" + id.substr(0, 2) + "/" + id.substr(2);
  };
  box.run("cp -f " + file(other) + " " + file(blob));
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("blob " + blob + " is damaged")));
}

TEST_F(Verify, AMissingEpochAndAnUnlistedOneAreFound) {
  three();
  ASSERT_TRUE(inbox.add_epoch(1));
  box.run("mv list/git/1.git list/git/2.git");
  EXPECT_THAT(findings(), ElementsAre("all.git: the epoch " + box / "list/git/1.git" + " is missing",
                                      "all.git: epoch 2 is not in its list of epochs"));
}

TEST_F(Verify, ADamagedDatabaseIsAFinding) {
  three();
  index();
  box.run("head -c 5000 /dev/zero > list/xap15/over.sqlite3");
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("index: ")));
}

TEST(Findings, AreKeptUpToALimitAndCounted) {
  Findings findings;
  for (std::size_t i = 0; i < kMaxFindings + 5; ++i) findings.add("a", "b");
  EXPECT_EQ(findings.kept().size(), kMaxFindings);
  EXPECT_EQ(findings.count(), kMaxFindings + 5);
}

}  // namespace
}  // namespace lorelei::archive
