// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/keywords.hh"

#include <gtest/gtest.h>

namespace lorelei::mail {
namespace {

Keywords nth(int bits) {
  return {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0};
}

TEST(Keywords, EveryCombinationSurvivesMaildir) {
  for (int bits = 0; bits < 32; ++bits) EXPECT_EQ(keywords_of_flags(maildir_flags(nth(bits))), nth(bits)) << bits;
}

TEST(Keywords, EveryCombinationButForwardedSurvivesMbox) {
  for (int bits = 0; bits < 32; ++bits) {
    Keywords expected = nth(bits);
    expected.forwarded = false;
    EXPECT_EQ(keywords_of_status(mbox_status(nth(bits)) + "O" + mbox_x_status(nth(bits))), expected) << bits;
  }
}

TEST(Keywords, LettersAreSortedOthersIgnored) {
  EXPECT_EQ(maildir_flags(nth(31)), "DFPRS");
  EXPECT_EQ(mbox_x_status(nth(31)), "AFT");
  EXPECT_EQ(keywords_of_flags("Sxyz"), nth(16));
}

}  // namespace
}  // namespace lorelei::mail
