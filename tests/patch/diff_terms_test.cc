// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/diff_terms.hh"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lorelei::patch {
namespace {

class Recorder : public TextSink {
 public:
  using Calls = std::vector<std::string>;
  void prose(std::string_view text) override { note("prose", text); }
  void quoted(std::string_view text) override { note("quoted", text); }
  void file_name(std::string_view text) override { note("file", text); }
  void removed(std::string_view text) override { note("removed", text); }
  void added(std::string_view text) override { note("added", text); }
  void context(std::string_view text) override { note("context", text); }
  void hunk_header(std::string_view text) override { note("hunk", text); }
  void pre_blob(std::string_view text) override { note("pre", text); }
  void post_blob(std::string_view text) override { note("post", text); }

  Calls calls;

 private:
  void note(const char* kind, std::string_view text) { calls.push_back(std::string(kind) + ":" + std::string(text)); }
};

Recorder::Calls calls_of(std::string_view text) {
  Recorder recorder;
  scan_text(text, recorder);
  return recorder.calls;
}

TEST(ScanText, QuotesAndPlainRunsAlternate) {
  const struct {
    const char* text;
    Recorder::Calls calls;
  } cases[] = {
      {"", {"prose:\n"}},
      {"hello", {"prose:hello\n"}},
      {"> a\n> b\nno\n\n>c", {"prose:", "quoted:> a\n> b\n", "prose:no\n\n", "quoted:>c\n"}},
      {"no >quote\n >neither\n", {"prose:no >quote\n >neither\n"}},
      {"> --- a/x\n> +++ b/x\nfine\n", {"prose:", "quoted:> --- a/x\n> +++ b/x\n", "prose:fine\n"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(calls_of(c.text), c.calls);
  }
}

TEST(ScanText, QuoteOverTheLimitIsCutByAnEmptyRun) {
  std::string text;
  for (int line = 0; line < 65536; ++line) text += ">\n";
  const auto calls = calls_of(text);
  ASSERT_EQ(calls.size(), 4u);
  EXPECT_EQ(calls[1].size(), 7 + 2 * 65535u);
  EXPECT_EQ(calls[2], "prose:");
  EXPECT_EQ(calls[3], "quoted:>\n");
}

TEST(ScanText, GitPatchIsTakenApart) {
  const auto calls = calls_of(
      "A long story.\n"
      "---\n"
      " drivers/block/floppy.c | 2 +-\n"
      "\n"
      "diff --git a/drivers/block/floppy.c b/drivers/block/floppy.c\n"
      "index 0123456789ab..ba9876543210 100644\n"
      "--- a/drivers/block/floppy.c\n"
      "+++ b/drivers/block/floppy.c\n"
      "@@ -10,4 +10,4 @@ static int floppy_seek(int unit)\n"
      " \tint track;\n"
      "\n"
      "-\treturn 0;\n"
      "+\treturn -EIO;\n"
      " }\n"
      "-- \n"
      "2.45.0\n");
  const Recorder::Calls expected = {
      "prose:A long story.\n---\n drivers/block/floppy.c | 2 +-\n"
      "diff --git a/drivers/block/floppy.c b/drivers/block/floppy.c",
      "file:drivers/block/floppy.c",
      "pre:0123456789ab",
      "post:ba9876543210",
      "hunk:static int floppy_seek(int unit)",
      "context:\tint track;",
      "removed:\treturn 0;",
      "added:\treturn -EIO;",
      "context:}",
      "prose:2.45.0",
  };
  EXPECT_EQ(calls, expected);
}

// Each text stands behind a line that begins a diff, whose own calls are left out.
TEST(ScanText, LinesInsideADiff) {
  const struct {
    const char* lines;
    Recorder::Calls calls;
  } cases[] = {
      {" c\n", {"context:c", "prose:"}},
      {" \n", {"context:", "prose:"}},
      {"+a\n-r\n", {"added:a", "removed:r", "prose:"}},
      {"++ a\n", {"added:+ a", "prose:"}},
      {"@@ -1 +1 @@\n+a\n", {"added:a", "prose:"}},
      {"@@ -1 +1 @@ \t\n", {"prose:"}},
      {"@@ -1 +1 @@  int f(void) \n", {"hunk:int f(void) ", "prose:"}},
      {"@@@ -1 -1 +1 @@@ f\n+a\n", {"prose:@@@ -1 -1 +1 @@@ f\n+a"}},
      {"\n\n+a\n", {"added:a", "prose:"}},
      {"-- \n+a\n", {"prose:+a"}},
      {"-- \r\n+a\n", {"removed:- \r", "added:a", "prose:"}},
      {"words\n+a\n", {"prose:words\n+a"}},
      {"old mode 100644\n+a\n", {"prose:old mode 100644", "added:a", "prose:"}},
      {"rename from a.c\nrename to b.c\n+a\n", {"prose:rename from a.c\nrename to b.c", "added:a", "prose:"}},
      {"\\ No newline at end of file\n+a\n", {"prose:\\ No newline at end of file", "added:a", "prose:"}},
      {"Binary files a/x and b/x differ\n+a\n", {"prose:Binary files a/x and b/x differ", "added:a", "prose:"}},
      {"Binary files differ\n+a\n", {"prose:Binary files differ\n+a"}},
      {"index 12..ab\n", {"pre:12", "post:ab", "prose:"}},
      {"index 12..AB\n+a\n", {"prose:index 12..AB\n+a"}},
      {"--- a/sub/x\t2020-01-01\n", {"file:sub/x\t2020-01-01", "prose:"}},
      {"--- a/\n+++ a/\n+b\n", {"prose:--- a/", "file:a", "added:b", "prose:"}},
      {"---  a\n", {"removed:--  a", "prose:"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.lines);
    auto calls = calls_of(std::string("--- x/first\n") + c.lines);
    ASSERT_EQ(calls.at(0), "file:first");
    calls.erase(calls.begin());
    EXPECT_EQ(calls, c.calls);
  }
}

TEST(ScanText, NamesOfGitsCommandLine) {
  const struct {
    const char* names;
    Recorder::Calls files;
  } cases[] = {
      {"a/x.c b/x.c", {"file:x.c"}},
      {"a/old/x.c b/new/x.c", {"file:old/x.c", "file:new/x.c"}},
      {"a/two words.c b/two words.c", {"file:two words.c"}},
      {"a/x y/z b/x y/z", {"file:x y/z b/x", "file:z"}},  // ambiguous: the last split that could be two names
      {"\"a/q\\\"\\t\" \"b/\\303\\244\"", {"file:q\"\t", "file:\u00e4"}},
      {"a/x.c b/", {}},
      {"/x.c b/x.c", {}},
      {"a b", {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.names);
    const auto line = std::string("diff --git ") + c.names;
    Recorder::Calls expected = {"prose:" + line};
    expected.insert(expected.end(), c.files.begin(), c.files.end());
    if (!c.files.empty()) expected.push_back("prose:");
    EXPECT_EQ(calls_of(line), expected);
  }
}

TEST(ScanText, TraditionalDiffsShareAPath) {
  const struct {
    const char* lines;
    Recorder::Calls calls;
  } cases[] = {
      {"diff -uprN linux-2.6.orig/mm/slab.c linux-2.6/mm/slab.c\n+a\n",
       {"prose:diff -uprN linux-2.6.orig/mm/slab.c linux-2.6/mm/slab.c", "file:mm/slab.c", "added:a", "prose:"}},
      {"diff -u a b\n+a\n", {"prose:diff -u a b\n+a"}},
      {"diff -c a/x b/x\n+a\n", {"prose:diff -c a/x b/x\n+a"}},  // context diffs are not understood
      {"diff -u a/x/y x/y\n+a\n", {"prose:diff -u a/x/y x/y\n+a"}},
      {"diff -u /x y/\n", {"prose:diff -u /x y/"}},
      {"--- x.c\n+++ x.c\n+a\n", {"prose:--- x.c", "file:x.c", "added:a", "prose:"}},
      {"--- x.c 2020\n+++ x.c 2021\n-a\n", {"prose:--- x.c 2020", "file:x.c", "removed:a", "prose:"}},
      {"--- x.c\n+++ y.c\n+a\n", {"prose:--- x.c\n+a"}},
      {"--- 0\n+a\n", {"prose:--- 0\n+a"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.lines);
    EXPECT_EQ(calls_of(c.lines), c.calls);
  }
}

TEST(ScanText, BinaryPatchKeepsItsSizesOnly) {
  const auto calls = calls_of(
      "diff --git a/logo.png b/logo.png\n"
      "GIT binary patch\n"
      "literal 21\n"
      "zcmV?d00001\n"
      "\n"
      "delta 4\n"
      "Lc${NkU|;|M00aO5\n"
      "\n"
      "not base 85\n");
  const Recorder::Calls expected = {"prose:diff --git a/logo.png b/logo.png", "file:logo.png",
                                    "prose:GIT binary patch\nliteral 21\ndelta 4\nnot base 85"};
  EXPECT_EQ(calls, expected);
}

TEST(ScanText, NamesAreToldOnceInEachRun) {
  const auto calls = calls_of("--- a/x\n+++ b/x\n> q\n--- a/x\n");
  const Recorder::Calls expected = {"file:x", "prose:", "quoted:> q\n", "file:x", "prose:"};
  EXPECT_EQ(calls, expected);
}

TEST(ScanText, UnicodeSpacesAreSpaces) {
  EXPECT_EQ(calls_of("--- x/f\n@@ -1 +1 @@\u00a0\u3000\n"), (Recorder::Calls{"file:f", "prose:"}));
  EXPECT_EQ(calls_of("--- x\u2003\n+++ x\n"), (Recorder::Calls{"prose:--- x\u2003", "file:x", "prose:"}));
}

TEST(HasDiffLine, OnlyAtTheStartOfALine) {
  for (const char* yes : {"diff x", "a\n--- ", "\n\n+++ b"}) EXPECT_TRUE(has_diff_line(yes)) << yes;
  for (const char* no : {"", "diff", " diff x", "---\n", "> +++ b", "+++\tb"}) EXPECT_FALSE(has_diff_line(no)) << no;
}

}  // namespace
}  // namespace lorelei::patch
