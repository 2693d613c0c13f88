// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/shell_word.hh"

#include <gtest/gtest.h>

namespace lorelei {
namespace {

using Words = std::vector<std::string>;

TEST(ShellWords, BlanksSeparateAndQuotesHold) {
  EXPECT_EQ(shell_words("  --signoff  -3\t"), (Words{"--signoff", "-3"}));
  EXPECT_EQ(shell_words(R"(-m 'two words' "a \"b\"" c\ d '')"), (Words{"-m", "two words", "a \"b\"", "c d", ""}));
  EXPECT_EQ(shell_words(R"("\n" '\' x"y"'z')"), (Words{"\\n", "\\", "xyz"}));
  EXPECT_EQ(shell_words(""), Words{});
}

TEST(ShellWords, AQuoteHasToEnd) {
  EXPECT_FALSE(shell_words("a 'b"));
  EXPECT_FALSE(shell_words("\"x"));
}

TEST(ShellWords, TakesBackWhatShellWordWrites) {
  for (const std::string word : {"plain", "two words", "it's", "$HOME `x` \"y\" \\", ""})
    EXPECT_EQ(shell_words(shell_word(word)), Words{word});
}

}  // namespace
}  // namespace lorelei
