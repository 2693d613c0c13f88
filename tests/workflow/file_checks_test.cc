// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/file_checks.hh"

#include <gtest/gtest.h>

namespace lorelei::workflow {
namespace {

std::string added(const std::string& path, const char* mode = "100644") {
  return "diff --git a/" + path + " b/" + path + "\nnew file mode " + mode +
         "\nindex 0000000..1111111\n--- /dev/null\n+++ b/" + path + "\n@@ -0,0 +1 @@\n+x\n";
}
std::string changed(const std::string& path, const char* from, const char* to) {
  return "diff --git a/" + path + " b/" + path + "\nold mode " + from + "\nnew mode " + to + "\n";
}
std::string found(const std::string& diff) {
  std::string text;
  for (const auto& one : check_files(diff))
    text += (one.kind == CheckFinding::Kind::kFailure ? "x " : "! ") + one.text + "\n";
  return text;
}

TEST(FileChecks, WhatToolsAndBuildsLeave) {
  EXPECT_EQ(found(added("a/b.c.orig")), "x a/b.c.orig: a file that a tool left is added: git rm --cached it\n");
  for (const char* path : {"b.rej", "a/.b.c.swp", "b.c~"}) EXPECT_EQ(found(added(path)).substr(0, 2), "x ") << path;
  for (const char* path : {"a/b.o", "b.ko", "b.mod.c", "a/.b.o.cmd", "0001-net-add.patch"})
    EXPECT_EQ(found(added(path)).substr(0, 2), "! ") << path;
  for (const char* path : {"a/b.c", ".orig", "a/original", "b.o_shipped", "fix.patch", "a.cmd", ".gitignore"})
    EXPECT_EQ(found(added(path)), "") << path;
  EXPECT_EQ(found("diff --git a/b.o b/b.o\ndeleted file mode 100644\nindex 1111111..0000000\n--- a/b.o\n+++ /dev/null\n"
                  "@@ -1 +0,0 @@\n-x\n"),
            "");
}

TEST(FileChecks, ASourceThatBecomesExecutable) {
  EXPECT_EQ(found(changed("a/b.c", "100644", "100755")),
            "! a/b.c: a source becomes executable: git update-index --chmod=-x a/b.c\n");
  for (const char* path : {"a/b.dts", "Kconfig", "net/Makefile", "b.rst"})
    EXPECT_NE(found(added(path, "100755")), "") << path;
  for (const char* path : {"scripts/x", "scripts/x.sh", "x.pl", "x.py"})
    EXPECT_EQ(found(added(path, "100755")), "") << path;
  EXPECT_EQ(found(changed("a/b.c", "100755", "100644")), "");
}

TEST(FileChecks, WhatIsNoDiffHasNoFiles) {
  EXPECT_EQ(found(""), "");
  EXPECT_EQ(found("diff --git a/x b/x\n@@ -1,9 +1,9 @@\n+a\n"), "");
}

}  // namespace
}  // namespace lorelei::workflow
