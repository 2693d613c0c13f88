// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/encoded_word.hh"

#include <gtest/gtest.h>

#include "base/text.hh"

namespace lorelei::mail {
namespace {

TEST(EncodedWords, Table) {
  const struct {
    const char *in, *out;
  } cases[] = {
      {"plain", "plain"},
      {"=?utf-8?q?J=C3=B6rg?=", "Jörg"},
      {"=?ISO-8859-1?Q?J=F6rg?= <j@x>", "Jörg <j@x>"},
      {"=?UTF-8?B?w6k=?=", "é"},
      {"=?utf-8?q?a_b=5Fc?=", "a b_c"},
      {"=?utf-8*en?q?x?=", "x"},
      {"x=?utf-8?q?y?=z", "xyz"},             // inside a word
      {"\"=?utf-8?q?y?=\"", "\"y\""},         // inside quotes
      {"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"},  // the space between words goes
      {"=?utf-8?q?a?= =?iso-8859-1?q?b?= c", "ab c"},
      {"=?utf-8?q?=E4=B8?= =?utf-8?q?=AD?=", "中"},                        // a character cut in two
      {"=?utf-8?b?5Lg=?= =?utf-8?b?rQ==?=", "中"},                         // with padding in the middle
      {"=?utf-8?q?=E4=B8?= =?UTF-8?q?=AD?=", "\xef\xbf\xbd\xef\xbf\xbd"},  // not of one kind
      {"=?utf-8?q?\?=x", "x"},
      {"=?utf-8?q?a=zz=4?=", "a=zz=4"},
      {"=?utf-8?q?=E9?=", "\xef\xbf\xbd"},
      {"=?x-none?q?a?= b", "=?x-none?q?a?= b"},
      {"y=?x-none?q?a?=", "y =?x-none?q?a?="},  // set off by a space
      {"=?utf-8?x?a?=", "=?utf-8?x?a?="},
      {"=?utf-8?q?a", "=?utf-8?q?a"},
      {"=??q?a?=", "=??q?a?="},
      {"=?=?utf-8?q?a?=", "=?a"},
      {"=?utf-8?q?a?=?utf-8?q?b?=", "a?utf-8?q?b?="},  // the "=" belongs to the first
      {"=?utf-8?q?a?b?=", "=?utf-8?q?a?b?="},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.in);
    EXPECT_EQ(decode_encoded_words({c.in}).bytes, c.out);
  }
}

TEST(EncodedWords, RawBytesBesideThemCountAsLatin1) {
  const Text text = decode_encoded_words({"\xc3\xa9 =?utf-8?q?a?="});
  EXPECT_EQ(text.form, Text::Form::kCharacters);
  EXPECT_EQ(text.bytes, "\xc3\x83\xc2\xa9 a");
}

TEST(EncodedWords, WithoutAnyTheBytesStay) {
  EXPECT_EQ(decode_encoded_words({"\xe9 =?"}), (Text{"\xe9 =?", Text::Form::kBytes}));
}

TEST(EncodedWords, LinearInTheirNumber) {
  std::string many;
  for (int i = 0; i < 20000; ++i) many += "=?utf-8?q?a?= ";
  EXPECT_EQ(decode_encoded_words({many}).bytes, std::string(20000, 'a').append(" "));
  std::string mixed;
  for (int i = 0; i < 20000; ++i) mixed += i % 2 ? "=?utf-8?q?a?= " : "=?utf-8?Q?b?= ";
  EXPECT_EQ(decode_encoded_words({mixed}).bytes.size(), 20001u);
  std::string opened;
  for (int i = 0; i < 100000; ++i) opened += "=?";
  EXPECT_EQ(decode_encoded_words({opened}).bytes, opened);
}

}  // namespace
}  // namespace lorelei::mail
