// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/diff.hh"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <list>

#include <string>
#include <vector>

namespace lorelei::patch {
namespace {

const std::string kHunk = "@@ -1,2 +1,2 @@ int main(void)\n-a\n+A\n b\n";

FileChange only_file(std::string_view text) {
  static std::list<std::string> kept;  // what the result looks into
  auto diff = parse_diff(kept.emplace_back(text));
  if (!diff) {
    ADD_FAILURE() << to_text(diff.error());
    return {};
  }
  EXPECT_EQ(diff->files.size(), 1u);
  return diff->files.size() == 1 ? diff->files[0] : FileChange{};
}

std::string complaint(std::string_view text) {
  const auto diff = parse_diff(text);
  return diff ? "none" : to_text(diff.error());
}

std::string git_header(std::string_view path) {
  return fmt::format("diff --git a/{0} b/{0}\nindex 0123456..89abcde 100644\n--- a/{0}\n+++ b/{0}\n", path);
}

TEST(Diff, FileWithItsHunks) {
  const auto file = only_file("Words.\n---\n x | 2 +-\n\n" + git_header("dir/x.c") + kHunk + "@@ -9 +9 @@\n-q\n+r\n");
  EXPECT_EQ(file.kind, FileKind::kModify);
  EXPECT_EQ(file.old_path, "dir/x.c");
  EXPECT_EQ(file.new_path, "dir/x.c");
  EXPECT_EQ(file.old_mode, 0100644u);
  EXPECT_FALSE(file.new_mode);
  EXPECT_EQ(file.old_id, "0123456");
  EXPECT_EQ(file.new_id, "89abcde");
  EXPECT_EQ(file.line_number, 5u);
  ASSERT_EQ(file.hunks.size(), 2u);
  EXPECT_EQ(file.hunks[0].old_count, 2u);
  EXPECT_EQ(file.hunks[0].lines, "-a\n+A\n b\n");
  EXPECT_EQ(file.hunks[0].line_number, 9u);
  EXPECT_EQ(file.hunks[1].old_start, 9u);
  EXPECT_EQ(file.hunks[1].new_count, 1u);  // where no count is written
  EXPECT_EQ(file.hunks[1].line_number, 13u);
}

TEST(Diff, NothingInProse) {
  for (const char* text : {"", "\n", "words\n", "--- a/x\n+++ b/x\n", "--- a/x\nwords\n", "@@ -x\n",
                           "diff -u a/x b/x\n", "> diff --git a/x b/x\n"}) {
    SCOPED_TRACE(text);
    const auto diff = parse_diff(text);
    ASSERT_TRUE(diff) << to_text(diff.error());
    EXPECT_TRUE(diff->files.empty());
  }
}

TEST(Diff, SignatureAndGarbageBetweenFilesArePassedOver) {
  const std::string text = (git_header("x") + kHunk + "-- \n2.39.5\n\nIndex: y\n=====\n--- a/y\n+++ b/y\n" + kHunk +
                            "\n--- a/not\nthe end\n");
  const auto diff = parse_diff(text);
  ASSERT_TRUE(diff) << to_text(diff.error());
  ASSERT_EQ(diff->files.size(), 2u);
  EXPECT_EQ(diff->files[0].hunks[0].lines, "-a\n+A\n b\n");
  EXPECT_EQ(diff->files[1].new_path, "y");
}

TEST(Diff, WhatBecomesOfTheFile) {
  const struct {
    const char* header;
    FileKind kind;
    const char *old_path, *new_path;
  } cases[] = {
      {"diff --git a/x b/x\nnew file mode 100755\n", FileKind::kCreate, "x", "x"},
      {"diff --git a/x b/x\ndeleted file mode 100644\n", FileKind::kDelete, "x", "x"},
      {"diff --git a/x b/x\nold mode 100644\nnew mode 100755\n", FileKind::kModify, "x", "x"},
      {"diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n", FileKind::kRename, "x", "y"},
      {"diff --git a/x b/y\nsimilarity index 100%\nrename old x\nrename new y\n", FileKind::kRename, "x", "y"},
      {"diff --git a/d/x b/y\ndissimilarity index 9%\ncopy from d/x\ncopy to y\n", FileKind::kCopy, "d/x", "y"},
      {"diff --git a/x b/x\nindex 1..2\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", FileKind::kModify, "x", "x"},
      {"diff --git a/x b/y\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n", FileKind::kRename, "x", "y"},
      {"--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+b\n", FileKind::kCreate, "x", "x"},
      {"--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n", FileKind::kDelete, "x", "x"},
      {"--- a/x\t1970-01-01 01:00:00.000 +0100\n+++ b/x\n@@ -0,0 +1 @@\n+b\n", FileKind::kCreate, "x", "x"},
      {"--- a/x\n+++ b/x\t1969-12-31 19:00:00 -05:00\n@@ -1 +0,0 @@\n-b\n", FileKind::kDelete, "x", "x"},
      {"--- a/x\t1970-01-01 01:00:00 +0000\n+++ b/x\n@@ -0,0 +1 @@\n+b\n", FileKind::kModify, "x", "x"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.header);
    const auto file = only_file(c.header);
    EXPECT_EQ(file.kind, c.kind);
    EXPECT_EQ(file.old_path, c.old_path);
    EXPECT_EQ(file.new_path, c.new_path);
  }
}

TEST(Diff, ModesAreThoseStated) {
  EXPECT_EQ(only_file("diff --git a/x b/x\nnew file mode 120000\n").new_mode, 0120000u);
  const auto file = only_file("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n");
  EXPECT_EQ(file.old_mode, 0100644u);
  EXPECT_EQ(file.new_mode, 0100755u);
  for (const char* mode : {"", "8", "x", "100644x", "77777777777777777777777"})
    EXPECT_NE(complaint(fmt::format("diff --git a/x b/x\nnew file mode {}\n", mode)), "none") << mode;
}

TEST(Diff, MayCreateWhatIsNotThere) {
  EXPECT_TRUE(only_file("--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+b\n").creates_if_missing);
  EXPECT_FALSE(only_file("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n").creates_if_missing);
  EXPECT_FALSE(only_file("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+b\n").creates_if_missing);
}

TEST(Diff, Names) {
  const struct {
    const char *header, *path;
  } cases[] = {
      {"--- a/x y.c\n+++ b/x y.c\n", "x y.c"},
      {"--- a/x.c\t2024-02-29 12:00:00.123456789 +0100\n+++ b/x.c\t2024-02-29 12:00:01 +0100\n", "x.c"},
      {"--- a/x.c   2024-02-29 12:00:00 +01:00\n+++ b/x.c 24-02-29\n", "x.c"},
      {"--- a/x.c\n+++ b/x.c.orig\n", "x.c"},
      {"--- a/x.c.orig\n+++ b/x.c\n", "x.c"},
      {"--- a/d//x.c\n+++ b/d//x.c\n", "d/x.c"},
      {"--- \"a/t\\303\\244b\\t\\\"\"\n+++ \"b/t\\303\\244b\\t\\\"\"\n", "t\303\244b\t\""},
      {"--- x.c\n+++ x.c\n", "x.c"},
      {"--- x.c\n+++ b/d/x.c\n", "d/x.c"},
      {"diff --git a/x y.c b/x y.c\n--- a/x y.c\t\n+++ b/x y.c\t\n", "x y.c"},
      {"diff --git a/x b/y b/x b/y\nold mode 100644\nnew mode 100755\n", "x b/y"},
      {"diff --git \"a/\\tx\" \"b/\\tx\"\nold mode 100644\nnew mode 100755\n", "\tx"},
      {"diff --git a/x \"b/x\"\nold mode 100644\nnew mode 100755\n", "x"},
      {"diff --git one/x other/x\nold mode 100644\nnew mode 100755\n", "x"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.header);
    EXPECT_EQ(only_file(c.header + kHunk).new_path, c.path);
  }
}

TEST(Diff, NamesWithoutADirectoryEndStripping) {
  const std::string text = ("--- d/x\n+++ d/x\n" + kHunk + "--- x\n+++ x\n" + kHunk + "--- d/x\n+++ d/x\n" + kHunk);
  const auto diff = parse_diff(text);
  ASSERT_TRUE(diff) << to_text(diff.error());
  ASSERT_EQ(diff->files.size(), 3u);
  EXPECT_EQ(diff->files[0].new_path, "x");
  EXPECT_EQ(diff->files[2].new_path, "d/x");
}

TEST(Diff, NamesThatLeadAstrayAreRefused) {
  for (const char* path : {"../x", "d/../x", "/etc/x", "d/./x", ".git/config", "d/.GIT/x", "d/.git", "git~1/x",
                           ".git. ./x", ".git::$INDEX/x", "d/", "d\\.git\\x"}) {
    SCOPED_TRACE(path);
    const auto diff = parse_diff(fmt::format("diff --git a/y b/y\nrename from y\nrename to {}\n", path));
    ASSERT_FALSE(diff);
    EXPECT_EQ(diff.error().kind, Error::Kind::kRefused);
  }
  EXPECT_NE(complaint("diff --git a/.gitmodules b/.gitmodules\nnew file mode 120000\n"), "none");
  EXPECT_EQ(complaint("diff --git a/.gitmodules b/.gitmodules\nnew file mode 100644\n"), "none");
  EXPECT_EQ(complaint("diff --git a/.gitignore b/.gitignore\nnew file mode 100644\n"), "none");
  EXPECT_NE(complaint("diff --git \"a/x\\000\" \"b/x\\000\"\nnew file mode 100644\n"), "none");
}

TEST(Diff, HeadersThatContradictEachOther) {
  for (const char* header : {
           "diff --git a/x b/x\nnew file mode 100644\nrename from x\nrename to y\n",
           "diff --git a/x b/x\nnew file mode 100644\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+a\n",
           "diff --git a/x b/y\nrename from x\nrename to y\n--- a/z\n+++ b/y\n",
           "diff --git a/x b/y\nrename from x\n",
           "diff --git a/x b/y\nindex 1..2\n",
           "diff --git a/x b/x\nindex 1..2 100644\n",
           "diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
           "diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n",
           "@@ -1 +1 @@\n-a\n+b\n",
       }) {
    SCOPED_TRACE(header);
    const auto diff = parse_diff(header);
    ASSERT_FALSE(diff);
    EXPECT_EQ(diff.error().kind, Error::Kind::kCorrupt);
    EXPECT_NE(diff.error().why.find("line "), std::string::npos);
  }
}

TEST(Diff, CorruptHunksNameTheLine) {
  const struct {
    const char *hunk, *why;
  } cases[] = {
      {"@@ -1,3 +1,2 @@\n-a\n+A\n b\n", "line 9 of the patch: the hunk of line 5 ends early, with the patch"},
      {"@@ -1,2 +1,2 @@\n-a\nA\n b\n", "line 7 of the patch: the hunk of line 5 ends early, at 'A'"},
      {"@@ -1,2 +1,2 @@\n-a\n\\ no\n b\n", "line 7 of the patch: the hunk of line 5 ends early, at '\\ no'"},
      {"@@ -1,2 +1,2 @@\n-a\n+A\n b", "line 8 of the patch: the hunk of line 5 ends within a line"},
      {"@@ -1,2 +1,2 @@\n a\n b\n", "line 8 of the patch: the hunk of line 5 changes nothing"},
      {"@@ -1,2 +1 @\n-a\n b\n", "line 5 of the patch: '@@ -1,2 +1 @' has no line numbers"},
      {"@@ -1,1 +1,2 @@\n-a\n b\n+c\n-- \n2.39\n", "line 10 of the patch: the hunk of line 5 ends early, at '2.39'"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(complaint(git_header("x") + c.hunk), fmt::format("cannot read the patch to 'x': {}", c.why));
}

TEST(Diff, HeaderAboveAnUnfinishedHunkIsAHeader) {
  for (const char* hunk : {"@@ -1", "@@ -1 @@\n", "@@ -1,2 +1,2 @@"})
    EXPECT_NE(complaint(fmt::format("--- a/x.c\n+++ b/x.c\n{}", hunk)), "none") << hunk;
}

TEST(Diff, LinesThatMailersChangedAreStillLines) {
  const auto file = only_file(git_header("x") + "@@ -1,3 +1,3 @@\n\n-a\n+A\n\n\\ No newline at end of file\n");
  ASSERT_EQ(file.hunks.size(), 1u);
  EXPECT_EQ(file.hunks[0].lines, "\n-a\n+A\n\n\\ No newline at end of file\n");
}

TEST(Diff, BinaryDataIsInflated) {
  const std::string head =
      "diff --git a/x b/x\nindex 0123456789012345678901234567890123456789..0123456789012345678901234567890123456789\n";
  const auto file =
      only_file(head + "GIT binary patch\nliteral 5\nMcmZQzWMXCk000>P3jhEB\n\nliteral 0\nHcmV?d00001\n\n");
  ASSERT_TRUE(file.binary && file.binary->forward && file.binary->reverse);
  EXPECT_EQ(file.binary->forward->bytes, std::string("\0\1\2\3\4", 5));
  EXPECT_EQ(file.binary->reverse->bytes, "");
  const auto only_noted = only_file(head + "Binary files a/x and b/x differ\n");
  ASSERT_TRUE(only_noted.binary);
  EXPECT_FALSE(only_noted.binary->forward);
}

TEST(Diff, DamagedBinaryDataIsRefused) {
  const std::string head = "diff --git a/x b/x\nindex 1..2\nGIT binary patch\n";
  for (const char* data :
       {"", "literal 5\n", "literal 5\nMcmZQzWMXCk000>P3jhE6\n\n", "literal 6\nMcmZQzWMXCk000>P3jhEB\n\n",
        "literal 4\nMcmZQzWMXCk000>P3jhEB\n\n", "literal 5\nQcmZQzWMXCk000>P3jhEB\n\n",
        "literal 5\nMcmZQzWMXCk000>P3jhEB\n", "literal 5\nMcmZQzWMXCk000>P3jhE \n\n", "literal\n\n",
        "literal 99999999999999999999\nMcmZQzWMXCk000>P3jhEB\n\n",
        "literal 5\nMcmZQzWMXCk000>P3jhEB\n\nliteral 1\nxyz\n\n", "literal 0\n1~~~~~\n\n"})
    EXPECT_NE(complaint(head + data), "none") << data;
  const auto diff = parse_diff(head + "literal 67108865\nMcmZQzWMXCk000>P3jhEB\n\n");
  ASSERT_FALSE(diff);
  EXPECT_EQ(diff.error().kind, Error::Kind::kTooLarge);
}

}  // namespace
}  // namespace lorelei::patch
