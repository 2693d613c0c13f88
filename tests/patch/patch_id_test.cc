// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/patch_id.hh"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/files.hh"
#include "base/text.hh"
#include "tests/peers.hh"

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

std::string id_of(std::string_view text) {
  const auto id = patch_id(text);
  return id ? id->hex() : "none";
}

TEST(PatchId, TextWithoutADiffHasNone) {
  for (const char* text : {"", "\n", "hello\n", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", "> diff --git a/x b/x\n"})
    EXPECT_EQ(id_of(text), "none") << text;
}

TEST(PatchId, WhitespaceLineNumbersAndBlobsDoNotCount) {
  std::string other = kPatch;
  other = replace_all(other, "0123456789ab", "fedcba987654");
  other = replace_all(other, "@@ -10,3 +10,3 @@ static int floppy_seek(int unit)", "@@ -99,3 +107,3 @@");
  other = replace_all(other, "int track;", "int\t  track ;");
  EXPECT_EQ(id_of(other), id_of(kPatch));
  EXPECT_NE(id_of(replace_all(kPatch, "-EIO", "-EIO1")), id_of(kPatch));
}

TEST(PatchId, ProseAroundDoesNotCount) {
  EXPECT_EQ(id_of(std::string("Subject matter.\n---\n 1 file changed\n\n") + kPatch + "-- \n2.45.0\n\n+ not part\n"),
            id_of(kPatch));
}

TEST(PatchId, FilesMayComeInAnyOrder) {
  const auto second = replace_all(replace_all(kPatch, "floppy", "paride"), "-EIO", "-EBUSY");
  EXPECT_EQ(id_of(kPatch + second), id_of(second + kPatch));
  EXPECT_NE(id_of(kPatch + second), id_of(kPatch));
}

TEST(PatchId, FirstOfTwoPatchesIsTaken) {
  const auto second = replace_all(kPatch, "-EIO", "-EBUSY");
  const std::string commit = "From 1111111111111111111111111111111111111111 Mon Sep 17 00:00:00 2001\n";
  EXPECT_EQ(id_of(commit + kPatch + commit + second), id_of(kPatch));
  EXPECT_NE(id_of(kPatch + second), id_of(kPatch));
}

// The installed git is asked once for many texts: an id on a line of its own separates them and names the answer.
class GitOracle {
 public:
  void add(std::string text) {
    if (!text.ends_with('\n')) text += '\n';
    texts_.push_back(std::move(text));
  }

  const std::vector<std::string>& texts() const { return texts_; }
  static std::string name(std::size_t at) { return fmt::format("{:040}", at + 1); }

  // By name, the id of the first patch after it; names without one are absent.
  std::map<std::string, std::string> answers() const {
    const auto dir = TempDir::create(std::filesystem::temp_directory_path(), "patch-id");
    EXPECT_TRUE(dir);
    const auto input = dir->path() / "input";
    std::ofstream out(input, std::ios::binary);
    for (std::size_t i = 0; i < texts_.size(); ++i) out << "From " << name(i) << "\n" << texts_[i];
    out.close();
    std::map<std::string, std::string> answers;
    const auto command = "cd / && git patch-id --stable <" + input.string();
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> git(popen(command.c_str(), "r"), pclose);
    char id[41], commit[41];
    while (std::fscanf(git.get(), "%40s %40s", id, commit) == 2) answers.emplace(commit, id);
    return answers;
  }

 private:
  std::vector<std::string> texts_;
};

// Patches of every shape that a mail may hold: sound ones, and ones whose counts, headers and lines are wrong.
class OddPatches {
 public:
  explicit OddPatches(unsigned seed) : random_(seed) {}

  std::string next() {
    std::string text = any({"", "", "Some words first.\n---\n a.c | 2 +-\n\n"});
    for (int files = pick(1, 3); files > 0; --files) text += file();
    text += any({"", "-- \n2.39.5\n"});
    if (often(6)) text += "\ndiff again, a second patch\n--- x\n+++ x\n@@ -1 +1 @@\n-a\n+b\n";
    if (often(8)) text.resize(static_cast<std::size_t>(pick(0, static_cast<int>(text.size()))));
    if (often(12)) text = replace_all(text, "\n", "\r\n");
    return text;
  }

 private:
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool often(int one_in) { return pick(1, one_in) == 1; }
  std::string any(const std::vector<std::string>& of) {
    return of[static_cast<std::size_t>(pick(0, static_cast<int>(of.size()) - 1))];
  }

  std::string name() {
    return any({"a.c", "drivers/block/floppy.c", "\"sp\\303\\244t.c\"", "two words.c", "Makefile"});
  }

  std::string file() {
    const auto path = name();
    std::string text = any({"diff --git a/", "diff --git a/", "diff -u old/", "diff "}) + path + " b/" + path + "\n";
    if (often(5))
      text += any({"old mode 100644\nnew mode 100755\n", "new file mode 100644\n", "deleted file mode 100644\n",
                   "similarity index 93%\nrename from x\nrename to y\n", "12 not a header\n", "\n"});
    // Always an index line, before a binary file git would hash uninitialised memory otherwise.
    text += any({"index 0123456789ab..ba9876543210 100644\n", "index 0123456..89abcde\n",
                 "index 0000000000..1234567890 100644\n", "index  ..  \n", "index 12 .. 34 100644\n",
                 "index " + std::string(70, 'a') + ".." + std::string(70, 'b') + "\n"});
    if (often(6)) return text + binary();
    if (!often(12)) text += "--- a/" + path + "\n+++ b/" + path + "\n";
    for (int hunks = pick(0, 3); hunks > 0; --hunks) text += hunk();
    return text;
  }

  std::string binary() {
    return any({"Binary files a/x and b/x differ\n",
                "GIT binary patch\nliteral 5\nMcmZQzU|?imU|;|M00aO5\n\nliteral 0\nHcmV?d00001\n\n",
                "GIT binary patch\n", "Binary files\n+stray\n"});
  }

  std::string hunk() {
    std::string lines;
    int before = 0, after = 0;
    for (int n = pick(1, 8); n > 0; --n) {
      const auto kind = any({" ", " ", "-", "+"});
      lines += kind +
               any({"\treturn 0;", "int\tx;", "", "-- ", "--- a/x", "++ b", "if (a  &&\tb)", "\v\f odd space",
                    "na\xc3\xafve", "\xff\xfe", "@@ -1 +1 @@", "diff x", std::string("nul\0after", 9)}) +
               "\n";
      before += kind != "+";
      after += kind != "-";
      if (often(15))
        lines += any({"\\ No newline at end of file\n", "\\ short\n", "\n", "prose\n", "diff --git a/q b/q\n"});
    }
    if (often(8)) before += pick(-2, 3);
    if (often(8)) after += pick(-2, 3);
    return header(before, after) + lines;
  }

  std::string header(int before, int after) {
    if (often(25))
      return any({"@@ -1 +1 @@\n", "@@ -1,2 +1 @@\n", "@@ -,3 +4 @@\n", "@@ -1,2\n", "@@ -3,x +1,2 @@\n",
                  "@@ -1, 2 +3,-1 @@\n", "@@ -1,99999999999999999999 +1,4294967297 @@\n", "@@ -1,2  +3,4 @@\n",
                  "@@ -\n", "@@@ -1 -1 +1 @@@\n"});
    const auto start = pick(1, 500);
    return fmt::format("@@ -{},{} +{},{} @@{}\n", start, before, start, after, any({"", " int f(void)", "\tx"}));
  }

  std::mt19937 random_;
};

TEST(PatchId, EqualsGitsOnOddPatches) {
  GitOracle oracle;
  OddPatches patches(20240229);
  for (int i = 0; i < 6000; ++i) oracle.add(patches.next());
  const auto answers = oracle.answers();
  if (answers.empty()) SKIP_WITHOUT_PEER("git is not installed");
  EXPECT_GT(answers.size(), 5000u);
  for (std::size_t i = 0; i < oracle.texts().size(); ++i) {
    const auto found = answers.find(GitOracle::name(i));
    ASSERT_EQ(id_of(oracle.texts()[i]), found == answers.end() ? "none" : found->second) << oracle.texts()[i];
  }
}

}  // namespace
}  // namespace lorelei::patch
