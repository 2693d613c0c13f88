// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/charset.hh"

#include <gtest/gtest.h>

#include "base/text.hh"

namespace lorelei::mail {
namespace {

// The text of probe, whose bytes tell charsets apart.
std::string decoded(std::string_view name, std::string_view probe) {
  const auto charset = Charset::find(name);
  if (!charset) return "(unknown)";
  const auto text = charset->decode(probe);
  return text ? text->bytes : "(wrong)";
}

TEST(CharsetFind, AliasesOfMailPrograms) {
  const struct {
    const char *name, *probe, *text;
  } cases[] = {
      {"UTF-8", "\xc3\xa9", "é"},
      {"utf8", "\xc3\xa9", "é"},
      {"Utf_8", "\xc3\xa9", "é"},
      {"en_US.UTF-8", "\xc3\xa9", "é"},
      {"charset=utf-8", "\xc3\xa9", "é"},
      {"cp65001", "\xc3\xa9", "é"},
      {"US-ASCII", "a", "a"},
      {"ascii", "\xe9", "(wrong)"},
      {"ANSI_X3.4-1968", "a", "a"},
      {"646", "a", "a"},
      {"iso-8859-1", "\xe9", "é"},
      {"ISO_8859-1", "\xe9", "é"},
      {"iso8859-15", "\xa4", "€"},
      {"latin1", "\xe9", "é"},
      {"latin-9", "\xa4", "€"},
      {"Windows 1252", "\x80", "€"},
      {"CP-1252", "\x80", "€"},
      {"windows-1251", "\xc0", "А"},
      {"KOI8_R", "\xc1", "а"},
      {"koi8u", "\xa4", "є"},
      {"macintosh", "\x8e", "é"},
      {"gb2312", "\xd6\xd0", "中"},
      {"GB2312-80", "\xd6\xd0", "中"},
      {"hz-gb-2312", "\xd6\xd0", "中"},
      {"gbk", "\x81\x40", "丂"},
      {"big5", "\xa4\xa4", "中"},
      {"x-sjis", "\x82\xa0", "あ"},
      {"shift_jis", "\x82\xa0", "あ"},
      {"windows-31j", "\x87\x40", "①"},
      {"euc-jp", "\xa4\xa2", "あ"},
      {"iso-2022-jp", "\x1b$B$\"\x1b(B", "あ"},
      {"ks_c_5601-1987", "\xb0\xa1", "가"},
      {"euc-kr", "\xb0\xa1", "가"},
      {"unicode-1-1-utf-7", "+AOk-", "é"},
      {"thai", "\xa1", "ก"},
      {"gb18030", "a", "(unknown)"},
      {"x-unknown", "a", "(unknown)"},
      {"iso-8859-12", "a", "(unknown)"},
      {"utf8mb4", "a", "(unknown)"},
      {"default", "a", "(unknown)"},
      {"8859-1", "a", "(unknown)"},
      {"'utf-8'", "a", "(unknown)"},
      {"", "a", "(unknown)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(decoded(c.name, c.probe), c.text);
  }
}

TEST(CharsetFind, ALongNameIsOfNoCharset) {
  std::string name(60, '-');
  name.append("windows-1252");
  EXPECT_FALSE(Charset::find(name));
  EXPECT_FALSE(Charset::find(name.assign(1 << 20, '-').append("cp1252")));
}

TEST(CharsetFind, RegisteredNamesOnlyInParameters) {
  EXPECT_TRUE(Charset::find_registered("UTF-8"));
  EXPECT_TRUE(Charset::find_registered("windows-1252"));
  EXPECT_FALSE(Charset::find_registered("cp1252"));
  EXPECT_FALSE(Charset::find_registered("utf8"));
  EXPECT_TRUE(Charset::find_mime("cp1252"));
}

TEST(CharsetDecode, Utf8ForInterchangeIsStrict) {
  for (const char* bad :
       {"\xe9", "a\xe2\x82", "\xed\xa0\x80", "\xef\xbf\xbf", "\xef\xb7\x90", "\xf4\x90\x80\x80", "\xc0\x80"}) {
    SCOPED_TRACE(bad);
    EXPECT_FALSE(Charset::utf8().decode(bad));
  }
  EXPECT_TRUE(Charset::find("utf8")->decode("\xed\xa0\x80")) << "the lax variant";
}

TEST(CharsetDecode, LossyPutsOneReplacementForEachBrokenSequence) {
  const struct {
    const char *in, *out;
  } cases[] = {
      {"a\xe9z", "a\xef\xbf\xbdz"},
      {"\xe2\x82x", "\xef\xbf\xbdx"},
      {"\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd"},
      {"\xe2\xe2\x82\xac", "\xef\xbf\xbd\xe2\x82\xac"},
      {"\xf0\x9f\x98", "\xef\xbf\xbd"},
      {"\xf8\x88\x80\x80\x80", "\xef\xbf\xbd"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(hex(c.in));
    EXPECT_EQ(Charset::utf8().decode_lossy(c.in).bytes, c.out);
  }
}

TEST(CharsetDecode, ACharacterCutByTheEndIsDropped) {
  const auto korean = *Charset::find("euc-kr");
  EXPECT_EQ(korean.decode("\xb0\xa1\xb0")->bytes, "가");
  EXPECT_FALSE(
      korean.decode("\xb0"
                    "A"));
  EXPECT_EQ(korean.decode_lossy("\xff\xb0\xa1").bytes,
            "\xef\xbf\xbd"
            "가");
}

TEST(CharsetDecode, UndefinedBytesOfSingleByteCharsets) {
  EXPECT_FALSE(Charset::find("windows-1252")->decode("\x81"));
  EXPECT_EQ(Charset::find("windows-1252")->decode_lossy("\x81\x80").bytes, "\xef\xbf\xbd€");
}

}  // namespace
}  // namespace lorelei::mail
