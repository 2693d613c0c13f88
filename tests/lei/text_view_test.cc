// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/text_view.hh"

#include <gtest/gtest.h>

namespace lorelei::lei {
namespace {

std::string plain(std::string_view raw, const std::string& blob = "") {
  const mail::Entity message(raw);
  return text_view({.message = message, .blob = blob});
}

TEST(TextView, StatusHeadersText) {
  const mail::Entity message(
      "Received: x\nDate: Fri, 20 Jul 2018 07:21:41 +0000\nSubject: =?utf-8?q?caf=C3=A9?=\nTo: b@x\nFrom: Ann <a@x>\n"
      "Message-ID: <1@x>\nIn-Reply-To: <0@x>\n\nhello\n");
  EXPECT_EQ(
      text_view({.message = message, .blob = "abc", .percent = 99, .keywords = {"flagged", "seen"}, .labels = {"in"}}),
      "# blob:abc pct:99\n# kw:flagged,seen\n# L:in\nFrom: Ann <a@x>\nTo: b@x\nSubject: caf\xc3\xa9\n"
      "Date: Fri, 20 Jul 2018 07:21:41 +0000\nMessage-ID: <1@x>\nIn-Reply-To: <0@x>\n\nhello\n\n");
}

TEST(TextView, TheLastReferenceIsTheParentIfNoHeaderSaysIt) {
  EXPECT_EQ(plain("References: <1@x> <2@x> <3@x>\n\nx\n"), "In-Reply-To: <3@x>\nReferences: <1@x>\n\t<2@x>\n\nx\n\n");
}

TEST(TextView, LongListsOfAddressesAreFolded) {
  EXPECT_EQ(
      plain("To: \"Some Body\" <some.body@example.org>, Other Body <other.body@example.org>, third@example.org\n\nx\n"),
      "To: \"Some Body\" <some.body@example.org>,\n\tOther Body "
      "<other.body@example.org>,\n\tthird@example.org\n\nx\n\n");
}

TEST(TextView, OtherPartsAreNoted) {
  EXPECT_EQ(plain("Subject: s\nContent-Type: multipart/mixed; boundary=xx\n\n--xx\n\ntext\n--xx\n"
                  "Content-Type: application/gzip; name=a.gz\n\nzz\n--xx\nContent-Type: text/x-diff; charset=utf-8\n"
                  "Content-Description: the patch\n\nmore\n--xx--\n",
                  "abc"),
            "# blob:abc\nSubject: s\n\n[-- Attachment #1: Type: text/plain, Size: 4 bytes --]\n[-- lei blob abc:1 "
            "--]\n\ntext\n"
            "[-- Attachment #2: a.gz --]\n[-- Type: application/gzip; name=a.gz, Size: 2 bytes --]\n"
            "[-- lei blob abc:2 --]\n[-- Attachment #3: the patch --]\n"
            "[-- Type: text/x-diff; charset=utf-8, Size: 4 bytes --]\n[-- lei blob abc:3 --]\n\nmore\n\n");
}

TEST(TextView, ACharsetThatIsALieIsSaid) {
  EXPECT_EQ(plain("Content-Type: text/plain; charset=us-ascii\n\ncaf\xc3\xa9\n"),
            "\n[-- Warning: decoded text below may be mangled, UTF-8 assumed --]\n"
            "[-- Attachment #1: Type: text/plain; charset=us-ascii, Size: 6 bytes --]\n\ncaf\xc3\xa9\n\n");
}

TEST(TextView, ControlsAreVisible) {
  const auto text = plain("Subject: \x1b[2Jx\n\n\a\b\x01 line\r\n");
  EXPECT_EQ(text, "Subject: ^[[2Jx\n\n\\a\\b\\x01 line\n\n");
}

TEST(TextView, ATerminalGetsNothingThatTurnsTextAround) {
  const mail::Entity message(
      "Content-Type: text/plain; charset=utf-8\n\n\xe2\x80\xae"
      "evil \xc2\x9b\n");
  const auto text = text_view({.message = message}, {.audience = ViewLook::kTerminal});
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
  EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos);
}

TEST(TextView, PatchesAndQuotesAreColoured) {
  const Palette palette;
  const mail::Entity message(
      "Subject: s\n\n> quoted\ndiff --git a/x b/x\nindex 1234567..89abcde 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@ f\n "
      "same\n-old\n+new\n"
      "-- \n+not in the diff\n");
  EXPECT_EQ(text_view({.message = message}, {.palette = &palette}),
            "\x1b[36mSubject: s\x1b[0m\n\n\x1b[34m> quoted\x1b[0m\n\x1b[1mdiff --git a/x b/x\x1b[0m\n\x1b[1mindex "
            "1234567..89abcde 100644\x1b[0m\n"
            "\x1b[1m--- a/x\x1b[0m\n\x1b[1m+++ b/x\x1b[0m\n\x1b[36m@@ -1 +1 @@ \x1b[0mf\n same\n\x1b[31m-old\x1b[0m\n"
            "\x1b[32m+new\x1b[0m\n-- \n+not in the diff\n\n");
}

TEST(Palette, WordsOfGitAndOfPerl) {
  EXPECT_EQ(sgr_parameters("green black"), "32;40");
  EXPECT_EQ(sgr_parameters("bold red"), "1;31");
  EXPECT_EQ(sgr_parameters("brightred"), "91");
  EXPECT_EQ(sgr_parameters("Bright_Red on_blue"), "91;44");
  EXPECT_EQ(sgr_parameters("normal red"), "41");
  EXPECT_EQ(sgr_parameters("208 #000010 ul"), "38;5;208;48;2;0;0;16;4");
  EXPECT_EQ(sgr_parameters("nonsense"), "");
}

}  // namespace
}  // namespace lorelei::lei
