// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/inbox.hh"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "git/repository.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::archive {
namespace {

using git::Sandbox;
using testing::ElementsAre;
using testing::HasSubstr;

std::string text_of(const fs::path& path) { return read_file(path).value(); }

Inbox created(const Sandbox& box) { return Inbox::create(box / "list", {"public inbox for l@example.com"}).value(); }

TEST(InboxCreate, WritesWhatPublicInboxInitWrites) {
  const Sandbox box;
  const auto inbox = created(box);
  EXPECT_EQ(text_of(box / "list/inbox.lock"), "");
  EXPECT_EQ(text_of(box / "list/description"), "public inbox for l@example.com\n");
  EXPECT_EQ(text_of(box / "list/all.git/objects/info/alternates"), "../../git/0.git/objects\n");
  EXPECT_EQ(text_of(box / "list/git/0.git/HEAD"), "ref: refs/heads/master\n");
  EXPECT_EQ(box.run("git -C list/git/0.git config --includes include.path"), "../../all.git/config");
  EXPECT_EQ(box.run("git -C list/all.git config repack.writeBitmaps"), "true");
  EXPECT_EQ(box.run("git -C list/git/0.git rev-parse --is-bare-repository"), "true");
  EXPECT_EQ(box.run("find . -name '.[!.]*' | wc -l"), "0");  // no temporary is left
  EXPECT_TRUE(git::Repository::open(inbox.epochs().front().path));
}

TEST(InboxCreate, ModesFollowTheUmask) {
  const Sandbox box;
  const auto before = umask(027);
  const auto inbox = Inbox::create(box / "list", {"d"});
  umask(before);
  ASSERT_TRUE(inbox) << to_text(inbox.error());
  EXPECT_EQ(box.run("stat -c %a list list/git list/git/0.git list/inbox.lock | tr '\\n' ' '"), "750 750 750 640");
}

TEST(InboxCreate, TakesAnEmptyDirectoryButNothingElse) {
  const Sandbox box;
  box.run("mkdir empty full && touch full/mail file");
  EXPECT_TRUE(Inbox::create(box / "empty", {"d"}));
  for (const char* name : {"full", "file", "empty"}) {
    SCOPED_TRACE(name);
    const auto inbox = Inbox::create(box / name, {"d"});
    ASSERT_FALSE(inbox);
    EXPECT_EQ(inbox.error().kind, Error::Kind::kConflict);
  }
  EXPECT_EQ(box.run("ls full"), "mail");
}

TEST(InboxOpen, SaysWhatElseIsThere) {
  const Sandbox box;
  box.run(
      "mkdir plain all && touch all/ei.lock && git init -q --bare repo && git init -q --bare v1 && "
      "touch v1/ssoma.lock");
  const struct {
    const char *name, *why;
    Error::Kind kind;
  } cases[] = {
      {"none", "no such directory", Error::Kind::kNotFound},
      {"plain", "it is no archive", Error::Kind::kRefused},
      {"all", "aggregate", Error::Kind::kRefused},
      {"repo", "git repository", Error::Kind::kRefused},
      {"v1", "version 1", Error::Kind::kRefused},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto inbox = Inbox::open(box / c.name);
    ASSERT_FALSE(inbox);
    EXPECT_EQ(inbox.error().kind, c.kind);
    EXPECT_THAT(inbox.error().why, HasSubstr(c.why));
    EXPECT_EQ(inbox.error().subject, box / c.name);
    EXPECT_NE(inbox.error().next, "");
  }
}

TEST(InboxOpen, EpochsMayHaveGapsAndComeInOrderOfNumber) {
  const Sandbox box;
  (void)created(box);
  box.run("cd list/git && mkdir -p 10.git/objects 2.git x.git 3.git.tmp && rm -r 0.git");
  const auto inbox = Inbox::open(box / "list/");
  ASSERT_TRUE(inbox) << to_text(inbox.error());
  ASSERT_EQ(inbox->epochs().size(), 2u);
  EXPECT_EQ(inbox->epochs()[0].number, 2u);
  EXPECT_EQ(inbox->epochs()[1].number, 10u);
  EXPECT_EQ(inbox->epoch(10)->path, box / "list/git/10.git");
  EXPECT_EQ(inbox->epoch(0), nullptr);
  EXPECT_THAT(inbox->object_directories(), ElementsAre(box / "list/git/10.git/objects"));
}

TEST(InboxAlternates, NameEveryEpochTheHighestFirst) {
  const Sandbox box;
  auto inbox = created(box);
  ASSERT_TRUE(inbox.add_epoch(2));
  ASSERT_TRUE(inbox.add_epoch(10, "main"));
  EXPECT_EQ(text_of(box / "list/all.git/objects/info/alternates"),
            "../../git/10.git/objects\n../../git/2.git/objects\n../../git/0.git/objects\n");
  EXPECT_EQ(text_of(box / "list/git/10.git/HEAD"), "ref: refs/heads/main\n");
  EXPECT_EQ(inbox.add_epoch(2).error().kind, Error::Kind::kConflict);
}

TEST(InboxAlternates, KeepWhatOthersWroteThere) {
  const Sandbox box;
  auto inbox = created(box);
  box.write("list/all.git/objects/info/alternates", "/elsewhere\n../../git/5.git/objects\n");
  ASSERT_TRUE(inbox.update_all_git());
  EXPECT_EQ(text_of(box / "list/all.git/objects/info/alternates"),
            "../../git/5.git/objects\n../../git/0.git/objects\n/elsewhere\n");
}

TEST(InboxLock, IsExclusiveAndWakesReadersOnlyWhenSomethingChanged) {
  const Sandbox box;
  const auto inbox = created(box);
  {
    auto lock = inbox.lock();
    ASSERT_TRUE(lock) << to_text(lock.error());
    EXPECT_EQ(inbox.lock(LockWait::kFail).error().kind, Error::Kind::kTemporary);
  }
  EXPECT_EQ(text_of(inbox.lock_path()), "");
  for (int i = 0; i < 2; ++i) {
    auto lock = inbox.lock(LockWait::kFail);
    ASSERT_TRUE(lock) << to_text(lock.error());
    ASSERT_TRUE(lock->changed());
  }
  EXPECT_EQ(text_of(inbox.lock_path()), ".");
}

TEST(InboxLock, HoldsTheUmaskOfASharedRepository) {
  const Sandbox box;
  const auto inbox = created(box);
  box.run("git -C list/all.git config core.sharedRepository group");
  const auto before = umask(022);
  {
    const auto lock = inbox.lock();
    ASSERT_TRUE(lock) << to_text(lock.error());
    box.write("list/new", "");
  }
  box.write("list/later", "");
  umask(before);
  EXPECT_EQ(box.run("stat -c %a list/new list/later | tr '\\n' ' '"), "660 644");
}

TEST(SharedUmask, OfEachValueOfCoreSharedRepository) {
  const struct {
    const char* value;
    std::optional<unsigned> mask;
  } cases[] = {{"", {}},    {"umask", {}},   {"false", {}}, {"0", {}},      {"group", 0007}, {"true", 0007},
               {"1", 0007}, {"world", 0002}, {"2", 0002},   {"0640", 0027}, {"0600", 0077},  {"0666", 0000}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.value);
    const auto mask = shared_umask(c.value);
    ASSERT_TRUE(mask) << to_text(mask.error());
    EXPECT_EQ(*mask, c.mask);
  }
  EXPECT_FALSE(shared_umask("0440"));
  EXPECT_FALSE(shared_umask("maybe"));
}

TEST(InboxShards, AreCountedAndAGapIsAnError) {
  const Sandbox box;
  const auto inbox = created(box);
  EXPECT_EQ(inbox.shard_count().value(), 0u);
  box.run("mkdir -p list/xap15/0 list/xap15/1 list/xap15/2 list/xap15/tmp && touch list/xap15/over.sqlite3");
  EXPECT_EQ(inbox.shard_count().value(), 3u);
  box.run("rmdir list/xap15/1");
  EXPECT_THAT(inbox.shard_count().error().why, HasSubstr("shard 1 of 3 is missing"));
}

}  // namespace
}  // namespace lorelei::archive
