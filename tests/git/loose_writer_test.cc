// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/loose_writer.hh"

#include <gmock/gmock.h>

#include "tests/git/sandbox.hh"

namespace lorelei::git {
namespace {

using testing::HasSubstr;
constexpr auto kBranch = "refs/heads/master";

class LooseWriterTest : public testing::Test {
 protected:
  LooseWriterTest() { box.run("git init -q --bare -b master r.git"); }
  // A commit of a file m with these bytes, on top of the parent.
  ObjectId commit(LooseWriter& to, const std::string& bytes, const std::optional<ObjectId>& parent) {
    const auto blob = to.add(ObjectType::kBlob, bytes).value();
    std::string entry = "100644 m";
    entry.push_back('\0');
    entry.append(reinterpret_cast<const char*>(blob.bytes.data()), blob.bytes.size());
    const auto tree = to.add(ObjectType::kTree, entry).value();
    return to
        .add(ObjectType::kCommit, "tree " + tree.hex() + "\n" + (parent ? "parent " + parent->hex() + "\n" : "") +
                                      "author A <a@x> 1 +0000\ncommitter C <c@x> 2 +0000\n\nsubject\n")
        .value();
  }
  Sandbox box;
  LooseWriter writer{box / "r.git"};
};

TEST_F(LooseWriterTest, GitReadsWhatWasWritten) {
  const auto first = commit(writer, "one", std::nullopt);
  ASSERT_TRUE(writer.move_branch(kBranch, std::nullopt, first));
  const std::string large(300'000, 'x');
  const auto second = commit(writer, large, first);
  ASSERT_TRUE(writer.move_branch(kBranch, first, second));
  EXPECT_EQ(box.run("git -C r.git fsck --full --strict"), "");
  EXPECT_EQ(box.run("git -C r.git rev-parse HEAD HEAD~1"), second.hex() + "\n" + first.hex());
  EXPECT_EQ(box.run("git -C r.git cat-file blob HEAD:m"), large);
  EXPECT_EQ(box.run("find r.git -name 'tmp_obj*' -o -name '*.lock'"), "");
}

TEST_F(LooseWriterTest, ABranchThatIsElsewhereStaysThere) {
  const auto first = commit(writer, "one", std::nullopt);
  ASSERT_TRUE(writer.move_branch(kBranch, std::nullopt, first));
  const auto other = commit(writer, "other", first);
  const auto moved = writer.move_branch(kBranch, other, other);
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().kind, Error::Kind::kConflict);
  EXPECT_FALSE(writer.move_branch(kBranch, std::nullopt, other));
  EXPECT_EQ(box.run("git -C r.git rev-parse HEAD"), first.hex());
  EXPECT_EQ(box.run("find r.git -name '*.lock'"), "");
}

TEST_F(LooseWriterTest, ALockOfGitIsRespected) {
  const auto first = commit(writer, "one", std::nullopt);
  box.run("touch r.git/refs/heads/master.lock");
  const auto moved = writer.move_branch(kBranch, std::nullopt, first);
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().kind, Error::Kind::kTemporary);
  EXPECT_EQ(box.run("find r.git -name '*.lock'"), "r.git/refs/heads/master.lock");
}

TEST_F(LooseWriterTest, APackedBranchMayGoOn) {
  const auto first = commit(writer, "one", std::nullopt);
  ASSERT_TRUE(writer.move_branch(kBranch, std::nullopt, first));
  box.run("git -C r.git pack-refs --all");
  const auto second = commit(writer, "two", first);
  ASSERT_TRUE(writer.move_branch(kBranch, first, second));
  EXPECT_EQ(box.run("git -C r.git rev-parse HEAD"), second.hex());
}

TEST_F(LooseWriterTest, ServerInfoFollowsTheBranch) {
  const auto first = commit(writer, "one", std::nullopt);
  ASSERT_TRUE(writer.move_branch(kBranch, std::nullopt, first));
  EXPECT_FALSE(update_server_info(box / "r.git", kBranch, first, first));  // there is none
  box.run("git -C r.git tag v1 && git -C r.git update-server-info");
  const auto second = commit(writer, "two", first);
  ASSERT_TRUE(writer.move_branch(kBranch, first, second));
  EXPECT_TRUE(update_server_info(box / "r.git", kBranch, first, second));
  const auto ours = box.run("cat r.git/info/refs");
  EXPECT_EQ(ours, box.run("git -C r.git update-server-info && cat r.git/info/refs"));
  EXPECT_FALSE(update_server_info(box / "r.git", kBranch, first, second));  // not the line that was said
}

TEST_F(LooseWriterTest, WhatIsNoPlainRepositoryIsKnown) {
  EXPECT_TRUE(is_plain_repository(box / "r.git"));
  EXPECT_FALSE(is_plain_repository(box / "nowhere/r.git/HEAD/config"));
  box.run("git -C r.git config core.sharedRepository group");
  EXPECT_FALSE(is_plain_repository(box / "r.git"));
}

}  // namespace
}  // namespace lorelei::git
