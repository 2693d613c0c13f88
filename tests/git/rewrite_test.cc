// SPDX-License-Identifier: GPL-3.0-or-later
// Commits made anew: what is not meant stays, and what must not be made anew is refused before anything is.
#include "git/rewrite.hh"

#include "git/commit_text.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::git {
namespace {

class Rewriting : public testing::Test {
 protected:
  Rewriting() {
    box_.run(
        "git init -q -b main r && cd r && for i in 1 2 3 4; do echo $i >f; git add f; git commit -qm \"c$i\"; done");
    objects_.emplace(Objects::open({box_ / "r/.git/objects"}).value());
    base_ = box_.id("git -C r rev-parse HEAD~3");
    tip_ = box_.id("git -C r rev-parse HEAD");
  }
  CommitText commit(const ObjectId& id) { return *parse_commit(objects_->read(id, ObjectType::kCommit)->bytes()); }
  Result<Rewritten> run(const Rewrite& wishes) {
    return rewrite(*objects_, line_of_commits(Objects::open({box_ / "r/.git/objects"}).value(), base_, tip_).value(),
                   wishes);
  }

  Sandbox box_;
  std::optional<NewObjects> objects_;
  ObjectId base_, tip_;
};

TEST_F(Rewriting, MakesAnewFromTheFirstThatChangesOn) {
  Rewrite wishes;
  const auto second = box_.id("git -C r rev-parse HEAD~1");
  wishes.messages[second] = "other\n";
  wishes.committer = "C <c@example.com> 5 +0000";
  const auto done = run(wishes);
  ASSERT_TRUE(done);
  ASSERT_EQ(done->commits.size(), 2U);
  EXPECT_EQ(done->commits[0].first, second);
  EXPECT_EQ(done->commits[1].second, done->tip);
  const auto made = commit(done->tip), was = commit(tip_);
  EXPECT_EQ(made.tree, was.tree);
  EXPECT_EQ(made.author, was.author);
  EXPECT_EQ(made.message, was.message);
  EXPECT_EQ(made.parents.front(), done->commits[0].second);
  EXPECT_EQ(commit(done->commits[0].second).message, "other\n");
  EXPECT_EQ(commit(done->commits[0].second).parents.front(), box_.id("git -C r rev-parse HEAD~2"));
}

TEST_F(Rewriting, WithNothingToDoNothingIsMade) {
  const auto done = run({});
  ASSERT_TRUE(done);
  EXPECT_EQ(done->tip, tip_);
  EXPECT_TRUE(done->commits.empty());
  EXPECT_EQ(objects_->count(), 0U);
}

TEST_F(Rewriting, PutsALineOnAnotherCommit) {
  Rewrite wishes;
  const auto first = box_.id("git -C r rev-parse HEAD~2");
  wishes.parents[first] = base_;
  wishes.committer = "C <c@example.com> 5 +0000";
  const auto done = rewrite(*objects_, {box_.id("git -C r rev-parse HEAD~1"), tip_}, wishes);
  ASSERT_TRUE(done);
  EXPECT_EQ(commit(done->commits[0].second).parents.front(), base_);
}

TEST_F(Rewriting, LeavesTheCommitsOfOthers) {
  Rewrite wishes;
  wishes.remade.insert(tip_);
  wishes.committer = "Me <me@example.com> 5 +0000";
  wishes.own_address = "me@example.com";
  const auto refused = run(wishes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Error::Kind::kRefused);
  EXPECT_NE(refused.error().why.find("c@example.com"), std::string::npos);
  wishes.own_address = "C@Example.com";
  EXPECT_TRUE(run(wishes));
}

TEST_F(Rewriting, ALineHasNoMergeAndReachesItsBase) {
  const auto objects = Objects::open({box_ / "r/.git/objects"}).value();
  box_.run(
      "cd r && git checkout -q -b side HEAD~1 && echo x >g && git add g && git commit -qm side && "
      "git checkout -q main && git merge -q --no-edit side");
  const auto merged = line_of_commits(objects, base_, box_.id("git -C r rev-parse main"));
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().kind, Error::Kind::kRefused);
  const auto elsewhere = line_of_commits(objects, box_.id("git -C r rev-parse side"), tip_);
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().kind, Error::Kind::kNotFound);
  EXPECT_TRUE(line_of_commits(objects, tip_, tip_)->empty());
}

TEST(CommitText, WithoutItsSignatureAndWithAllElse) {
  const std::string raw =
      "tree 0123456789012345678901234567890123456789\nparent 0123456789012345678901234567890123456780\n"
      "author A <a@x> 1 +0100\ncommitter B <b@x> 2 +0000\nencoding latin1\ngpgsig -----BEGIN\n line\n \n -----END\n"
      "x-more one\n two\n\ntitle\n\nbody";
  const auto commit = parse_commit(raw);
  ASSERT_TRUE(commit);
  EXPECT_TRUE(commit->is_signed);
  EXPECT_EQ(commit->encoding(), "latin1");
  EXPECT_EQ(address_in_ident(commit->author), "a@x");
  EXPECT_EQ(name_in_ident(commit->committer), "B");
  EXPECT_EQ(date_in_ident(commit->committer), "2 +0000");
  auto without = raw;
  without.erase(without.find("gpgsig"), without.find("x-more") - without.find("gpgsig"));
  EXPECT_EQ(commit->bytes(), without);
  for (const char* bad : {"", "\n", "tree x\n\n", "tree 0123456789012345678901234567890123456789\n\nx"})
    EXPECT_FALSE(parse_commit(bad)) << bad;
}

}  // namespace
}  // namespace lorelei::git
