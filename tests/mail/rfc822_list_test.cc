// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/rfc822_list.hh"

#include <gtest/gtest.h>

namespace lorelei::mail {

TEST(Rfc822List, WhatIsAnAddress) {
  for (const char* text :
       {"a@b", " a@b ", "a.b@c.d", "Ann Baker <ann@x.y>", "<ann@x.y>", "\"Baker, Ann\" <ann@x.y>", "a@[10.0.0.1]",
        "Ann (at work) <ann@x.y>", "ann@x.y (Ann (really))", "list: a@b, Ann <c@d>;", "none:;",
        "Ann <@relay,@other:ann@x.y>", "J\xc3\xbcrgen <j@x.y>", "a . b @ c", "\"quo\\\"ted\"@x"})
    EXPECT_TRUE(is_rfc822_address(text)) << text;
}

TEST(Rfc822List, WhatIsNone) {
  for (const char* text : {"",
                           "a",
                           "a@",
                           "@b",
                           "a@b c",
                           "John Q. Public <j@x.y>",
                           "Ann, too <ann@x.y>",
                           "a@b, c@d",
                           "Ann <ann>",
                           "Ann <ann@x.y",
                           "a..b@c",
                           "a b@c",
                           ".a@b",
                           "a@b.",
                           "\"open@x",
                           "(open a@b",
                           "a@b) ",
                           "a\x01@b",
                           "list: a@b",
                           "Ann <a@b> more"})
    EXPECT_FALSE(is_rfc822_address(text)) << text;
}

TEST(Rfc822List, ListsAreTakenApart) {
  const auto list = rfc822_list("a@b, ,Ann (home) <ann@x.y> ,\"Baker, B\" <b@x.y>");
  ASSERT_TRUE(list);
  EXPECT_EQ(*list, (std::vector<std::string>{"a@b", "Ann   <ann@x.y> ", "\"Baker, B\" <b@x.y>"}));
  EXPECT_EQ(rfc822_list(""), std::vector<std::string>{});
  EXPECT_FALSE(rfc822_list("Ann, too <ann@x.y>"));
  EXPECT_FALSE(rfc822_list("a@b c@d"));
}

TEST(Rfc822List, NestingCostsNoStack) {
  const std::string open(100'000, '(');
  EXPECT_FALSE(is_rfc822_address(open));
  EXPECT_TRUE(is_rfc822_address(open + std::string(100'000, ')') + "a@b"));
}

}  // namespace lorelei::mail
