// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/pager.hh"

#include <gtest/gtest.h>

#include "tests/fake_env.hh"

namespace lorelei {
namespace {

class PagerTest : public testing::Test {
 protected:
  PagerTest() : directory(*TempDir::create(fs::temp_directory_path(), "lorelei-pager-")) {
    fake.env.out_is_terminal = true;
  }
  std::string seen() { return read_file(directory.path() / "seen").value_or(""); }
  FakeEnv fake;
  TempDir directory;
};

TEST_F(PagerTest, ResultsGoThroughTheCommandLineAndBack) {
  fake.variables["GIT_PAGER"] = "sed \"s/^/$LESS $LV /\" >'" + (directory.path() / "seen").string() + "'";
  std::fputs("before\n", fake.env.out);
  {
    const Pager pager(fake.env);
    std::fputs("one\ntwo\n", fake.env.out);
  }
  std::fputs("after\n", fake.env.out);
  EXPECT_EQ(seen(), "FRX -c one\nFRX -c two\n");
  EXPECT_EQ(fake.out(), "before\nafter\n");
}

TEST_F(PagerTest, NoneForAPipeForCatAndForAnEmptyCommand) {
  const auto print_with = [this](const char* command) {
    fake.variables["GIT_PAGER"] = command;
    const Pager pager(fake.env);
    std::fputs("x\n", fake.env.out);
  };
  print_with("cat");
  print_with("");
  fake.env.out_is_terminal = false;
  print_with("exit 1");
  EXPECT_EQ(fake.out(), "x\nx\nx\n");
}

}  // namespace
}  // namespace lorelei
