// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/apply.hh"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lorelei::patch {
namespace {

using namespace std::string_literals;

const std::string kTen = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";

Result<Applied> applied(std::string_view hunks, std::string_view before, const ApplyOptions& options = {}) {
  const auto text = "--- a/x\n+++ b/x\n" + std::string(hunks);
  TRY(const auto diff, parse_diff(text));
  EXPECT_EQ(diff.files.size(), 1u);
  return apply_change(diff.files[0], before, options);
}

// The file afterwards, or the complaint.
std::string after(std::string_view hunks, std::string_view before) {
  const auto result = applied(hunks, before);
  return result ? result->bytes : to_text(result.error());
}

std::string why_not(std::string_view hunks, std::string_view before) {
  const auto result = applied(hunks, before);
  return result ? "applies" : result.error().why;
}

TEST(Apply, HunkAtItsPlace) {
  const auto result = applied("@@ -3,3 +3,3 @@\n 3\n-4\n+four\n 5\n", kTen);
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(result->bytes, "1\n2\n3\nfour\n5\n6\n7\n8\n9\n10\n");
  EXPECT_EQ(result->offsets, std::vector<long>{0});
}

TEST(Apply, HunksThatMoved) {
  const auto result = applied("@@ -4,3 +4,2 @@\n 5\n-6\n 7\n@@ -9,2 +7,3 @@\n 8\n+new\n 9\n", kTen);
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(result->bytes, "1\n2\n3\n4\n5\n7\n8\nnew\n9\n10\n");
  EXPECT_EQ(result->offsets, (std::vector<long>{1, 0}));
}

TEST(Apply, NearestPlaceIsTakenAndThatBehindFirst) {
  const std::string hunk = "@@ -6,3 +6,3 @@\n a\n-b\n+B\n c\n";
  EXPECT_EQ(after(hunk, "-\n-\na\nb\nc\n-\n-\n-\na\nb\nc\n-\n"), "-\n-\na\nb\nc\n-\n-\n-\na\nB\nc\n-\n");
  EXPECT_EQ(after(hunk, "-\n-\na\nb\nc\n-\n-\n-\n-\na\nb\nc\n-\n"), "-\n-\na\nB\nc\n-\n-\n-\n-\na\nb\nc\n-\n");
}

TEST(Apply, BeginningOfTheFile) {
  const std::string hunk = "@@ -1,2 +1,3 @@\n+new\n 1\n 2\n";
  EXPECT_EQ(after(hunk, kTen), "new\n" + kTen);
  EXPECT_EQ(
      why_not(hunk, "0\n" + kTen),
      "hunk 1 of 1 (line 3 of the patch: @@ -1,2 +1,3 @@) does not match: it has to begin the file, but its lines "
      "are at line 2 of 11");
}

TEST(Apply, EndOfTheFile) {
  const std::string hunk = "@@ -9,2 +9,3 @@\n 9\n 10\n+new\n";
  EXPECT_EQ(after(hunk, kTen), kTen + "new\n");
  EXPECT_EQ(after(hunk, "0\n" + kTen), "0\n" + kTen + "new\n");
  EXPECT_EQ(
      why_not(hunk, kTen + "11\n"),
      "hunk 1 of 1 (line 3 of the patch: @@ -9,2 +9,3 @@) does not match: without context behind it has to end the "
      "file, but its lines are at line 9 of 11");
}

TEST(Apply, ComplaintNamesTheFirstLineThatIsAnother) {
  EXPECT_EQ(after("@@ -2 +2 @@\n-2\n+two\n", kTen).substr(0, 29), "cannot apply the patch to 'x'");
  EXPECT_EQ(why_not("@@ -3,4 +3,4 @@\n 3\n 4\n-five\n+V\n 6\n", "0\n" + kTen),
            "hunk 1 of 1 (line 3 of the patch: @@ -3,4 +3,4 @@) does not match: line 6: expected 'five', found '5'");
  EXPECT_EQ(
      why_not("@@ -3,3 +3,3 @@\n 3\n-4\n+IV\n 5\n@@ -8,4 +8,4 @@\n 9\n-10\n+X\n 11\n 12\n", kTen),
      "hunk 2 of 2 (line 8 of the patch: @@ -8,4 +8,4 @@) does not match: line 11: expected '11', found the end of "
      "the file");
}

TEST(Apply, HunksMayNotOverlap) {
  EXPECT_EQ(why_not("@@ -3,3 +3,3 @@\n 3\n-4\n+IV\n 5\n@@ -5,3 +5,3 @@\n 5\n-6\n+VI\n 7\n", kTen),
            "hunk 2 of 2 (line 8 of the patch: @@ -5,3 +5,3 @@) does not match: line 5 was brought by a hunk above it, "
            "they overlap");
}

TEST(Apply, MissingNewlineAtTheEnd) {
  EXPECT_EQ(after("@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n", "a\nb"), "a\nc\n");
  EXPECT_EQ(after("@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n", "a\nb\n"), "a\nc");
  EXPECT_NE(after("@@ -1,2 +1,2 @@\n a\n-b\n+c\n", "a\nb"), "a\nc\n");
  EXPECT_NE(after("@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n", "a\nb\n"), "a\nc\n");
}

TEST(Apply, WhiteSpaceCounts) {
  EXPECT_EQ(after("@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n", "a\r\nb\r\n"), "a\r\nc\r\n");
  for (const char* before : {"a\nb\n", "a \r\nb\r\n", "a\r\nb \r\n", "\ta\r\nb\r\n"})
    EXPECT_NE(why_not("@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n", before), "applies");
}

TEST(Apply, ContextLineWhoseBlankWasLost) {
  EXPECT_EQ(after("@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n", "a\n\nb\n"), "a\n\nc\n");
}

TEST(Apply, FilesThatComeAndGo) {
  EXPECT_EQ(after("@@ -0,0 +1,2 @@\n+a\n+b\n", ""), "a\nb\n");
  const auto created = parse_diff("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n");
  ASSERT_TRUE(created);
  EXPECT_EQ(apply_change(created->files[0], "")->bytes, "a\n");
  const auto deleted = parse_diff("--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
  ASSERT_TRUE(deleted);
  EXPECT_EQ(apply_change(deleted->files[0], "a\n")->bytes, "");
  EXPECT_FALSE(apply_change(deleted->files[0], "a\nb\n"));
  const auto unfinished = parse_diff("diff --git a/x b/x\ndeleted file mode 100644\n");
  ASSERT_TRUE(unfinished);
  EXPECT_FALSE(apply_change(unfinished->files[0], "a\n"));
}

TEST(Apply, WithoutHunksTheBytesStay) {
  const auto diff = parse_diff("diff --git a/x b/y\nrename from x\nrename to y\n");
  ASSERT_TRUE(diff);
  EXPECT_EQ(apply_change(diff->files[0], "a\nb")->bytes, "a\nb");
}

TEST(Apply, SearchHasALimit) {
  std::string before, hunk = "@@ -500,101 +500,101 @@\n";
  for (int i = 0; i < 1000; ++i) before += "same\n";
  for (int i = 0; i < 99; ++i) hunk += " same\n";
  hunk += "-other\n+new\n same\n";
  const auto result = applied(hunk, before, {.max_search_steps = 10000});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, Error::Kind::kTooLarge);
  const auto in_full = applied(hunk, before);
  ASSERT_FALSE(in_full);
  EXPECT_EQ(in_full.error().kind, Error::Kind::kConflict);
}

TEST(Delta, CopiesAndInserts) {
  EXPECT_EQ(apply_delta("abcdef", "\x06\x05\x91\x02\x03\x02XY"s), "cdeXY");
  EXPECT_EQ(apply_delta("", "\x00\x00"s), "");
  const std::string large(0x10000, 'x');
  EXPECT_EQ(apply_delta(large, "\x80\x80\x04\x80\x80\x04\x80"s), large);  // a size of 0 is 65,536
  for (const auto& bad : {""s, "\x06"s, "\x05\x05\x91\x02\x03\x02XY"s, "\x06\x04\x91\x02\x03\x02XY"s,
                          "\x06\x06\x91\x02\x03\x02XY"s, "\x06\x05\x91\x04\x03\x02XY"s, "\x06\x05\x91\x02\x03\x03XY"s,
                          "\x06\x05\x91\x02"s, "\x06\x05\x00\x91\x02\x03\x02XY"s, "\x06\x05\x91\xff\x03\x02XY"s,
                          "\x06\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s})
    EXPECT_FALSE(apply_delta("abcdef", bad)) << testing::PrintToString(bad);
}

TEST(Apply, BinaryNeedsTheFileItWasMadeFrom) {
  const std::string from = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", to = "85025d98693fe77b700bcf818dfd8fcd13c4e961";
  const auto text = [&](const std::string& result) {
    return fmt::format(
        "diff --git a/x b/x\nindex {}..{} 100644\nGIT binary patch\nliteral 5\nMcmZQzWMXCk000>P3jhEB\n\n", from,
        result);
  };
  const auto sound = text(to);
  const auto diff = parse_diff(sound);
  ASSERT_TRUE(diff);
  const auto result = apply_change(diff->files[0], "");
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(result->bytes, "\0\1\2\3\4"s);
  const auto wrong_file = apply_change(diff->files[0], "a");
  ASSERT_FALSE(wrong_file);
  EXPECT_NE(wrong_file.error().why.find("is for " + from), std::string::npos);
  const auto unsound = text(from);
  const auto other = parse_diff(unsound);
  ASSERT_TRUE(other);
  const auto wrong_result = apply_change(other->files[0], "");
  ASSERT_FALSE(wrong_result);
  EXPECT_NE(wrong_result.error().why.find("instead of " + from), std::string::npos);
}

TEST(Apply, BinaryWithoutFullIdsOrDataIsRefused) {
  const std::string empty = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
  for (const auto& text :
       {"diff --git a/x b/x\nindex e69de29..1234567\nBinary files a/x and b/x differ\n"s,
        "diff --git a/x b/x\nindex " + empty + ".." + empty + "\nBinary files a/x and b/x differ\n"}) {
    const auto diff = parse_diff(text);
    ASSERT_TRUE(diff) << to_text(diff.error());
    const auto result = apply_change(diff->files[0], "");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Error::Kind::kCorrupt);
  }
}

}  // namespace
}  // namespace lorelei::patch
