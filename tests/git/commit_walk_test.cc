// SPDX-License-Identifier: GPL-3.0-or-later
// History is walked as git rev-list walks it, also over merges, and ends where a shallow clone ends.
#include "git/commit_walk.hh"

#include "base/text.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::git {
namespace {

// Ids and titles, a commit a line.
std::string walked(const std::string& objects, const std::vector<ObjectId>& tips) {
  const auto store = Objects::open({objects}).value();
  CommitWalk walk(store);
  for (const auto& tip : tips) EXPECT_TRUE(walk.add(tip));
  std::string lines;
  while (true) {
    const auto commit = walk.next();
    EXPECT_TRUE(commit);
    if (!commit || !*commit) return std::string(trim(lines));
    lines += (*commit)->id.hex() + " " + title_of_commit((*commit)->bytes()) + "\n";
  }
}

constexpr const char* kHistory = R"(
  git init -q -b main r && cd r
  at() { export GIT_AUTHOR_DATE="$1 +0000" GIT_COMMITTER_DATE="$1 +0000"; }
  make() { at "$1" && git commit -q --allow-empty -m "$2"; }
  make 1000000100 one && git checkout -qb side && make 1000000300 'side: three' && make 1000000500 'side: five'
  git checkout -q main && make 1000000200 two && make 1000000400 'a title
on two lines

and its text'
  at 1000000600 && git merge -q --no-ff -m merge side
  make 1000000250 'a clock that went wrong')";

TEST(CommitWalk, IsThatOfGit) {
  Sandbox box;
  box.run(kHistory);
  EXPECT_EQ(walked(box / "r/.git/objects", {box.id("git -C r rev-parse HEAD")}),
            box.run("git -C r log --format='%H %s' HEAD"));
  EXPECT_EQ(walked(box / "r/.git/objects", {box.id("git -C r rev-parse HEAD~2"), box.id("git -C r rev-parse side")}),
            box.run("git -C r log --format='%H %s' HEAD~2 side"));
}

TEST(CommitWalk, EndsWhereAShallowCloneEnds) {
  Sandbox box;
  box.run(kHistory);
  box.run("git clone -q --depth 2 file://$PWD/r s");
  EXPECT_EQ(walked(box / "s/.git/objects", {box.id("git -C s rev-parse HEAD")}),
            box.run("git -C s log --format='%H %s' HEAD"));
}

TEST(CommitWalk, SaysWhatIsNoCommit) {
  Sandbox box;
  box.run(kHistory);
  const auto store = Objects::open({box / "r/.git/objects"}).value();
  CommitWalk walk(store);
  EXPECT_EQ(walk.add(ObjectId::parse("0123456789012345678901234567890123456789").value()).error().kind,
            Error::Kind::kNotFound);
  EXPECT_EQ(walk.add(box.id("git -C r rev-parse HEAD^{tree}")).error().kind, Error::Kind::kCorrupt);
  EXPECT_EQ(title_of_commit("no header end"), "");
}

}  // namespace
}  // namespace lorelei::git
