// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/imap_syntax.hh"

#include <gtest/gtest.h>

#include "wire/imap_literal.hh"

namespace lorelei::wire {
namespace {

TEST(ImapSyntax, Strings) {
  EXPECT_EQ(imap_astring("INBOX.linux"), "INBOX.linux");
  EXPECT_EQ(imap_astring("a b"), "\"a b\"");
  EXPECT_EQ(imap_astring(""), "\"\"");
  EXPECT_EQ(imap_astring("nil"), "\"nil\"");
  EXPECT_EQ(imap_astring("q\"\\"), "\"q\\\"\\\\\"");
  EXPECT_EQ(imap_astring("50%"), "\"50%\"");
  EXPECT_TRUE(imap_can_quote("\t~\x7f"));
  for (const std::string& text : {std::string(1, '\0'), std::string("\r"), std::string("\n"), std::string("\xc3\xbc")})
    EXPECT_FALSE(imap_can_quote(text));
  EXPECT_TRUE(is_imap_flag("\\Seen"));
  EXPECT_TRUE(is_imap_flag("$Forwarded"));
  for (const char* bad : {"", "\\", "\\*", "a b", "a)", "\\\\x"}) EXPECT_FALSE(is_imap_flag(bad)) << bad;
}

TEST(ImapSyntax, Dates) {
  EXPECT_EQ(imap_date(1'794'884'705), "\"17-Nov-2026 03:05:05 +0000\"");
  EXPECT_EQ(imap_date(0), "\"01-Jan-1970 00:00:00 +0000\"");
  EXPECT_EQ(imap_date(-1), "\"01-Jan-1970 00:00:00 +0000\"");
  for (const std::int64_t seconds : {std::int64_t{0}, std::int64_t{951'782'400}, std::int64_t{253'402'300'799}}) {
    const auto text = imap_date(seconds);
    EXPECT_EQ(parse_imap_date(std::string_view(text).substr(1, text.size() - 2)), seconds);
  }
  EXPECT_EQ(parse_imap_date(" 1-jan-1970 01:00:00 +0100"), 0);
  EXPECT_EQ(parse_imap_date("1-Jan-1970 00:00:00 -0130"), 5400);
  for (const char* bad : {"", "32-Jan-1970 00:00:00 +0000", "01-Foo-1970 00:00:00 +0000", "01-Jan-1970 24:00:00 +0000",
                          "01-Jan-1970 00:00:00  0000", "01-Jan-197x 00:00:00 +0000"})
    EXPECT_EQ(parse_imap_date(bad), std::nullopt) << bad;
}

TEST(ImapSyntax, NamesInModifiedUtf7) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"INBOX/a", "INBOX/a"},
      {"A&B", "A&-B"},
      {"t\u00fcr", "t&APw-r"},
      {"\u53f0\u5317", "&U,BTFw-"},
      {"~peter/mail/\u53f0\u5317/\u65e5\u672c\u8a9e", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
      {"\U0001F427x", "&2D3cJw-x"},
      {"\u00e4&\u00e4", "&AOQ-&-&AOQ-"},
      {"a\tb", "a&AAk-b"},
  };
  for (const auto& [utf8, name] : cases) {
    SCOPED_TRACE(utf8);
    EXPECT_EQ(imap_name_of_utf8(utf8), name);
    EXPECT_EQ(utf8_of_imap_name(name), utf8);
  }
  for (const char* bad : {"t\xc3\xbcr", "&", "&APw", "&A-", "&APx-", "&2D0-", "&3Cc-", "&*-"})
    EXPECT_EQ(utf8_of_imap_name(bad), std::nullopt) << bad;
}

TEST(ImapLiteral, HasCrlfAndNoSeparator) {
  const std::pair<const char*, const char*> cases[] = {
      {"A: b\n\nx\n", "A: b\r\n\r\nx\r\n"},
      {"A: b\r\n\nx", "A: b\r\n\r\nx"},
      {"From x y\nA: b\n", "A: b\r\n"},
      {">From x\r\nA: b\r\n", "A: b\r\n"},
      {"From: x\n", "From: x\r\n"},
      {"a\rb\r\r\n", "a\rb\r\r\n"},
      {"From x", ""},
      {"", ""},
      {"\n", "\r\n"},
  };
  for (const auto& [message, literal] : cases) {
    SCOPED_TRACE(message);
    std::string made = "before\r";
    append_imap_literal(made, message);
    EXPECT_EQ(made, std::string("before\r") + literal);
    EXPECT_EQ(imap_literal_size(message), std::string_view(literal).size());
  }
}

}  // namespace
}  // namespace lorelei::wire
