// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Text, LowerCaseTouchesAsciiOnly) {
  EXPECT_EQ(to_lower("AbZ[@É"), "abz[@É");
  EXPECT_TRUE(equal_ignore_case("Message-ID", "message-id"));
  EXPECT_FALSE(equal_ignore_case("Message-ID", "message-idx"));
  EXPECT_TRUE(starts_with_ignore_case("RE: x", "re:"));
  EXPECT_FALSE(starts_with_ignore_case("R", "re:"));
  EXPECT_FALSE(equal_ignore_case("[", "{"));  // 32 apart, but no letters
}

TEST(Text, TrimAndSqueeze) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \v\f "), "");
  EXPECT_EQ(trim_end("  a "), "  a");
  EXPECT_EQ(squeeze_spaces("  a \n\t b  c "), "a b c");
  EXPECT_EQ(squeeze_spaces("   "), "");
}

TEST(Text, SplitKeepsEmptyPartsAndWordsDoNot) {
  EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_THAT(split(",", ','), ElementsAre("", ""));
  EXPECT_THAT(split_words("  a\tbc \n"), ElementsAre("a", "bc"));
  EXPECT_THAT(split_words(" \n"), IsEmpty());
}

TEST(Text, JoinIsTheInverseOfSplit) {
  EXPECT_EQ(join({"a", "", "b"}, ","), "a,,b");
  EXPECT_EQ(join({}, ","), "");
}

TEST(Text, ReplaceAll) {
  EXPECT_EQ(replace_all("aXXbXX", "XX", "-"), "a-b-");
  EXPECT_EQ(replace_all("aaa", "a", "aa"), "aaaaaa");
  EXPECT_EQ(replace_all("abc", "", "x"), "abc");
}

TEST(Text, NumbersMustBeTheWholeText) {
  EXPECT_EQ(parse_int("-12"), -12);
  EXPECT_EQ(parse_int("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_uint("18446744073709551615"), UINT64_MAX);
  for (const char* bad : {"", "-", "12x", " 1", "1 ", "+1", "0x10", "9223372036854775808"}) {
    SCOPED_TRACE(bad);
    EXPECT_FALSE(parse_int(bad));
  }
  EXPECT_FALSE(parse_uint("-1"));
}

TEST(Text, HexBothWays) {
  EXPECT_EQ(hex(std::string_view("\x00\xff\x1a", 3)), "00ff1a");
  EXPECT_EQ(unhex("00Ff1A"), std::string("\x00\xff\x1a", 3));
  EXPECT_FALSE(unhex("abc"));
  EXPECT_FALSE(unhex("zz"));
}

TEST(Text, Unbase64TakesWhatBase64WritesAndNothingElse) {
  for (const std::string bytes : {"", "f", "fo", "foo", "foobar", "\xff\xfe\xfd"})
    EXPECT_EQ(unbase64(base64(bytes)), bytes);
  for (const auto* text : {"Zg=", "Zg", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9v", "Zm9v\n", "-_8=", "Zm#v"})
    EXPECT_EQ(unbase64(text), std::nullopt) << text;
}

TEST(Text, Base64OfEachRemainder) {  // the vectors of RFC 4648
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

TEST(Utf8, WellFormedOnly) {
  for (const char* good : {"", "abc", "é", "€", "😀", "\uD7FF", "\uE000", "\U0010FFFF"}) {
    SCOPED_TRACE(good);
    EXPECT_TRUE(is_utf8(good));
    EXPECT_EQ(to_utf8_lossy(good), good);
  }
  for (const char* bad : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF8\x88\x80\x80\x80", "\xFF", "\xF0\x9F\x98"}) {
    SCOPED_TRACE(hex(bad));
    EXPECT_FALSE(is_utf8(bad));
    EXPECT_TRUE(is_utf8(to_utf8_lossy(bad)));
  }
  EXPECT_EQ(to_utf8_lossy("a\xC3(\xE2\x82"), "a\uFFFD(\uFFFD\uFFFD");
}

TEST(Utf8, EveryCodePointIsReadBackAsWritten) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, c);
    const auto read = code_point_at(text, 0);
    ASSERT_EQ(read.value, c);
    ASSERT_EQ(read.length, text.size());
  }
  std::string text;
  append_utf8(text, 0xD800);
  append_utf8(text, 0x110000);
  EXPECT_EQ(text, "\uFFFD\uFFFD");
}

TEST(Utf8, Latin1) { EXPECT_EQ(latin1_to_utf8("caf\xE9\xA0"), "café\u00A0"); }

TEST(Printable, NothingReachesTheTerminalThatCouldSteerIt) {
  EXPECT_EQ(printable("a\x1b[31mb\x07"), "a␛[31mb␇");
  EXPECT_EQ(printable("\x7f\xc2\x9b"), "␡\uFFFD");
  EXPECT_EQ(printable("abc\u202Ecba\u2066"), "abc\uFFFDcba\uFFFD");
  EXPECT_EQ(printable("\xff"), "\uFFFD");
  EXPECT_EQ(printable("Jörg 你好"), "Jörg 你好");
}

TEST(Printable, LinesAreKeptOnlyWhereAsked) {
  EXPECT_EQ(printable("a\r\nb\tc\rd"), "a b c d");
  EXPECT_EQ(printable("a\r\nb\tc\rd", Lines::kKeep), "a\nb\tc␍d");
}

TEST(Width, WideAndCombining) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("你好"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("😀"), 2u);
  EXPECT_EQ(display_width("\uFF21"), 2u);  // full-width A
}

TEST(Width, FitCutsBetweenCharacters) {
  EXPECT_EQ(fit_width("abcdef", 6), "abcdef");
  EXPECT_EQ(fit_width("abcdef", 4), "abc…");
  EXPECT_EQ(fit_width("你好你好", 6), "你好…");
  EXPECT_EQ(fit_width("你好", 1), "…");
  EXPECT_EQ(fit_width("你好", 0), "");
}

}  // namespace
}  // namespace lorelei
