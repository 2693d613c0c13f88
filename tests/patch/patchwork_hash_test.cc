// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/patchwork_hash.hh"

#include <gtest/gtest.h>

#include <string>

#include "base/sha1.hh"
#include "base/text.hh"

namespace lorelei::patch {
namespace {

const std::string kPatch =
    "diff --git a/drivers/block/floppy.c b/drivers/block/floppy.c\n"
    "index 0123456789ab..ba9876543210 100644\n"
    "--- a/drivers/block/floppy.c\n"
    "+++ b/drivers/block/floppy.c\n"
    "@@ -10,3 +10,3 @@ static int floppy_seek(int unit)\n"
    " \tint track;\n"
    "-\treturn 0;\n"
    "+\treturn -EIO;\n"
    " }\n";
// What is hashed, by the rules in words.
const std::string kHashed =
    "--- a/drivers/block/floppy.c\n+++ b/drivers/block/floppy.c\n@@ -3 +3 @@\n \tint track;\n-\treturn 0;\n"
    "+\treturn -EIO;\n }\n";

std::string hash_of(std::string_view text) {
  const auto hash = patchwork_hash(text);
  return hash ? hash->hex() : "none";
}
std::string sha_of(std::string_view text) { return git::ObjectId{sha1(text)}.hex(); }

TEST(PatchworkHash, IsOverTheLinesThatSaySomething) { EXPECT_EQ(hash_of(kPatch), sha_of(kHashed)); }

TEST(PatchworkHash, TextWithoutADiffHasNone) {
  for (const char* text : {"", "\n", "hello\n", " 1 file changed\n", "--- a/x\nno\n", "> --- a/x\n> +++ b/x\n",
                           "@@ -1 +1 @@\n-a\n+b\n", "diff --git a/x b/y\nrename from x\nrename to y\n"})
    EXPECT_EQ(hash_of(text), "none") << text;
}

TEST(PatchworkHash, WhatStandsAroundDoesNotCount) {
  EXPECT_EQ(hash_of("Words.\n---\n file | 2 +-\n 1 file changed\n\n" + kPatch + "-- \n2.45.0\n\n+ not part\n"),
            sha_of(kHashed));
}

TEST(PatchworkHash, PlacesBlobsAndTopDirectoriesDoNotCount) {
  auto other = replace_all(kPatch, "@@ -10,3 +10,3 @@ static int floppy_seek(int unit)", "@@ -99,003 +107,3 @@");
  other = replace_all(other, "0123456789ab", "fedcba987654");
  other = replace_all(other, "--- a/", "--- old/");
  other = replace_all(other, "+++ b/drivers/block/floppy.c", "+++ new/drivers/block/floppy.c\t2026-01-01");
  EXPECT_EQ(hash_of(other), sha_of(kHashed));
  EXPECT_NE(hash_of(replace_all(kPatch, "-EIO", "-EIO1")), sha_of(kHashed));
  EXPECT_NE(hash_of(replace_all(kPatch, "floppy", "flippy")), sha_of(kHashed));
}

TEST(PatchworkHash, LinesOfHunksThatLookLikeNames) {
  EXPECT_EQ(hash_of("--- a/x\n+++ b/x\n@@ -1 +1 @@\n--- q/old\n+++ q/new and more\n"),
            sha_of("--- a/x\n+++ b/x\n@@ -1 +1 @@\n--- a/old\n+++ b/new\n"));
  // The hunk is over: this is prose.
  EXPECT_EQ(hash_of("--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n--- q/old\n+++ q/new\n"),
            sha_of("--- a/x\n+++ b/x\n@@ -1 +0 @@\n--- a/old\n"));
}

TEST(PatchworkHash, CountsThatAreLeftOutOrHuge) {
  EXPECT_EQ(hash_of("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n"),
            sha_of("--- a/dev/null\n+++ b/x\n@@ -0 +1 @@\n+a\n"));
  EXPECT_EQ(hash_of("--- x\n+++ x\n@@ -1,99999999999999999999999 +1 @@\n-a\n\n+b\n"),
            sha_of("--- a/\n+++ b/\n@@ -99999999999999999999999 +1 @@\n-a\n+b\n"));
}

}  // namespace
}  // namespace lorelei::patch
