// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/reference_checks.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei::workflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(FixesLine, OfACommit) {
  const auto line = read_fixes("0123456789AB (\"demo: a  (long) title\")");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->digits, "0123456789ab");
  EXPECT_EQ(line->title, "demo: a (long) title");
  const auto by_name = read_fixes("commit 0123456789 (\"demo\")");
  ASSERT_TRUE(by_name);
  EXPECT_EQ(by_name->digits, "0123456789");
  const auto bare = read_fixes("0123456789ab");
  ASSERT_TRUE(bare);
  EXPECT_FALSE(bare->title);
  EXPECT_TRUE(read_fixes("0123456789ab (\"\")"));
  EXPECT_FALSE(read_fixes("0123456789ab (\")")->title);
}

TEST(FixesLine, OfOtherThings) {
  for (const char* value : {"https://bugs.example.org/1", "#123", "dead code", "abcdefg", "12345",
                            "0123456789abcdef0123456789abcdef012345678", ""}) {
    SCOPED_TRACE(value);
    EXPECT_FALSE(read_fixes(value));
  }
}

TEST(LinkedMails, AreThoseOfTheKernelsArchive) {
  EXPECT_THAT(
      linked_mails(
          "As said in [1].\n\n[1] https://lore.kernel.org/netdev/a%2Bb@example.org/\n"
          "Link: https://patch.msgid.link/c@example.org\n"
          "Closes: <https://lore.kernel.org/r/d@example.org>, twice https://lore.kernel.org/all/d@example.org/.\n"),
      ElementsAre("a+b@example.org", "c@example.org", "d@example.org"));
  EXPECT_THAT(linked_mails("https://lore.kernel.org/netdev/ https://social.example/@ann/1 mid:x@y\n"
                           "https://lore.kernel.org.evil.example/r/a@b"),
              IsEmpty());
  std::string many;
  for (int i = 0; i < 30; ++i) many += "https://lore.kernel.org/r/" + std::to_string(i) + "@example.org ";
  EXPECT_THAT(linked_mails(many), SizeIs(20));
}

}  // namespace
}  // namespace lorelei::workflow
