// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/address.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei::mail {
namespace {

using testing::ElementsAre;

// "[phrase|user|host|comment]" of each, "~" for nothing; groups as "name{...}".
std::string shown(std::string_view value) {
  std::string out;
  for (const auto& group : parse_addresses(value)) {
    if (group.phrase) out += *group.phrase + "{";
    for (const auto& m : group.mailboxes)
      out += "[" + m.phrase.value_or("~") + "|" + m.user.value_or("~") + "|" + m.host.value_or("~") + "|" +
             m.comment.value_or("~") + "]";
    if (group.phrase) out += "}";
  }
  return out;
}

TEST(ParseAddresses, Table) {
  const struct {
    const char *in, *out;
  } cases[] = {
      {"a@b", "[~|a|b|~]"},
      {"a@b (comment)", "[~|a|b|comment]"},
      {"(c1) a@b (c2)", "[~|a|b|c2]"},
      {"Foo Bar <a@b> (x)", "[Foo Bar|a|b|x]"},
      {"\"Foo, Bar\" <a@b>", "[Foo, Bar|a|b|~]"},
      {"\"x\\\"y\" <a@b>", "[x\"y|a|b|~]"},
      {"Foo. Bar <a@b>", "[Foo. Bar|a|b|~]"},
      {"<a@b>, <c@d>", "[~|a|b|~][~|c|d|~]"},
      {"a@b,,c@d", "[~|a|b|~][~|~|~|~][~|c|d|~]"},
      {"a@b;c@d", "[~|a|b|~]"},
      {"a@b c@d", "[~|a|b|~]"},
      {"undisclosed-recipients:;", "undisclosed-recipients{}"},
      {"list: a@b, Foo <c@d>;, e@f", "list{[~|a|b|~][Foo|c|d|~]}[~|e|f|~]"},
      {"Foo@Bar <a@b>", "[~|Foo|Bar|~]"},
      {"Foo Bar a@b", "[~|Foo|~|~]"},
      {"foo", "[foo|~|~|~]"},
      {"<foo>", "[~|foo|~|~]"},
      {"Foo <>", "[Foo|~|~|~]"},
      {"Foo <a@b", "[Foo|a|b|~]"},
      {"Foo <@r,@s:a@b>", "[Foo|a|b|~]"},
      {"Foo <@r a@b>", "[Foo|a|b|~]"},
      {"\"a b\"@c", "[~|a b|c|~]"},
      {"\"a\".b@c", "[~|ab|c|~]"},
      {"a . b @ c . d", "[~|a.b|c.d|~]"},
      {"a@[1.2.3.4]", "[~|a|[1.2.3.4]|~]"},
      {"a..b@c", "[~|a..b|c|~]"},
      {"a..b", "[a..b|~|~|~]"},
      {".a@b", "[~|~|~|~]"},
      {"[PATCH] <a@b>", "[~|~|~|~]"},
      {"(only a comment)", ""},
      {"", ""},
      {"a@b (c\\)d)", "[~|a|b|c)d]"},
      {"\xc3\xb6 <a@b>", "[\xc3\xb6|a|b|~]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.in);
    EXPECT_EQ(shown(c.in), c.out);
  }
}

TEST(Addresses, OnlyWhatHasBothHalves) {
  EXPECT_THAT(addresses("Foo <a@b>, bar, \"c d\"@e, x@"), ElementsAre("a@b", "\"c d\"@e"));
}

TEST(NamesIn, PhraseElseCommentElseLocalPart) {
  EXPECT_THAT(names_in("Foo <a@b>, c@d (Bar), e@f"), ElementsAre("Foo", "Bar", "e"));
  EXPECT_THAT(names_in("\"g@h\" <g@h>, i@j (i@j), \"k@l\" <m@n>"), ElementsAre("g", "i", "k@l"));
}

TEST(DecodeAddresses, TheListIsWrittenAnew) {
  const struct {
    const char *in, *out;
  } cases[] = {
      {"=?utf-8?q?J=C3=B6rg?= <j@x.org>", "Jörg <j@x.org>"},
      {"\"=?utf-8?q?J=C3=B6rg?=\" <j@x.org>", "Jörg <j@x.org>"},
      {"A B <a@b>, =?utf-8?q?J=C3=B6?= <j@x>", "\"A B\" <a@b>, Jö <j@x>"},
      {"=?utf-8?q?a=22b?= <a@b>", "\"a\\\"b\" <a@b>"},
      {"a@b (=?utf-8?q?J=C3=B6?=)", "a@b (Jö)"},
      {"a@b (=?utf-8?q?c=28d?=)", "a@b"},
      {"=?foo?q?a_b?= c <a@b>", "=?foo?q?a_b?= c <a@b>"},
      {"=?utf-8?q?a_b?=: b@c, \"x y\" <d@e>;", "\"a b\": b@c, \"x y\" <d@e>;"},
      {"foo, =?utf-8?q?d?= <e@f>", "d <e@f>"},
      {"a.@c, =?utf-8?q?d?= <e@f>", "\"a.\"@c, d <e@f>"},
      {"=?utf-8?q?a?=", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.in);
    EXPECT_EQ(to_utf8(decode_addresses(c.in)), c.out);
  }
}

TEST(DecodeAddresses, RawNamesBesideDecodedOnesCountAsLatin1) {
  const Text text = decode_addresses("j\xc3\xb6rg <a@b>, =?utf-8?q?=C3=A9?= <c@d>");
  EXPECT_EQ(text.form, Text::Form::kCharacters);
  EXPECT_EQ(text.bytes, "j\xc3\x83\xc2\xb6rg <a@b>, é <c@d>");
}

TEST(ParseAddresses, LinearOnHostileInput) {
  EXPECT_EQ(parse_addresses(std::string(1 << 20, '(')).size(), 0u);
  EXPECT_EQ(parse_addresses(std::string(1 << 20, '"')).size(), 1u);
  EXPECT_GE(parse_addresses(std::string(1 << 18, ',')).front().mailboxes.size(), 1u);
  std::string many;
  for (int i = 0; i < 50000; ++i) many += "a@b, ";
  EXPECT_EQ(parse_addresses(many).front().mailboxes.size(), 50000u);
}

}  // namespace
}  // namespace lorelei::mail
