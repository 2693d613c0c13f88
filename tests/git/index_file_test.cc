// SPDX-License-Identifier: GPL-3.0-or-later
// What git wrote into its index is what is read; and a work tree is only called clean where git finds nothing.
#include "git/index_file.hh"

#include "base/env.hh"
#include "base/files.hh"
#include "git/clean_check.hh"
#include "git/objects.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::git {
namespace {

class Index : public testing::Test {
 protected:
  Index() {
    box_.run(
        "git init -q -b main r && cd r && mkdir -p a/b a-b && echo 1 >a/b/one && echo 2 >a/two && echo 3 >a-b/x && "
        "echo 4 >a.c && ln -s a.c link && chmod +x a.c && git add -A && git commit -qm start && sleep 0.02 && "
        "git update-index -q --refresh && touch .git/index");
  }
  std::string bytes() const { return read_file(box_ / "r/.git/index").value(); }
  // MODE ID STAGE TAB PATH, as git ls-files --stage.
  std::string listed() const {
    const auto raw = bytes();
    auto reader = IndexReader::of(raw);
    std::string lines;
    if (!reader) return "no index";
    while (const auto* entry = reader->next()) {
      char mode[16];
      std::snprintf(mode, sizeof mode, "%06o ", entry->mode);
      lines += mode + entry->id.hex() + " " + std::to_string(entry->stage) + "\t" + entry->path + "\n";
    }
    return reader->is_at_end() ? lines : "damaged";
  }
  bool is_clean() {
    const auto objects = Objects::open({box_ / "r/.git/objects"}).value();
    const auto tree = box_.id("git -C r rev-parse HEAD^{tree}");
    return is_surely_clean(box_ / "r", box_ / "r/.git/index", tree, objects, Config());
  }

  Sandbox box_;
};

TEST_F(Index, IsReadAsGitListsItInEachVersion) {
  for (const char* version : {"2", "3", "4"}) {
    box_.run(std::string("cd r && echo 9 >new && git add -N new && git update-index --index-version ") + version);
    EXPECT_EQ(listed() + "\n", box_.run("git -C r ls-files --stage") + "\n\n") << version;
  }
}

TEST_F(Index, OfAConflictHasStages) {
  box_.run(
      "cd r && git checkout -q -b other && echo other >a/two && git commit -qam other && git checkout -q main && "
      "echo main >a/two && git commit -qam main && ! git merge -q other >merge.out");
  EXPECT_EQ(listed(), box_.run("git -C r ls-files --stage") + "\n");
  EXPECT_FALSE(is_clean());
}

TEST_F(Index, KnowsTheTreesThatGitCached) {
  const auto raw = bytes();
  auto reader = IndexReader::of(raw);
  while (reader->next()) continue;
  const auto more = reader->extensions();
  ASSERT_TRUE(more && more->tree);
  EXPECT_EQ(more->tree->id, box_.id("git -C r rev-parse HEAD^{tree}"));
  EXPECT_EQ(more->tree->below.size(), 2U);
}

TEST_F(Index, TruncatedOrLiedAboutIsNeverReadToTheEnd) {
  const auto raw = bytes();
  for (std::size_t size = 0; size < raw.size(); ++size) {
    auto reader = IndexReader::of(std::string_view(raw).substr(0, size));
    if (!reader) continue;
    while (reader->next()) continue;
    EXPECT_FALSE(reader->is_at_end() && reader->extensions() && size + 20 < raw.size() - 100) << size;
  }
}

TEST_F(Index, CleanIsWhatGitCallsClean) { EXPECT_TRUE(is_clean()); }

TEST_F(Index, CleanWithTreesThatTheIndexDoesNotKnow) {
  box_.run(
      "cd r && echo 5 >a/b/five && git add -A && git commit -qm five && git rm -q --cached a/two && "
      "git update-index --add --cacheinfo 100644,$(git rev-parse HEAD:a/two),a/two && "
      "git update-index -q --refresh && sleep 0.02 && touch .git/index");
  EXPECT_TRUE(is_clean());
}

struct Change {
  const char* name;
  const char* commands;
};
class Changed : public Index, public testing::WithParamInterface<Change> {};

TEST_P(Changed, IsNotClean) {
  box_.run(std::string("cd r && ") + GetParam().commands + " && sleep 0.02 && touch .git/index");
  EXPECT_FALSE(is_clean());
}
INSTANTIATE_TEST_SUITE_P(
    AllKinds, Changed,
    testing::Values(Change{"AFile", "echo 7 >a/two"}, Change{"ARemovedFile", "rm a/two"},
                    Change{"AFileThatIsALinkNow", "rm a/two && ln -s x a/two"}, Change{"AMode", "chmod -x a.c"},
                    Change{"AStagedFile", "echo 7 >a/two && git add a/two"},
                    Change{"AStagedNewFile", "echo 7 >z && git add z"},
                    Change{"AStagedNewFileInADirectory", "echo 7 >a/b/z && git add a/b/z"},
                    Change{"AStagedRemoval", "git rm -q a/b/one"},
                    Change{"AStagedMode", "git update-index --chmod=-x a.c"},
                    Change{"ADirectoryInPlaceOfAFile", "rm a/two && mkdir a/two && echo 1 >a/two/x"},
                    Change{"AFileThatGitIsToldToTrust", "git update-index --assume-unchanged a/two && echo 7 >a/two"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(Index, AFileOfTheSameMomentIsLookedAtMoreClosely) {
  box_.run("cd r && echo 7 >a/two && git add a/two && git commit -qm seven && touch -r a/two .git/index");
  EXPECT_FALSE(is_clean());
}

}  // namespace
}  // namespace lorelei::git
