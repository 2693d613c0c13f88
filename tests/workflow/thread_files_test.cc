// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/thread_files.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/minimised.hh"

namespace lorelei::workflow {
namespace {

TEST(SafeName, IsAFileNameWhateverTheIdIs) {
  EXPECT_EQ(safe_name("20260103-tls+x.%y@example.org"), "20260103-tls+x.%y@example.org");
  EXPECT_EQ(safe_name("a//b \xc3\xbc!c@x"), "a_b_c@x");
  EXPECT_EQ(safe_name("../../etc/passwd"), "_.._.._etc_passwd");
  EXPECT_EQ(safe_name(".hidden@x"), "_.hidden@x");
  EXPECT_EQ(safe_name("-rf@x"), "_-rf@x");
  EXPECT_EQ(safe_name("+x@x"), "_+x@x");
  EXPECT_EQ(safe_name(""), "_");
  EXPECT_EQ(safe_name(std::string("a\0b\x1b[m", 6)), "a_b_m");
  EXPECT_LE(safe_name(std::string(5000, 'a')).size(), 201U);
}

PatchMail mail_with(const std::string& body, const std::string& header = "") {
  auto mail = read_patch_mail("From: a@x\nTo: b@x\nMessage-ID:\n <1@x>\nSubject: Re: x\n" + header + "\n" + body, 0);
  return mail ? *mail : PatchMail();
}
std::string body_of(const std::string& text) { return text.substr(text.find("\n\n") + 2); }

TEST(Minimised, OfTheHeaderWhatTellsMailsApart) {
  const auto text = minimised(mail_with("x\n", "X-Loop: y\nReply-To: c@x\nIn-Reply-To: <0@x>\n"));
  EXPECT_EQ(text, "From: a@x\nMessage-ID:\n <1@x>\nSubject: Re: x\nReply-To: c@x\nIn-Reply-To: <0@x>\n\nx\n");
}

TEST(Minimised, QuotesThatSomebodyAnswers) {
  EXPECT_EQ(body_of(minimised(mail_with("A wrote:\n>\n> > older\n>> older\n> new\n>\n\nYes.\n> rest\n>\n\n"))),
            "A wrote:\n> new\n\nYes.\n");
  EXPECT_EQ(body_of(minimised(mail_with("Top.\n\n> all\n> of it\n-- \nAnn\n"))), "Top.\n\n-- \nAnn\n");
  EXPECT_EQ(body_of(minimised(mail_with("> all\n> of it\n"))), "");
  EXPECT_EQ(body_of(minimised(mail_with("no end"))), "no end\n");
}

TEST(Minimised, APatchIsWhole) {
  const std::string patch =
      "> > Quoted.\n---\n a | 2 +-\n\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-> > a\n+b\n> x\n";
  EXPECT_EQ(body_of(minimised(mail_with(patch))), patch);
}

TEST(Minimised, IsUtf8WhateverItWas) {
  const auto text = minimised(mail_with(
      "Caf=E9\r\n", "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n"));
  EXPECT_THAT(text, testing::HasSubstr("Content-Type: text/plain; charset=utf-8\n"));
  EXPECT_EQ(body_of(text), "Caf\xc3\xa9\n");
}

}  // namespace
}  // namespace lorelei::workflow
