// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/added_line_checks.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hh"

namespace lorelei::workflow {
namespace {

using testing::HasSubstr;
using Kind = CheckFinding::Kind;

// lines: each with its mark; the hunk's counts are those of them.
std::string diff_of(const std::string& lines, const std::string& path = "drivers/one.c", const char* mode = "100644") {
  std::size_t before = 0, after = 0;
  auto all = split(lines, '\n');
  all.pop_back();
  for (const auto line : all) {
    before += line.starts_with(' ') || line.starts_with('-');
    after += line.starts_with(' ') || line.starts_with('+');
  }
  return " one | 1 +\n 1 file changed, 1 insertion(+)\n\ndiff --git a/" + path + " b/" + path +
         "\nindex 1111111..2222222 " + mode + "\n--- a/" + path + "\n+++ b/" + path + "\n@@ -10," +
         std::to_string(before) + " +10," + std::to_string(after) + " @@ int f(void)\n" + lines;
}
std::string found(const std::string& diff) {
  std::string text;
  for (const auto& one : check_added_lines(diff)) text += (one.kind == Kind::kFailure ? "x " : "! ") + one.text + "\n";
  return text;
}

TEST(AddedLineChecks, EachThatIsWrong) {
  const struct {
    const char *line, *finding;
  } cases[] = {
      {"+\treturn 0; ", "x drivers/one.c:11: blanks at the end of the line\n"},
      {"+\t", "x drivers/one.c:11: blanks at the end of the line\n"},
      {"+return 0;\r", "x drivers/one.c:11: a CR before the line end\n"},
      {"+<<<<<<< HEAD", "x drivers/one.c:11: a marker of a conflict\n"},
      {"+>>>>>>> 0123456 (demo)", "x drivers/one.c:11: a marker of a conflict\n"},
      {"+  \treturn 0;", "! drivers/one.c:11: a space before a tab in the indentation\n"},
      {"+\tprintk(\"DEBUG %d\\n\", x);", "! drivers/one.c:11: a printk(\"DEBUG...\") is left\n"},
      {"+\tpr_info(\"%s %d\\n\", __func__, __LINE__);",
       "! drivers/one.c:11: a print of __func__ and __LINE__ is left\n"},
      {"+\tprintk(KERN_ERR \"HERE\\n\");", "! drivers/one.c:11: a print that says no more than \"here\" is left\n"},
      {"+\tpr_info(\"%5.2d: got here!\\n\", __LINE__);",
       "! drivers/one.c:11: a print that says no more than \"here\" is left\n"},
      {"+\ttrace_printk(\"x\");", "! drivers/one.c:11: a trace_printk() is left\n"},
      {"+\tdump_stack();", "! drivers/one.c:11: a dump_stack() is left\n"},
      {"+#if 0", "! drivers/one.c:11: an #if 0 is new\n"},
      {"+#  if 0 /* later */", "! drivers/one.c:11: an #if 0 is new\n"},
      {"+\t/* XXX: why? */", "! drivers/one.c:11: a note of unfinished work is new\n"},
      {"+\tx = y; // HACK", "! drivers/one.c:11: a note of unfinished work is new\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.line);
    EXPECT_EQ(found(diff_of(" a\n" + std::string(c.line) + "\n b\n")), c.finding);
  }
}

TEST(AddedLineChecks, WhatIsRightIsLeftAlone) {
  for (const char* line : {"+\treturn 0;",
                           "+",
                           "+======",
                           "+=======",
                           "+<<<<<<<<",
                           "+\tx = 0xXXX;",
                           "+\tmktemp(\"fXXXXXX\");",
                           "+#if 01",
                           "+#ifdef X",
                           "+ * dump_stack(); is called",
                           "+// trace_printk() would do",
                           "+void dump_stack(void)",
                           "+\tpr_err(\"%s: no\\n\", __func__);",
                           "+\tpr_err(\"%s:%d: no memory\\n\", __func__, __LINE__);",
                           "+\tpr_info(\"%s\\n\", name);",
                           "+\tpr_info(\"here %",
                           "+\tpr_err(\"%s:%u \" fmt, __func__, __LINE__, ##__VA_ARGS__)",
                           "+        x",
                           "+\t  x",
                           "-\tblanks ",
                           "-#if 0"}) {
    SCOPED_TRACE(line);
    EXPECT_EQ(found(diff_of(" a\n" + std::string(line) + "\n b \n")), "");
  }
  EXPECT_EQ(found(diff_of(" a\n+use dump_stack(); or XXX\n", "Documentation/x.rst")), "");
  EXPECT_EQ(found(""), "");
}

TEST(AddedLineChecks, MovedLinesAreNoNews) {
  EXPECT_EQ(found(diff_of("-\tdump_stack();\n a\n+\t\tdump_stack();\n")), "");
  EXPECT_EQ(found(diff_of("-#if 0\n+#if 0 \n")), "x drivers/one.c:10: blanks at the end of the line\n");
}

TEST(AddedLineChecks, ALineEndThatIsMissing) {
  const std::string none = "\\ No newline at end of file\n";
  EXPECT_EQ(found(diff_of(" a\n+b\n" + none)), "! drivers/one.c:11: no line end at the end of the file\n");
  EXPECT_EQ(found(diff_of("-a\n" + none + "+b\n" + none)), "");
  EXPECT_EQ(found(diff_of("-a\n" + none + "+b\n")), "");
  EXPECT_EQ(found(diff_of("+target\n" + none, "link", "120000")), "");
}

TEST(AddedLineChecks, AnEmptyLineAtTheEnd) {
  const auto* const kFinding = "! drivers/one.c:12: an empty line is new at the end of the file\n";
  EXPECT_EQ(found(diff_of(" a\n+b\n+\n")), kFinding);
  EXPECT_EQ(found(diff_of("-x\n a\n+b\n+\n")), kFinding);
  EXPECT_EQ(found(diff_of(" a\n+b\n+\n c\n")), "");
  EXPECT_EQ(found(diff_of(" a\n \n+\n")), "");
  EXPECT_EQ(found(diff_of("-a\n-\n+b\n+\n")), "");
}

TEST(AddedLineChecks, AFileWithCrStaysOne) {
  EXPECT_EQ(found(diff_of(" a\r\n+b\r\n")), "");
  EXPECT_EQ(found(diff_of(" a\r\n+b \r\n")), "x drivers/one.c:11: blanks at the end of the line\n");
}

TEST(AddedLineChecks, OfAKindTheFirstAndHowMany) {
  EXPECT_EQ(found(diff_of("+a \n b\n+c \n+d\t\n")), "x drivers/one.c:10: blanks at the end of the line (3 lines)\n");
  const auto two = diff_of("+a \n") + diff_of("+a \n", "two.c").substr(diff_of("").find("diff --git"));
  EXPECT_EQ(found(two),
            "x drivers/one.c:10: blanks at the end of the line\nx two.c:10: blanks at the end of the line\n");
}

TEST(AddedLineChecks, ADiffThatIsNoneIsSaid) {
  EXPECT_THAT(found("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n+a\n"),
              HasSubstr("! its lines are not checked"));
}

}  // namespace
}  // namespace lorelei::workflow
