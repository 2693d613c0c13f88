// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/am.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei::workflow {
namespace {

using testing::ElementsAre;

TEST(PickedNumbers, RangesAndSingleOnes) {
  EXPECT_THAT(*picked_numbers("1-2,4,6-", 7), ElementsAre(1, 2, 4, 6, 7));
  EXPECT_THAT(*picked_numbers("-1", 7), ElementsAre(7));
  EXPECT_THAT(*picked_numbers("<3", 7), ElementsAre(1, 2));
  EXPECT_THAT(*picked_numbers("5-99, 2", 6), ElementsAre(2, 5, 6));
  EXPECT_THAT(*picked_numbers("18446744073709551615,0", 3), ElementsAre());
  for (const char* text : {"x", "1-x", "", ",", "<", "<0", "1--2", "99999999999999999999"})
    EXPECT_EQ(picked_numbers(text, 3).error().kind, Error::Kind::kUsage) << text;
}

TEST(SlugOf, IsAFileNameWhateverTheTextIs) {
  EXPECT_EQ(slug_of("v2_20260101_ann_mm: first, then/..  last!"), "v2_20260101_ann_mm_first_then_last");
  EXPECT_EQ(slug_of("../../etc/passwd"), "etc_passwd");
  EXPECT_EQ(slug_of(std::string(300, 'a')).size(), 100U);
  EXPECT_EQ(slug_of(""), "");
}

TEST(MailDate, IsAsTheStandardWritesIt) {
  EXPECT_EQ(mail_date({1661872747, -240}), "Tue, 30 Aug 2022 11:19:07 -0400");
  EXPECT_EQ(mail_date({0, 330}), "Thu, 01 Jan 1970 05:30:00 +0530");
}

// Bytes that are no UTF-8, in what has to be encoded once more.
TEST(AmMail, EndsWhateverTheTitleIs) {
  auto mail = read_patch_mail("From: a@x\nSubject: x\nMessage-ID: <a@x>\n\nx\n", 0);
  ASSERT_TRUE(mail);
  for (const auto& title : {"=?" + std::string(200, '\x80'), "=?utf-8?q?a?= " + std::string(100, '\xc3')}) {
    const AmPatch patch{"Ann", "ann@example.org", title, {}, "Text.", "diff --git a/a b/a\n"};
    const auto text = am_mail(patch, *mail, std::nullopt, std::nullopt);
    EXPECT_TRUE(!text || text->size() < 2000);
  }
}

TEST(AskedMail, FormsThatPeopleCopy) {
  EXPECT_EQ(asked_mail(" <a@b> ").id, "a@b");
  EXPECT_EQ(asked_mail("id:a@b").id, "a@b");
  EXPECT_EQ(asked_mail("rfc822msgid:a@b").id, "a@b");
  const auto lore = asked_mail("https://lore.kernel.org/linux-block/a%2Fb%40c/T/#t");
  EXPECT_EQ(lore.id, "a/b@c");
  EXPECT_EQ(lore.base, "https://lore.kernel.org/linux-block");
  EXPECT_EQ(asked_mail("https://patchwork.kernel.org/project/x/patch/a@b/").id, "a@b");
  EXPECT_EQ(asked_mail("https://patchwork.kernel.org/project/x/patch/a@b/").base, "");
  EXPECT_EQ(asked_mail("https://patch.msgid.link/a@b").id, "a@b");
  EXPECT_EQ(asked_mail("https://patch.msgid.link/a@b").base, "");
}

TEST(IsSamePerson, AddressesOfOnePerson) {
  EXPECT_TRUE(is_same_person("A@Example.org", "a@example.org"));
  EXPECT_TRUE(is_same_person("a+lists@example.org", "a@example.org"));
  EXPECT_TRUE(is_same_person("a@sub.example.org", "a@example.org"));
  EXPECT_TRUE(is_same_person("a@example.org", "a@sub.example.org"));
  EXPECT_FALSE(is_same_person("a@deep.sub.example.org", "a@example.org"));
  EXPECT_FALSE(is_same_person("a@example.org", "a@org"));
  EXPECT_FALSE(is_same_person("a@example.org", "b@example.org"));
  EXPECT_FALSE(is_same_person("a@notexample.org", "a@example.org"));
  EXPECT_FALSE(is_same_person("", ""));
}

}  // namespace
}  // namespace lorelei::workflow
