// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/history.hh"

#include <gtest/gtest.h>

namespace lorelei::git {
namespace {

const std::string kTree(40, 'a'), kParent(40, 'b'), kOther(40, 'c');

TEST(ScanCommit, TakesTreeFirstParentAndBothTimes) {
  const auto fields = scan_commit("tree " + kTree + "\nparent " + kParent + "\nparent " + kOther +
                                  "\nauthor A <a@x> 100 +0000\ncommitter C <c@x> 200 -0500\n\nauthor B <b@x> 7 +0\n");
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->tree.hex(), kTree);
  EXPECT_EQ(fields->first_parent->hex(), kParent);
  EXPECT_EQ(fields->parents, 2);
  EXPECT_EQ(fields->author_time, 100);
  EXPECT_EQ(fields->committer_time, 200);
}

TEST(ScanCommit, TimeOfEachIdent) {
  const struct {
    const char* ident;
    std::int64_t time;
  } cases[] = {
      {"A <a@x> 1234567890 +0200", 1234567890},
      {"A > B <a@x> 5 +0200", 5},
      {" <> 5 +0000", 5},
      {"A <a@x> -5 +0200", 0},
      {"A <a@x> 99999999999999999999 +0200", 0},
      {"A <a@x> soon +0200", 0},
      {"A <a@x>", 0},
      {"", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.ident);
    const auto fields = scan_commit("tree " + kTree + "\nauthor " + c.ident + "\ncommitter " + c.ident + "\n\n");
    ASSERT_TRUE(fields);
    EXPECT_EQ(fields->author_time, c.time);
    EXPECT_EQ(fields->committer_time, c.time);
  }
}

TEST(ScanCommit, EveryCutIsRefusedOrHasNoMoreThanTheWhole) {
  const std::string whole = "tree " + kTree + "\nparent " + kParent + "\nauthor A <a@x> 1 +0\ncommitter C <c@x> 2 +0\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const auto fields = scan_commit(std::string_view(whole).substr(0, size));
    EXPECT_EQ(fields.has_value(), size >= 46);
    EXPECT_TRUE(!fields || !fields->first_parent || fields->first_parent->hex() == kParent);
  }
}

std::string entry(const std::string& mode_and_name, char id) {
  return mode_and_name + std::string(1, '\0') + std::string(20, id);
}

TEST(ScanMailTree, TakesRegularFilesCalledMAndD) {
  const auto tree = scan_mail_tree(entry("100644 d", '1') + entry("100644 m", '2'));
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->deleted->hex(), hex(std::string(20, '1')));
  EXPECT_EQ(tree->added->hex(), hex(std::string(20, '2')));
}

TEST(ScanMailTree, OtherNamesAndModesAreNoMail) {
  const auto tree = scan_mail_tree(entry("40000 d", '1') + entry("120000 m", '2') + entry("100644 mm", '3'));
  ASSERT_TRUE(tree);
  EXPECT_FALSE(tree->added);
  EXPECT_FALSE(tree->deleted);
  EXPECT_EQ(tree->others, 3u);
}

TEST(ScanMailTree, CutBytesAreNoTree) {
  const std::string whole = entry("100644 m", '2');
  EXPECT_TRUE(scan_mail_tree(""));
  for (std::size_t size = 1; size < whole.size(); ++size) EXPECT_FALSE(scan_mail_tree(whole.substr(0, size))) << size;
}

}  // namespace
}  // namespace lorelei::git
