// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/ref_name.hh"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/shell_word.hh"

namespace lorelei::git {
namespace {

const std::string kNames[] = {"refs/heads/main",
                              "refs/tags/v6.1-rc1",
                              "refs/heads/a/b/c",
                              "refs/heads/@",
                              "refs/a@b",
                              "refs/heads/.x",
                              "refs/heads/x.lock",
                              "refs/heads/x.lock/y",
                              "refs/heads/a..b",
                              "refs/heads/a@{1}",
                              "refs/heads/a b",
                              "refs/heads/a\tb",
                              "refs/heads/a\x7f",
                              "refs/heads/a~1",
                              "refs/heads/a^",
                              "refs/heads/a:b",
                              "refs/heads/a?",
                              "refs/heads/*",
                              "refs/heads/[a",
                              "refs/heads/a\\b",
                              "refs/heads/a.",
                              "refs/heads/",
                              "/refs/heads/a",
                              "refs//heads",
                              "refs/heads/\xc3\xa9",
                              "refs/heads/a.b",
                              "refs/heads/+a",
                              "refs/.a/b"};

TEST(RefName, IsWhatGitTakes) {
  for (const auto& name : kNames) {
    SCOPED_TRACE(name);
    const bool is_taken = std::system(("git check-ref-format " + shell_word(name)).c_str()) == 0;
    EXPECT_EQ(is_ref_name(name), is_taken);
  }
}

TEST(RefName, OneLevelWillDo) {
  EXPECT_TRUE(is_ref_name("HEAD"));
  EXPECT_TRUE(is_ref_name("for-linus"));
  EXPECT_FALSE(is_ref_name("@"));
  EXPECT_FALSE(is_ref_name(""));
}

TEST(RefName, AnOptionIsNone) {
  EXPECT_FALSE(is_ref_name("--upload-pack=x"));
  EXPECT_FALSE(is_ref_name("-x"));
}

TEST(RefName, ItsLengthIsLimited) {
  EXPECT_TRUE(is_ref_name(std::string(kMaxRefName, 'a')));
  EXPECT_FALSE(is_ref_name(std::string(kMaxRefName + 1, 'a')));
}

}  // namespace
}  // namespace lorelei::git
