// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/body.hh"

#include <gtest/gtest.h>

namespace lorelei::patch {
namespace {

using Paths = std::vector<std::string>;

TEST(HasDiff, EachForm) {
  for (const char* yes : {"diff --git a/x b/x\n", "w\n--- x\n+++ x\n", "---\n+++\n", "GIT binary patch\n"})
    EXPECT_TRUE(has_diff(yes)) << yes;
  for (const char* no : {"", "diff\n", "diff --git\n", "diff -u a b\n", "--- x\n\n+++ x\n", "> diff --git a/x b/x\n"})
    EXPECT_FALSE(has_diff(no)) << no;
}

TEST(HasDiffstat, TheSumLine) {
  for (const char* yes : {" 1 file changed, 1 insertion(+)\n", "x\n12 files changed, 4 deletions(-)"})
    EXPECT_TRUE(has_diffstat(yes)) << yes;
  for (const char* no : {"", " a.c | 2 +-\n", "files changed, 1 insertion(+)", "2 files\n"})
    EXPECT_FALSE(has_diffstat(no)) << no;
}

TEST(MessageOf, EndsWhereTheCommitsTextEnds) {
  const struct {
    const char *body, *message;
  } cases[] = {
      {"a\n\nSigned-off-by: b\n---\n x | 1 +\n\ndiff --git a/x b/x\n", "a\n\nSigned-off-by: b\n"},
      {"a\ndiff --git a/x b/x\n", "a\n"},
      {"a\n--- a/x\n+++ b/x\n", "a\n"},
      {"a letter\n---\nwith a line\n", "a letter\n---\nwith a line\n"},
      {"cover\n---\n 1 file changed, 1 insertion(+)\n", "cover\n"},
      {"a\n-- \nme\n", "a\n"},
      {"", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.body);
    EXPECT_EQ(message_of(c.body), c.message);
  }
}

TEST(LastParagraph, IsAllIfThereIsOne) {
  EXPECT_EQ(last_paragraph("a\nb\n"), "a\nb");
  EXPECT_EQ(last_paragraph("a\n\nb\nc\n\n \n"), "b\nc");
  EXPECT_EQ(last_paragraph("a\n \t\nb"), "b");
  EXPECT_EQ(last_paragraph("\n\n"), "");
}

TEST(LabelledWord, FirstLineThatHasOne) {
  const char* text =
      "> change-id: quoted\nx change-id: no\nchange-id:\nChange-ID: 2026-x-0123 rest\nchange-id: second\n";
  EXPECT_EQ(labelled_word(text, "change-id"), "2026-x-0123");
  EXPECT_EQ(labelled_word(text, "base-commit"), "");
}

TEST(TouchedPaths, GitDiffs) {
  const char* text =
      "rename to is no name here\n"
      "diff --git a/mm/slab.c b/mm/slab.c\n"
      "index 1..2 100644\n"
      "--- a/mm/slab.c\n"
      "+++ b/mm/slab.c\n"
      "@@ -1,3 +1,3 @@\n"
      " x\n"
      "--- a/removed line\n"
      "+++ b/added line\n"
      " y\n"
      "diff --git a/old name.c b/new.c\n"
      "rename from old name.c\n"
      "rename to new.c\n"
      "diff --git a/logo.png b/logo.png\n"
      "Binary files a/logo.png and b/logo.png differ\n"
      "diff --git a/gone.c b/gone.c\n"
      "deleted file mode 100644\n"
      "--- a/gone.c\n"
      "+++ /dev/null\n"
      "@@ -1 +0,0 @@\n"
      "-x\n"
      "diff --git \"a/t\\303\\244.c\" \"b/t\\303\\244.c\"\n"
      "-- \n"
      "rename to nothing\n";
  EXPECT_EQ(touched_paths(text), (Paths{"mm/slab.c", "old name.c", "new.c", "logo.png", "gone.c", "t\u00e4.c"}));
}

TEST(TouchedPaths, TraditionalDiffs) {
  EXPECT_EQ(
      touched_paths("--- linux.orig/mm/slab.c\t2020-01-01\n+++ linux/mm/slab.c\t2020-01-02\n@@ -1 +1 @@\n-a\n+b\n"),
      (Paths{"mm/slab.c"}));
  EXPECT_EQ(touched_paths("--- a/x but no diff\n"), Paths{});
}

}  // namespace
}  // namespace lorelei::patch
