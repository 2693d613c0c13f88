// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/content_type.hh"

#include <gtest/gtest.h>

namespace lorelei::mail {
namespace {

// "type/subtype name=[value] ..." in the order of reading.
std::string shown(const ContentType& type) {
  std::string out = type.type + "/" + type.subtype;
  for (const auto& [name, value] : type.parameters) out += " " + name + "=[" + to_utf8(value) + "]";
  return out;
}

TEST(ContentType, Table) {
  const struct {
    const char *in, *out;
  } cases[] = {
      {"text/plain", "text/plain"},
      {"Text/Plain; Charset=\"UTF-8\"", "text/plain charset=[UTF-8]"},
      {"multipart/mixed; boundary=\"a b\\\"c\"", "multipart/mixed boundary=[a b\"c]"},
      {"text/plain; charset=utf-8; format=flowed", "text/plain charset=[utf-8] format=[flowed]"},
      {"text/plain charset=utf-8", "text/plain charset=[utf-8]"},  // no semicolon
      {"text/plain; charset = utf-8", "text/plain charset=[utf-8]"},
      {"text/plain; charset=utf-8 format=flowed", "text/plain charset=[utf-8] format=[flowed]"},
      {"text/plain (a (nested) comment); charset=(c)utf-8", "text/plain charset=[utf-8]"},
      {"text/x-patch; name=a b.patch", "text/x-patch name=[a b.patch]"},  // an unquoted space
      {"text/x-patch; name=\"a.patch", "text/x-patch name=[\"a.patch]"},  // never closed
      {"text/plain; charset=\"utf-8\"x", "text/plain charset=[utf-8x]"},
      {"text/plain;", "text/plain"},
      {"text/plain; charset=", "text/plain"},
      {"text/plain; =x; a=b", "text/plain"},  // unreadable: the list ends
      {"text", "text/plain charset=[us-ascii]"},
      {"", "text/plain charset=[us-ascii]"},
      {"text/plain; charset=a; charset=b", "text/plain charset=[b]"},
      {"application/x; name*=UTF-8''%C3%A9%20b", "application/x name=[é b]"},
      {"application/x; name*0=\"a\"; name*1=\"b\"", "application/x name=[ab]"},
      {"application/x; name*1*=%A9; name*0*=utf-8''%C3", "application/x name=[é]"},
      {"application/x; name*=nonsense", "application/x name*=[nonsense]"},
      {"application/x; name*=x-none''%41", "application/x name=[A]"},
      {"application/x; name*0=", "application/x name=[]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.in);
    EXPECT_EQ(shown(parse_content_type(Text{c.in})), c.out);
  }
}

TEST(ContentType, AbsentMeansPlainTextInAscii) {
  EXPECT_EQ(shown(parse_content_type(std::nullopt)), "text/plain charset=[us-ascii]");
}

TEST(ContentType, CharactersBeyondLatin1DoNotStandInQuotes) {
  const Text value{"text/plain; name=\"中\"", Text::Form::kCharacters};
  EXPECT_EQ(shown(parse_content_type(value)), "text/plain name=[\"中\"]");
  const Text low{"text/plain; name=\"é\"", Text::Form::kCharacters};
  EXPECT_EQ(shown(parse_content_type(low)), "text/plain name=[é]");
}

TEST(ContentDisposition, Table) {
  const struct {
    const char *in, *out;
  } cases[] = {
      {"attachment; filename=\"x y.patch\"", "attachment/ filename=[x y.patch]"},
      {"inline", "inline/"},
      {"; filename=x", "attachment/"},
      {"attachment; filename==?utf-8?q?a?=", "attachment/ filename=[=?utf-8?q?a?=]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.in);
    EXPECT_EQ(shown(parse_content_disposition(Text{c.in})), c.out);
  }
}

TEST(ContentType, LinearOnHostileInput) {
  std::string value = "text/plain";
  for (int i = 0; i < 5000; ++i) value += "; x" + std::to_string(i % 7) + "=\"(\\";
  EXPECT_EQ(parse_content_type(Text{value}).type, "text");
  EXPECT_EQ(parse_content_type(Text{"text/plain; a=" + std::string(100000, '(')}).subtype, "plain");
  std::string quotes = "text/plain; a=";
  for (int i = 0; i < 200'000; ++i) quotes += "\"\\";
  EXPECT_EQ(parse_content_type(Text{quotes}).parameter("a")->bytes.size(), 400'000u);
}

TEST(ContentType, ParametersBeyondTheLimitAreNotRead) {
  std::string value = "text/plain";
  for (int i = 0; i < 9000; ++i) value += "; x" + std::to_string(i) + "*=''x";
  const auto type = parse_content_type(Text{value});
  EXPECT_EQ(type.parameters.size(), kMaxParameters);
  EXPECT_EQ(type.parameter("x99")->bytes, "x");
}

}  // namespace
}  // namespace lorelei::mail
