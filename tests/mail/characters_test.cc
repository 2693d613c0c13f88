// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/characters.hh"

#include <gtest/gtest.h>

namespace lorelei::mail {
namespace {

using Form = Text::Form;

TEST(Text, JoiningBytesToCharactersTakesThemAsLatin1) {
  Text text{"caf\xc3\xa9 ", Form::kCharacters};
  append(text, Text{"\xc3\xa9", Form::kBytes});  // two bytes, so two characters
  EXPECT_EQ(text, (Text{"caf\xc3\xa9 \xc3\x83\xc2\xa9", Form::kCharacters}));
}

TEST(Text, JoiningCharactersToBytesMakesTheWholeCharacters) {
  Text text{"\xe9 ", Form::kBytes};
  append(text, Text{"x", Form::kCharacters});
  EXPECT_EQ(text, (Text{"\xc3\xa9 x", Form::kCharacters}));
}

TEST(Text, BytesStayBytesAmongThemselves) {
  EXPECT_EQ(joined({Text{"\xe9"}, Text{"\xff"}}, ", "), (Text{"\xe9, \xff", Form::kBytes}));
}

TEST(DecodeUtf8, EachForm) {
  const struct {
    const char* name;
    Text before, after;
  } cases[] = {
      {"ascii", {"a", Form::kCharacters}, {"a", Form::kBytes}},
      {"raw UTF-8", {"\xc3\xa9", Form::kBytes}, {"\xc3\xa9", Form::kCharacters}},
      {"raw Latin-1", {"\xe9", Form::kBytes}, {"\xe9", Form::kBytes}},
      {"decoded Latin-1 becomes bytes", {"\xc3\xa9", Form::kCharacters}, {"\xe9", Form::kBytes}},
      {"encoded twice", {"\xc3\x83\xc2\xa9", Form::kCharacters}, {"\xc3\xa9", Form::kCharacters}},
      {"beyond Latin-1 stays",
       {"\xe4\xb8\xad\xc3\xa9", Form::kCharacters},
       {"\xe4\xb8\xad\xc3\xa9", Form::kCharacters}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Text text = c.before;
    decode_utf8(text);
    EXPECT_EQ(text, c.after);
  }
}

TEST(IsUtf8Lax, SurrogatesPassOverlongFormsDoNot) {
  EXPECT_TRUE(is_utf8_lax("\xed\xa0\x80"));
  EXPECT_TRUE(is_utf8_lax("\xf4\x90\x80\x80"));
  EXPECT_TRUE(is_utf8_lax("\xf8\x88\x80\x80\x80"));
  for (const char* bad : {"\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf8\x87\xbf\xbf\xbf", "\x80",
                          "\xff", "\xc3", "\xe4\xb8", "\xc3(", "\xfe\x83\xbf"}) {
    SCOPED_TRACE(bad);
    EXPECT_FALSE(is_utf8_lax(bad));
  }
}

TEST(IsAscii, EveryPositionOfAHighByteIsSeen) {
  for (std::size_t size = 0; size < 40; ++size) {
    std::string text(size, 'a');
    EXPECT_TRUE(is_ascii(text));
    for (std::size_t at = 0; at < size; ++at) {
      text[at] = '\x80';
      EXPECT_FALSE(is_ascii(text)) << size << " " << at;
      text[at] = 'a';
    }
  }
}

}  // namespace
}  // namespace lorelei::mail
