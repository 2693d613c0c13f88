// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/transfer.hh"

#include <gtest/gtest.h>

#include <random>

#include "base/text.hh"

namespace lorelei::mail {
namespace {

TEST(Base64, DamagedInputGivesWhatIsLeft) {
  const struct {
    const char *in, *out;
  } cases[] = {
      {"YWJj", "abc"}, {"YW Jj\r\n", "abc"}, {"YWJj=ZGVm", "abc"}, {"YWJ", "ab"}, {"YW", "a"},
      {"Y", ""},       {"YWJjZ", "abc"},     {"YQ==YQ==", "a"},    {"=YWJj", ""}, {"", ""},
      {"Y=Q=", ""},    {"YWJj-_YW", "abca"},  // - and _ are of another alphabet
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.in);
    EXPECT_EQ(decode_base64(c.in), c.out);
  }
}

TEST(Base64, UndoesEncoding) {
  std::mt19937 random(1);
  for (int size = 0; size < 200; ++size) {
    std::string bytes;
    for (int i = 0; i < size; ++i) bytes.push_back(static_cast<char>(random()));
    EXPECT_EQ(decode_base64(base64(bytes)), bytes) << size;
  }
}

TEST(QuotedPrintable, Table) {
  const struct {
    const char *in, *out;
  } cases[] = {
      {"a=\nb", "ab"},
      {"a= \t\nb", "ab"},
      {"a=\r\nb", "ab"},
      {"a \r\nb\t\n", "a\nb\n"},
      {"a  ", "a  "},
      {"a=", "a="},
      {"=41=4", "A=4"},
      {"=g1", "=g1"},
      {"x =\n", "x "},
      {"a =\r\n y", "a  y"},
      {"=\n=\n", ""},
      {"a=20 \nb", "a \nb"},
      {"a=0D \n", "a\r\n"},
      {"a\r\r\nb", "a\r\nb"},
      {"a=\r", "a=\r"},
      {"a=3D=\n", "a="},
      {"=c3\n=C3", "\xc3\n\xc3"},
      {" =\n \nb", " \nb"},
      {"a= b", "a= b"},
      {"==41", "=A"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.in);
    EXPECT_EQ(decode_quoted_printable_body(c.in), replace_all(c.out, "\n", "\r\n"));
  }
}

TEST(QuotedPrintable, OfABodyEveryLineEndsInCrLf) {
  EXPECT_EQ(decode_quoted_printable_body("a\nb\r\nc=0Ad"), "a\r\nb\r\nc\r\nd");
  EXPECT_EQ(decode_quoted_printable_body("a=0D\n"), "a\r\r\n");
}

TEST(Transfer, LinearOnHostileInput) {
  const std::string equals(4 << 20, '=');
  EXPECT_EQ(decode_quoted_printable_body(equals), equals);
  std::string blanks = "=";
  for (int i = 0; i < 2000; ++i) blanks += "=" + std::string(500, ' ');
  EXPECT_EQ(decode_quoted_printable_body(blanks), blanks);
  EXPECT_EQ(decode_base64(equals), "");
}

}  // namespace
}  // namespace lorelei::mail
