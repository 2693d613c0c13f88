// SPDX-License-Identifier: GPL-3.0-or-later
// Series that are applied in memory become the commits that `git am` makes, or fail where it fails.
#include "workflow/apply_series.hh"

#include <gtest/gtest.h>

#include <random>

#include "base/text.hh"
#include "git/work_tree.hh"
#include "tests/fake_env.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::workflow {
namespace {

class Series : public testing::Test {
 protected:
  Series() {
    box_.run(
        "git init -q -b main r && cd r && seq 1 60 >numbers && mkdir d && printf 'one\\ntwo\\n' >d/x && git add -A && "
        "git commit -qm start && git branch start");
    world_.variables = {{"GIT_COMMITTER_NAME", " <C>. "},
                        {"GIT_COMMITTER_EMAIL", "c@example.com"},
                        {"GIT_COMMITTER_DATE", "1700000000 +0130"}};
  }
  // The mails of what is on HEAD and not on start.
  std::vector<std::string> mails() {
    const auto count = std::stoi(box_.run("git -C r rev-list --count start..HEAD"));
    std::vector<std::string> all;
    for (int i = count - 1; i >= 0; --i)
      all.push_back(box_.run("git -C r format-patch -1 -M --binary --full-index --stdout HEAD~" + std::to_string(i) +
                             " | sed 1d") +
                    "\n");
    return all;
  }
  AppliedSeries apply(const std::vector<std::string>& mails, const std::string& base = "start",
                      patch::ThreeWay three_way = patch::ThreeWay::kNo) {
    objects_.emplace(git::Objects::open({box_ / "r/.git/objects"}).value());
    const auto committer = committer_line(world_.env, {}).value();
    auto applied = apply_series(mails, box_.id("git -C r rev-parse " + base), *objects_, committer, three_way);
    EXPECT_TRUE(applied) << to_text(applied.error());
    return applied ? *std::move(applied) : AppliedSeries{};
  }
  // What `git am` makes of them on a branch of its own; empty: it stopped.
  std::string by_git(const std::vector<std::string>& mails, const std::string& base = "start",
                     const std::string& options = "") {
    std::string mbox;
    for (const auto& mail : mails) mbox += "From git@z Thu Jan  1 00:00:00 1970\n" + mail + "\n";
    box_.write("mbox", mbox);
    return box_.run("rm -rf w; git -C r worktree prune; git -C r worktree add -q --detach ../w " + base +
                    "; cd w; export GIT_COMMITTER_NAME=C GIT_COMMITTER_DATE='1700000000 +0130'; if git am -q " +
                    options + " ../mbox >../said 2>&1; then git rev-parse HEAD; else git am --abort; fi");
  }

  git::Sandbox box_;
  FakeEnv world_;
  std::optional<git::NewObjects> objects_;
};

TEST_F(Series, BecomesTheSameCommits) {
  box_.run(
      "cd r && sed -i 's/^30$/thirty/' numbers && git commit -qam 'change\n\nA  body   \n\n\n\nwith gaps' && "
      "git mv numbers d/n && chmod +x d/n && echo 61 >>d/n && git commit -qam 'move' && git rm -q d/x && "
      "printf 'a\\0b' >bin && ln -s bin link && mkdir -p e/f && : >e/f/empty && git add -A && git commit -qm sorts && "
      "printf 'a\\0c' >bin && printf 'no newline' >e/f/empty && git commit -qam 'again: Ünï'");
  const auto all = mails();
  const auto applied = apply(all);
  ASSERT_FALSE(applied.failure) << to_text(*applied.failure);
  EXPECT_EQ(applied.tip.hex(), by_git(all));
  ASSERT_EQ(applied.patches.size(), 4U);
  EXPECT_EQ(applied.patches[3].title, "again: Ünï");
  EXPECT_EQ(applied.paths, (std::set<std::string>{"bin", "d/n", "d/x", "e/f/empty", "link", "numbers"}));
  ASSERT_TRUE(objects_->write_pack(box_ / "r/.git/objects"));
  EXPECT_EQ(box_.run("git -C r fsck --strict --no-dangling"), "");
}

TEST_F(Series, HunksMoveAndThatIsSaid) {
  box_.run(
      "cd r && sed -i 's/^30$/thirty/' numbers && git commit -qam change && git branch topic && "
      "git checkout -q -b moved start && sed -i '1i above' numbers && git commit -qam above && git checkout -q topic");
  const auto all = mails();
  const auto applied = apply(all, "moved");
  ASSERT_FALSE(applied.failure);
  EXPECT_EQ(applied.patches[0].moved_hunks, 1U);
  EXPECT_EQ(applied.tip.hex(), by_git(all, "moved"));
}

TEST_F(Series, ConflictsAreSaidAndMergedWhereThatIsAskedFor) {
  box_.run(
      "cd r && sed -i 's/^30$/thirty/; s/^31$/&!/' numbers && git commit -qam change && git branch topic && "
      "git checkout -q -b near start && sed -i 's/^33$/33 here/' numbers && git commit -qam near && "
      "git checkout -q -b same start && sed -i 's/^30$/30 here/' numbers && git commit -qam same && "
      "git checkout -q topic");
  const auto all = mails();
  const auto near = apply(all, "near");
  ASSERT_TRUE(near.failure);
  EXPECT_EQ(near.failure->kind, Error::Kind::kConflict);
  EXPECT_EQ(near.tip, near.base);
  EXPECT_EQ(by_git(all, "near"), "");
  const auto merged = apply(all, "near", patch::ThreeWay::kIfNeeded);
  ASSERT_FALSE(merged.failure) << to_text(*merged.failure);
  EXPECT_TRUE(merged.patches[0].is_merged);
  EXPECT_EQ(merged.tip.hex(), by_git(all, "near", "-3"));
  EXPECT_TRUE(apply(all, "same", patch::ThreeWay::kIfNeeded).failure);
  EXPECT_EQ(by_git(all, "same", "-3"), "");
}

TEST_F(Series, WhatIsThereAlreadyIsLeftOut) {
  box_.run(
      "cd r && sed -i 's/^30$/thirty/' numbers && git commit -qam one && echo 61 >>numbers && git commit -qam two");
  const auto all = mails();
  const auto applied = apply(all, "HEAD~1", patch::ThreeWay::kIfNeeded);
  ASSERT_FALSE(applied.failure) << to_text(*applied.failure);
  EXPECT_TRUE(applied.patches[0].was_there);
  EXPECT_FALSE(applied.patches[1].was_there);
  EXPECT_EQ(applied.tip.hex(), by_git(all, "HEAD~1", "-3"));
}

TEST_F(Series, SubmodulesAreLinesOfText) {
  box_.run(
      "cd r && git update-index --add --cacheinfo 160000,1111111111111111111111111111111111111111,sub && "
      "git commit -qm add && git branch -f start && "
      "git update-index --cacheinfo 160000,2222222222222222222222222222222222222222,sub && git commit -qm move");
  const auto all = mails();
  const auto applied = apply(all);
  ASSERT_FALSE(applied.failure) << to_text(*applied.failure);
  EXPECT_EQ(applied.tip.hex(), by_git(all));
}

TEST_F(Series, AFileTakesThePlaceOfADirectoryAndBack) {
  box_.run(
      "cd r && git rm -qr d && echo file >d && git add d && git commit -qm file && git rm -q d && mkdir d && "
      "echo back >d/x && git add d && git commit -qm back");
  const auto all = mails();
  const auto applied = apply(all);
  ASSERT_FALSE(applied.failure) << to_text(*applied.failure);
  EXPECT_EQ(applied.tip.hex(), by_git(all));
}

TEST_F(Series, LinesLoseTheirCr) {
  box_.run("cd r && sed -i 's/^30$/thirty/' numbers && git commit -qam change");
  auto all = mails();
  all[0] = replace_all(all[0], "\n", "\r\n");
  const auto applied = apply(all);
  ASSERT_FALSE(applied.failure) << to_text(*applied.failure);
  EXPECT_EQ(applied.tip.hex(), by_git(all));
}

TEST_F(Series, WhatIsNoPatchIsAFailure) {
  const auto applied = apply({"From: A <a@x>\nDate: Thu, 1 Jan 2026 00:00:00 +0000\nSubject: words\n\nOnly words.\n"});
  ASSERT_TRUE(applied.failure);
  EXPECT_TRUE(applied.patches.empty());
}

// Random edits, as patches on top of other random edits: equal in what applies, and in what comes of it.
TEST_F(Series, RandomOnesEndAsWithGit) {
  std::mt19937 random(5);
  const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  int applied_count = 0;
  for (int round = 0; round < 25; ++round) {
    box_.run("cd r && git checkout -qf --detach start");
    const auto edit = [&] {
      std::string commands;
      for (int i = 0; i < 2; ++i) {
        const auto line = std::to_string(1 + below(60));
        commands += below(3) ? "sed -i '" + line + "s/.*/new " + std::to_string(below(9)) + "/' numbers; "
                             : "sed -i '" + line + (below(2) ? "d' numbers; " : "i more' numbers; ");
      }
      box_.run("cd r; " + commands + " git commit -qam edit --allow-empty");
    };
    edit();
    box_.run("git -C r branch -f other");
    box_.run("cd r && git checkout -qf --detach start");
    edit();
    if (box_.run("git -C r diff --stat start HEAD").empty()) continue;
    const auto all = mails();
    const auto applied = apply(all, "other");
    const auto expected = by_git(all, "other");
    EXPECT_EQ(applied.failure ? "" : applied.tip.hex(), expected) << "round " << round;
    applied_count += !applied.failure;
    const auto merged = apply(all, "other", patch::ThreeWay::kIfNeeded);
    EXPECT_EQ(merged.failure ? "" : merged.tip.hex(), by_git(all, "other", "-3")) << "round " << round;
  }
  EXPECT_GT(applied_count, 5);
}

TEST(Committer, IsWhomGitWouldName) {
  FakeEnv world;
  EXPECT_EQ(committer_line(world.env, {}).error().kind, Error::Kind::kUsage);
  world.variables = {{"GIT_COMMITTER_NAME", " \"C, <D>\". "}, {"EMAIL", "c@example.com"}};
  world.variables["GIT_COMMITTER_DATE"] = "@5 -0230";
  EXPECT_EQ(committer_line(world.env, {}).value(), "C, D <c@example.com> 5 -0230");
  world.variables["GIT_COMMITTER_DATE"] = "Thu, 1 Jan 2026 00:00:00 +0100";
  EXPECT_EQ(committer_line(world.env, {}).value(), "C, D <c@example.com> 1767222000 +0100");
  world.variables["GIT_COMMITTER_DATE"] = "yesterday";
  EXPECT_EQ(committer_line(world.env, {}).error().subject, "GIT_COMMITTER_DATE");
}

}  // namespace
}  // namespace lorelei::workflow
