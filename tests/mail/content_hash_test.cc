// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/content_hash.hh"

#include <gtest/gtest.h>

#include "base/text.hh"

namespace lorelei::mail {
namespace {

constexpr const char* kMail =
    "From: \"A B\" <a@example.com>\nTo: t@example.com\nSubject: s\nDate: 1 Jan 2020 00:00:00 +0000\n"
    "Message-ID: <1@x>\nReferences: <r@x>\nContent-Type: text/plain; charset=utf-8\n\nbody\n";

Sha256Digest hash_of(std::string_view raw) { return content_hash(Entity(raw)); }
Sha256Digest with(std::string_view from, std::string_view to) { return hash_of(replace_all(kMail, from, to)); }

TEST(ContentHash, WhatServersAndProgramsChangeDoesNotCount) {
  const struct {
    const char *name, *from, *to;
  } cases[] = {
      {"another Message-ID", "<1@x>", "<2@y>"},
      {"a Received header", "From:", "Received: by x\nFrom:"},
      {"a List-Id", "From:", "List-Id: <l.x>\nFrom:"},
      {"quotes around a name", "\"A B\"", "A B"},
      {"spaces in an address", "\"A B\" <", "\"A  \n B\" <"},
      {"capitals in a domain", "@example.com>", "@Example.COM>"},
      {"CRLF in the body", "body\n", "body\r\n"},
      {"white space at the end", "body\n", "body \n\n\n"},
      {"References or In-Reply-To", "References:", "In-Reply-To:"},
      {"a reference to itself", "<r@x>", "<1@x> <r@x>"},
      {"another charset", "charset=utf-8", "charset=iso-8859-1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_NE(replace_all(kMail, c.from, c.to), kMail);
    EXPECT_EQ(with(c.from, c.to), hash_of(kMail));
  }
}

TEST(ContentHash, WhatTheAuthorSaysCounts) {
  const struct {
    const char *name, *from, *to;
  } cases[] = {
      {"the body", "body\n", "bodx\n"},
      {"white space at the front", "body\n", " body\n"},
      {"the subject", "Subject: s", "Subject: S"},
      {"the date", "2020", "2021"},
      {"the author", "A B", "A C"},
      {"the local part's case", "<a@", "<A@"},
      {"a reference", "<r@x>", "<q@x>"},
      {"a recipient", "t@example.com", "u@example.com"},
      {"To or Cc", "To:", "Cc:"},
      {"a file name", "charset=utf-8", "charset=utf-8; name=f"},
      {"a description", "Content-Type", "Content-Description: d\nContent-Type"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_NE(with(c.from, c.to), hash_of(kMail));
  }
}

TEST(ContentHash, SenderOnlyWithoutFrom) {
  EXPECT_EQ(with("From:", "Sender: x@y\nFrom:"), hash_of(kMail));
  EXPECT_NE(with("From:", "Sender:"), hash_of(kMail)) << "its name counts";
}

TEST(ContentHash, ThePlaceOfAPartCounts) {
  const auto mail = [](std::string_view body) {
    return hash_of("Content-Type: multipart/mixed; boundary=b\n\n" + std::string(body));
  };
  EXPECT_NE(mail("--b\n\none\n--b\n\ntwo\n--b--\n"), mail("--b\n\ntwo\n--b\n\none\n--b--\n"));
  EXPECT_EQ(mail("--b\n\none\n--b--\n"), mail("--b\n\none\n\n--b--\nepilogue"));
}

TEST(ContentHash, HtmlIsHashedAsBytes) {
  const auto mail = [](std::string_view body) {
    return hash_of("Content-Type: text/html; charset=utf-8\n\n" + std::string(body));
  };
  EXPECT_NE(mail("a\n"), mail("a\r\n"));
}

// Computed by public-inbox 1.9's own module, so that a change of the format is noticed.
TEST(ContentHash, EqualsTheReferences) {
  const auto digest = hash_of(kMail);
  EXPECT_EQ(hex({reinterpret_cast<const char*>(digest.data()), digest.size()}),
            "da1e9460375caa1dbc28317efe32f2e85b0fb80132ce06731d42cf5e71e3c13c");
}

}  // namespace
}  // namespace lorelei::mail
