// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/reply_view.hh"

#include <gtest/gtest.h>

namespace lorelei::lei {
namespace {

std::string reply(std::string_view raw) {
  const mail::Entity message(raw);
  return reply_view({.message = message, .blob = "abc", .percent = 7, .received = 1532071301});
}

TEST(ReplyView, ADraftWithTheTextQuoted) {
  EXPECT_EQ(reply("From: Ann <a@x>\nTo: b@x\nCc: c@x\nSubject: hi\nDate: Fri, 20 Jul 2018 07:21:41 +0000\n"
                  "Message-ID: <1@x>\n\none\n\n> two\n"),
            "From abc@7 Fri Jul 20 07:21:41 2018\nTo: Ann <a@x>\nCc: b@x, c@x\nSubject: Re: hi\nIn-Reply-To: <1@x>\n\n"
            "On Fri, 20 Jul 2018 07:21:41 +0000, Ann wrote:\n> one\n> \n> > two\n\n");
}

TEST(ReplyView, ReplyToWinsAndReIsSaidOnce) {
  const auto text = reply("From: a@x\nReply-To: r@x\nSubject: RE: hi\n\nx\n");
  EXPECT_NE(text.find("\nTo: r@x\nSubject: RE: hi\n"), std::string::npos) << text;
}

TEST(ReplyView, WithoutAnyHeader) {
  const mail::Entity message("body");
  EXPECT_EQ(reply_view({.message = message}),
            "From unknown-blob@unknown Thu Jan  1 00:00:00 1970\nSubject: Re: your mail\n\n"
            "On some unknown date, unknown wrote:\n> body\n\n");
}

TEST(ReplyView, AMessageWithoutPartsIsAnEmptyQuote) {
  const auto text = reply("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--b--\n");
  EXPECT_TRUE(text.ends_with("wrote:\n> \n")) << text;
}

}  // namespace
}  // namespace lorelei::lei
