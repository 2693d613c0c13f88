// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/reading_view.hh"

#include <gtest/gtest.h>

namespace lorelei::mail {
namespace {

std::string plain(std::string_view raw) { return reading_view(Entity(raw)); }

TEST(ReadingView, HeadersThatMatterDecodedAndTheText) {
  EXPECT_EQ(plain("Received: by a\nSubject: =?utf-8?q?caf=C3=A9?=\nFrom: Ann <a@x>\nX-Spam: no\nTo: b@x\n\nhello\n"),
            "From: Ann <a@x>\nTo: b@x\nSubject: caf\xc3\xa9\n\nhello\n");
}

TEST(ReadingView, OtherPartsAreNoted) {
  EXPECT_EQ(plain("Subject: s\nContent-Type: multipart/mixed; boundary=xx\n\n--xx\n\ntext\n--xx\n"
                  "Content-Type: application/gzip; name=a.gz\n\nzz\n--xx\nContent-Type: text/plain; name=b.txt\n\n"
                  "more\n--xx--\n"),
            "Subject: s\n\ntext\n\n[-- Attachment #2: a.gz, application/gzip, 2 bytes --]\n\n"
            "[-- Attachment #3: b.txt, text/plain, 4 bytes --]\nmore\n");
}

TEST(ReadingView, AnEmbeddedMessageHasItsHeaders) {
  EXPECT_EQ(
      plain("Subject: outer\nContent-Type: multipart/mixed; boundary=xx\n\n--xx\n\ntext\n--xx\n"
            "Content-Type: message/rfc822\n\nSubject: inner\n\nforwarded\n--xx--\n"),
      "Subject: outer\n\ntext\n\n[-- Attachment #2: message/rfc822, 25 bytes --]\n\nSubject: inner\n\nforwarded\n");
}

TEST(ReadingView, QuotesAndPatchesAreColoured) {
  const std::string_view raw =
      "Subject: s\n\n+ no diff yet\n> quoted\n>> deeper\ndiff --git a/x b/x\n@@ -1 +1 @@ f\n-old\n+new\n same\n-- \n+ "
      "not any more\n";
  EXPECT_EQ(
      reading_view(Entity(raw), {ReadingLook::kColour}),
      "\x1b[1mSubject: s\x1b[m\n\n+ no diff yet\n\x1b[32m> quoted\x1b[m\n\x1b[33m>> deeper\x1b[m\n"
      "\x1b[1mdiff --git a/x b/x\x1b[m\n\x1b[36m@@ -1 +1 @@ f\x1b[m\n\x1b[31m-old\x1b[m\n\x1b[32m+new\x1b[m\n same\n"
      "-- \n+ not any more\n");
}

TEST(ReadingView, NothingForeignReachesTheTerminal) {
  const auto text = plain(
      "Subject: \x1b[2Jx\nFrom: \xe2\x80\xae"
      "evil <a@x>\n\n\x1b]0;title\x07 body\r\nline\x00\n");
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
}

}  // namespace
}  // namespace lorelei::mail
