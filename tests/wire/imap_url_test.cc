// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/imap_url.hh"

#include <gtest/gtest.h>

namespace lorelei::wire {
namespace {

TEST(ImapUrl, Parts) {
  const auto url =
      parse_imap_url("IMAPS://u%40x;AUTH=xoauth2@Mail.Example.ORG:1993/a%20b/t%C3%BCr;UIDVALIDITY=5/;UID=7");
  ASSERT_TRUE(url) << to_text(url.error());
  EXPECT_EQ(url->scheme, ImapUrl::Scheme::kImaps);
  EXPECT_EQ(url->user, "u@x");
  EXPECT_EQ(url->mechanism, "XOAUTH2");
  EXPECT_EQ(url->password, std::nullopt);
  EXPECT_EQ(url->host, "mail.example.org");
  EXPECT_EQ(url->port, 1993);
  EXPECT_EQ(url->mailbox, "a b/t\u00fcr");
  EXPECT_EQ(url->uid_validity, 5u);
  EXPECT_EQ(url->uid, 7u);
}

TEST(ImapUrl, CanonicalFormAndWhatIsShown) {
  const struct {
    const char *text, *canonical, *shown;
  } cases[] = {
      {"IMAP://User@Host.Example:143/In%42ox", "imap://User@host.example/In%42ox", "imap://User@host.example/InBox"},
      {"imaps://h:143/x", "imaps://h:143/x", "imaps://h:143/x"},
      {"imaps://u%40x;AUTH=PLAIN@h:993/a/b/", "imaps://u%40x;AUTH=PLAIN@h/a/b/", "imaps://u@x@h/a/b/"},
      {"imap://[::1]:143/x", "imap://[::1]/x", "imap://[::1]/x"},
      {"imap://u:p@h/x", "imap://u:p@h/x", "imap://u@h/x"},
      {"imap://h", "imap://h", "imap://h/"},
      {"imap://h/", "imap://h/", "imap://h/"},
      {"imap://h//x//y", "imap://h/x//y", "imap://h/x//y"},
      {"imap://;AUTH=*@h/x", "imap://;AUTH=*@h/x", "imap://h/x"},
      {"imap://h/a.b?TEXT%20x", "imap://h/a.b?TEXT%20x", "imap://h/a.b"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto url = parse_imap_url(c.text);
    ASSERT_TRUE(url) << to_text(url.error());
    EXPECT_EQ(url->canonical, c.canonical);
    EXPECT_EQ(url->shown(), c.shown);
  }
}

TEST(ImapUrl, WhatIsNone) {
  for (const char* text : {"", "http://h/x", "imap:", "imap:///x", "imap://u@/x", "imap://h:0/x", "imap://h:65536/x",
                           "imap://h:x/x", "imap://[::1/x", "imap://[::1]x/x", "imap://a:b:c/x", "imap://a b/x"}) {
    SCOPED_TRACE(text);
    const auto url = parse_imap_url(text);
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().kind, Error::Kind::kUsage);
  }
  const auto bad = parse_imap_url("imap://user:secret@h:x/y");
  EXPECT_EQ(to_text(bad.error()).find("secret"), std::string::npos);
}

}  // namespace
}  // namespace lorelei::wire
