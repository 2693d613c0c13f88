// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/cut_message.hh"

#include <gtest/gtest.h>

namespace lorelei::workflow {
namespace {

TEST(CutMessage, IsCutWhereGitAmCutsIt) {
  const struct {
    const char *body, *above, *mark, *below;
    std::size_t line;
  } cases[] = {
      {"a\n---\nb\n", "a\n", "---", "b\n", 1},
      {"---  \t\nb", "", "---", "b", 0},
      {"a\nb\n---", "a\nb\n", "---", "", 2},
      {"a\n--- a/x\nb", "a\n", "--- a/x", "b", 1},
      {"a\ndiff -u x y\n", "a\n", "diff -u x y", "", 1},
      {"Index: x\n", "", "Index: x", "", 0},
      {"a\n----\n--- \n", "a\n----\n", "---", "", 2},
      {"a\n ---\n--\n---x\n", "a\n ---\n--\n---x\n", "", "", 4},
      {"", "", "", "", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.body);
    const auto cut = cut_message(c.body);
    EXPECT_EQ(cut.above, c.above);
    EXPECT_EQ(cut.mark, c.mark);
    EXPECT_EQ(cut.below, c.below);
    EXPECT_EQ(cut.line, c.line);
  }
}

}  // namespace
}  // namespace lorelei::workflow
