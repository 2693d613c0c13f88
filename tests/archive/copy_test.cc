// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/copy.hh"

#include <gmock/gmock.h>

#include "archive/inbox.hh"
#include "tests/fake_env.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::archive {
namespace {

using Kind = Layout::Kind;
using testing::HasSubstr;

class Copy : public testing::Test {
 protected:
  Copy() {
    box.run("mkdir -p two/git && touch two/inbox.lock");
    for (const char* epoch : {"0", "1", "2"})
      git::make_epoch(box, std::string("two/git/") + epoch + ".git", git::mail_commit('m', "From: a@b\n\nhello\n", 1));
    box.run(
        "git init -q --bare -b master one && export GIT_DIR=$PWD/one && b=$(echo mail | git hash-object -w --stdin) && "
        "t=$(printf '100644 blob %s\\tcdef\\n' $b | git mktree) && "
        "t=$(printf '040000 tree %s\\tab\\n' $t | git mktree) && "
        "git update-ref refs/heads/master $(git commit-tree -m x $t)");
    box.run("mkdir work");
  }
  Result<Layout> copy(const std::string& source, const CopyOptions& options = {}) const {
    return copy_archive(world.env, box / source, box.path() / "work/archive", options);
  }
  git::Sandbox box;
  FakeEnv world;
};

TEST_F(Copy, EpochsBecomeAnArchiveOfVersionTwo) {
  const auto layout = copy("two");
  ASSERT_TRUE(layout) << to_text(layout.error());
  EXPECT_EQ(layout->kind, Kind::kVersion2);
  const auto inbox = Inbox::open(layout->dir);
  ASSERT_TRUE(inbox) << to_text(inbox.error());
  EXPECT_EQ(inbox->epochs().size(), 3u);
  EXPECT_EQ(box.run("ls work"), "archive");
}

TEST_F(Copy, SomeEpochsKeepTheirNumbers) {
  const auto layout = copy("two", {.version = Kind::kVersion2, .epochs = "1.."});
  ASSERT_TRUE(layout) << to_text(layout.error());
  EXPECT_EQ(box.run("cd work/archive/git && echo *"), "1.git 2.git");
  EXPECT_EQ(copy("two", {.version = {}, .epochs = "7"}).error().kind, Error::Kind::kUsage);
}

TEST_F(Copy, ARepositoryShowsWhichVersionItHas) {
  const auto old = copy("one");
  ASSERT_TRUE(old) << to_text(old.error());
  EXPECT_EQ(old->kind, Kind::kVersion1);
  EXPECT_EQ(box.run("git -C work/archive show HEAD:ab/cdef; rm -r work/archive"), "mail");
  const auto epoch = copy("two/git/1.git");
  ASSERT_TRUE(epoch) << to_text(epoch.error());
  EXPECT_EQ(epoch->kind, Kind::kVersion2);
  EXPECT_EQ(box.run("ls work/archive/git"), "1.git");
}

TEST_F(Copy, WhatIsAskedForMustBeThere) {
  const struct {
    const char* source;
    CopyOptions options;
    const char* why;
  } cases[] = {
      {"one", {.version = Kind::kVersion2, .epochs = {}}, "no mail"},
      {"two/git/0.git", {.version = Kind::kVersion1, .epochs = {}}, "no mail of an archive of version 1"},
      {"one", {.version = {}, .epochs = "0.."}, "--epoch is not supported"},
      {"one", {.version = Kind::kVersion1, .epochs = "0"}, "--epoch is not supported"},
      {"nothing", {}, "there is no such"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.why);
    box.run("rm -rf work && mkdir work");
    const auto layout = copy(c.source, c.options);
    ASSERT_FALSE(layout);
    EXPECT_THAT(layout.error().why, HasSubstr(c.why));
  }
}

}  // namespace
}  // namespace lorelei::archive
