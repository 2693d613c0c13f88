// SPDX-License-Identifier: GPL-3.0-or-later
// Trees that are changed in memory are those that git would have made, and become objects that git can read.
#include "git/tree_edit.hh"

#include "git/history.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::git {
namespace {

class Edited : public testing::Test {
 protected:
  Edited() {
    box_.run(
        "git init -q -b main r && cd r && mkdir -p a/b a-b && echo 1 >a/b/one && echo 2 >a/two && echo 3 >a-b/x && "
        "echo 4 >a.c && ln -s a.c link && chmod +x a.c && git add -A && git commit -qm start");
    objects_.emplace(Objects::open({box_ / "r/.git/objects"}).value());
    tree_ = box_.id("git -C r rev-parse HEAD^{tree}");
  }
  ObjectId blob(const std::string& bytes) { return objects_->add(ObjectType::kBlob, bytes); }
  // What git's index makes of the same changes.
  std::string by_git(const std::string& commands) {
    return box_.run("cd r && " + commands + " && git add -A && git write-tree");
  }

  Sandbox box_;
  std::optional<NewObjects> objects_;
  ObjectId tree_;
};

TEST_F(Edited, IsWhatGitWrites) {
  TreeEdit edit(*objects_, tree_);
  ASSERT_TRUE(edit.put("a/b/one", {kModeFile, blob("changed\n")}));
  ASSERT_TRUE(edit.put("new/deep/er/file", {kModeProgram, blob("#!\n")}));
  ASSERT_TRUE(edit.put("a0", {kModeFile, blob("sorts behind a/ and a.c\n")}));
  ASSERT_TRUE(edit.remove("a-b/x"));
  EXPECT_EQ(edit.write().value().hex(),
            by_git("echo changed >a/b/one && mkdir -p new/deep/er && echo '#!' >new/deep/er/file && "
                   "chmod +x new/deep/er/file && echo 'sorts behind a/ and a.c' >a0 && rm -r a-b"));
}

TEST_F(Edited, AFileTakesThePlaceOfADirectoryThatIsEmptyNow) {
  TreeEdit edit(*objects_, tree_);
  ASSERT_TRUE(edit.remove("a/b/one"));
  ASSERT_TRUE(edit.remove("a/two"));
  ASSERT_TRUE(edit.put("a", {kModeFile, blob("now a file\n")}));
  EXPECT_EQ(edit.write().value().hex(), by_git("rm -r a && echo now a file >a"));
}

TEST_F(Edited, FindsWhatIsThereAndNothingElse) {
  TreeEdit edit(*objects_, tree_);
  EXPECT_EQ(edit.find("link").value()->mode, kModeLink);
  EXPECT_EQ(edit.find("a.c").value()->mode, kModeProgram);
  EXPECT_EQ(edit.find("a").value()->mode, kModeDirectory);
  EXPECT_FALSE(edit.find("a/b/two").value());
  EXPECT_FALSE(edit.find("a.c/below").value());
  EXPECT_EQ(edit.write().value(), tree_) << "to look changes nothing";
}

TEST_F(Edited, FilesAndDirectoriesDoNotReplaceEachOther) {
  TreeEdit edit(*objects_, tree_);
  EXPECT_EQ(edit.put("a", {kModeFile, blob("x")}).error().kind, Error::Kind::kConflict);
  EXPECT_EQ(edit.put("a.c/below", {kModeFile, blob("x")}).error().kind, Error::Kind::kConflict);
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "d/";
  EXPECT_EQ(edit.put(deep + "f", {kModeFile, blob("x")}).error().kind, Error::Kind::kTooLarge);
}

TEST_F(Edited, BecomesAPackThatGitAccepts) {
  TreeEdit edit(*objects_, tree_);
  std::string large;
  for (int i = 0; i < 20'000; ++i) large += std::to_string(i) + "\n";
  ASSERT_TRUE(edit.put("large", {kModeFile, blob(large)}));
  ASSERT_TRUE(edit.put("empty", {kModeFile, blob("")}));
  ASSERT_TRUE(edit.put("same", {kModeFile, blob("1\n")}));  // is in the repository already
  const auto tree = edit.write().value();
  ASSERT_TRUE(objects_->write_pack(box_ / "r/.git/objects"));
  EXPECT_EQ(box_.run("cd r && git fsck --strict --no-dangling && git read-tree " + tree.hex() + " && git write-tree"),
            tree.hex());
  EXPECT_EQ(box_.run("cd r && git cat-file -s :large"), std::to_string(large.size()));
  EXPECT_EQ(box_.run("cd r && ls .git/objects/pack/*.pack | wc -l"), "1");
  ASSERT_TRUE(objects_->write_pack(box_ / "r/.git/objects")) << "again, and there is nothing to write";
  EXPECT_EQ(box_.run("cd r && ls .git/objects/pack/*.pack | wc -l"), "1");
}

TEST_F(Edited, ObjectsAreFoundByTheirFirstDigits) {
  const auto id = blob("only here\n");
  EXPECT_EQ(objects_->find(id.hex().substr(0, 10)).value(), id);
  const auto old = box_.id("git -C r rev-parse HEAD:a.c");
  EXPECT_EQ(objects_->find(old.hex().substr(0, 7)).value(), old);
  EXPECT_FALSE(objects_->find("0123456789abc").value());
  EXPECT_FALSE(objects_->find("").value());
}

}  // namespace
}  // namespace lorelei::git
