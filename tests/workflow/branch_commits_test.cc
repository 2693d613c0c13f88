// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/branch_commits.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "patch/patchwork_hash.hh"

namespace lorelei::workflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using By = FoundPatch::By;
using namespace std::string_literals;

const std::string kDiff = "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-old\n+new\n";

std::string logged(const std::string& id, const std::string& parents, const std::string& title,
                   const std::string& message, const std::string& diff) {
  return "\0"s + id + "\0"s + parents + "\0mia@x\0"s + title + "\0"s + message + " \0\n"s +
         (diff.empty() ? "" : "\n" + diff);
}

std::vector<BranchCommit> read_in_pieces(const std::string& text, std::size_t size) {
  std::vector<BranchCommit> commits;
  CommitLog log([&](BranchCommit commit) { commits.push_back(std::move(commit)); });
  for (std::size_t at = 0; at < text.size(); at += size) log.take(std::string_view(text).substr(at, size));
  log.finish();
  return commits;
}

TEST(CommitLog, IsReadAlikeInPiecesOfAnySize) {
  const auto text =
      logged("c3", "c2", "three", "three\n\nLink: https://example.org/r/p3@x\nMessage-ID: <q3@x>\n", kDiff) +
      logged("c2", "c1 t1", "merge", "merge\n", "") + logged("c1", "", "one", "one\n\nfoo: \0x", kDiff);
  for (std::size_t size = 1; size < text.size() + 1; ++size) {
    SCOPED_TRACE(size);
    const auto commits = read_in_pieces(text, size);
    ASSERT_THAT(commits, SizeIs(3));
    EXPECT_EQ(commits[0].id, "c3");
    EXPECT_EQ(commits[0].title, "three");
    EXPECT_EQ(commits[0].committer, "mia@x");
    EXPECT_THAT(commits[0].message_ids, ElementsAre("p3@x", "q3@x"));
    EXPECT_EQ(commits[0].patchwork_hash, patch::patchwork_hash(kDiff)->hex());
    EXPECT_THAT(commits[1].parents, ElementsAre("c1", "t1"));
    EXPECT_EQ(commits[1].patchwork_hash, "");
    EXPECT_THAT(commits[2].parents, IsEmpty());
  }
}

// A file can hold NUL, a line of a diff cannot begin with it.
TEST(CommitLog, ADiffCannotBeginACommit) {
  const auto diff = "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-old\n+\0evil\0\0mia@x\0t\0 \0\n"s;
  const auto commits = read_in_pieces(logged("c1", "", "one", "one\n", diff), 7);
  ASSERT_THAT(commits, SizeIs(1));
  EXPECT_EQ(commits[0].id, "c1");
}

TEST(CommitLog, AHugeCommitHasNoHashAndTheNextOneIsRead) {
  std::vector<BranchCommit> commits;
  CommitLog log([&](BranchCommit commit) { commits.push_back(std::move(commit)); });
  log.take(logged("c2", "c1", "huge", "huge\n", kDiff));
  const std::string lines = "+" + std::string((1 << 20) - 2, 'x') + "\n";
  for (std::size_t i = 0; i < kMaxCommitText / lines.size() * 3; ++i) log.take(lines);
  log.take(logged("c1", "", "one", "one\n", kDiff));
  log.finish();
  ASSERT_THAT(commits, SizeIs(2));
  EXPECT_EQ(commits[0].title, "huge");
  EXPECT_EQ(commits[0].patchwork_hash, "");
  EXPECT_EQ(commits[1].patchwork_hash, patch::patchwork_hash(kDiff)->hex());
}

TEST(CommitLog, NonsenseIsNoCommit) {
  for (const auto& text : {""s, "\0"s, "\0\0\0"s, "fatal: no\n"s, "\0a\0b\0c\0d\0e"s, "\n\n\0"s})
    EXPECT_THAT(read_in_pieces(text, 3), IsEmpty());
}

BranchCommit commit(const std::string& id, const std::string& title, const std::string& hash,
                    std::vector<std::string> mails = {}) {
  return {id, {"parent"}, "mia@x", title, std::move(mails), hash};
}

SeriesRecord two_patches() {
  SeriesRecord record;
  record.expected = 2;
  record.patches = {{1, "same title", "p1@x", "", "h1"}, {2, "same title", "p2@x", "", "h2"}};
  return record;
}

TEST(CommitIndex, NoTitleTakesTheCommitOfAnotherPatch) {
  const CommitIndex index({commit("new", "same title", "changed"), commit("old", "same title", "h1")});
  const auto found = index.find(two_patches());
  EXPECT_EQ(found.patches[0].commit, "old");
  EXPECT_EQ(found.patches[0].by, By::kHash);
  EXPECT_EQ(found.patches[1].commit, "new");
  EXPECT_EQ(found.patches[1].by, By::kTitle);
  EXPECT_EQ(found.count(), 2U);
  EXPECT_EQ(found.exact(), 1U);
}

TEST(CommitIndex, TheMailSaysMoreThanTheTitle) {
  const CommitIndex index({commit("a", "same title", "x"), commit("b", "other title", "y", {"p1@x"})});
  const auto found = index.find(two_patches());
  EXPECT_EQ(found.patches[0].commit, "b");
  EXPECT_EQ(found.patches[0].by, By::kMail);
  EXPECT_EQ(found.patches[1].commit, "a");
}

TEST(CommitIndex, ACommitIsOnePatchOnly) {
  const CommitIndex index({commit("a", "same title", "x", {"p1@x", "p2@x"})});
  const auto found = index.find(two_patches());
  EXPECT_EQ(found.count(), 1U);
  EXPECT_EQ(found.patches[1].by, By::kNothing);
}

TEST(CommitIndex, WhatWasRecordedCountsIfItIsStillThere) {
  auto record = two_patches();
  record.patches[0].commit = "recorded";
  record.patches[1].commit = "rebased-away";
  const CommitIndex index({commit("recorded", "t", ""), commit("b", "u", "h2")});
  const auto found = index.find(record);
  EXPECT_EQ(found.patches[0].by, By::kRecord);
  EXPECT_EQ(found.patches[1].by, By::kHash);
}

TEST(CommitIndex, APullRequestIsFoundByTheMergeOfItsTip) {
  SeriesRecord record;
  record.pull_tip = "tip";
  auto merge = commit("merge", "Merge", "");
  merge.parents = {"tip", "other"};
  EXPECT_EQ(CommitIndex({merge}).find(record).count(), 0U);
  merge.parents = {"main", "tip"};
  EXPECT_EQ(CommitIndex({merge}).find(record).patches[0].commit, "merge");
}

}  // namespace
}  // namespace lorelei::workflow
