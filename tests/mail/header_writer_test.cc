// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/header_writer.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hh"
#include "mail/message.hh"

namespace lorelei::mail {
namespace {

// What a reader makes of the field; and that it is one field with lines that may be sent.
std::string read_again(const std::string& field, const char* name) {
  const auto text = field + "\nbody\n";
  const Entity message(text);
  EXPECT_EQ(message.fields().size(), 1U) << field;
  for (const auto line : split(field, '\n')) EXPECT_LE(line.size(), 998U);
  const auto values = message.header_text(name);
  return values.size() == 1 ? to_utf8(values[0]) : "?";
}

TEST(TextField, MeansTheTextThatWasGiven) {
  const std::vector<std::string> texts = {
      "Re: [PATCH v2 0/2] demo: two",
      "Re: \xc3\x9c"
      "bergr\xc3\xb6\xc3\x9f"
      "e und noch viel mehr W\xc3\xb6rter, damit es mehr als eine Zeile wird und gefaltet",
      "looks =?utf-8?q?encoded?= already",
      std::string(2000, 'x'),
      "\xe6\xbc\xa2\xe5\xad\x97 \xf0\x9f\x90\xa7",
      "a lot of plain words that go on and on until the line must be folded somewhere between two of them",
      "under_score = equals ? question",
  };
  for (const auto& text : texts) EXPECT_EQ(read_again(text_field("Subject", text), "Subject"), text);
}

TEST(TextField, CannotBeginAnotherField) {
  EXPECT_EQ(text_field("Subject", "a\nBcc: eve@example.com\r\n\nbody"), "Subject: a Bcc: eve@example.com body\n");
  EXPECT_EQ(text_field("Subject", std::string("a\0b\x1b[31m", 8)), "Subject: a b [31m\n");
  EXPECT_EQ(read_again(text_field("Subject", "\xff\xfe\n\xc3\xa4"), "Subject"), "\xef\xbf\xbd\xef\xbf\xbd \xc3\xa4");
}

TEST(TextField, EncodedWordsAreShortAndWhole) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "\xf0\x9f\x90\xa7";
  const auto field = text_field("Subject", text);
  for (const auto line : split(field, '\n')) {
    EXPECT_LE(line.size(), 84U);
    for (const auto word : split_words(line)) EXPECT_LE(word.size(), 75U);
  }
}

TEST(AddressField, NamesAsTheyNeedToBe) {
  EXPECT_EQ(address_field("To", {{"Ann Author", "ann@example.org"}}), "To: Ann Author <ann@example.org>\n");
  EXPECT_EQ(address_field("To", {{"", "ann@example.org"}}), "To: ann@example.org\n");
  EXPECT_EQ(address_field("To", {{"Smith, John \"J\"", "j@x.org"}}), "To: \"Smith, John \\\"J\\\"\" <j@x.org>\n");
  EXPECT_EQ(read_again(address_field("From", {{"J\xc3\xb6rg", "j@x.org"}, {"B", "b@x.org"}}), "From"),
            "J\xc3\xb6rg <j@x.org>, B <b@x.org>");
  EXPECT_EQ(address_field("Cc", {{"Eve\nBcc: all@example.org", "e@x.org"}}),
            "Cc: \"Eve Bcc: all@example.org\" <e@x.org>\n");
}

TEST(AddressField, LeavesOutWhatIsNoAddress) {
  for (const char* bad : {"", "x", "@x", "x@", "a@b@c", "a b@c", "a@b>\nBcc: <c@d", "a,b@c", "\xc3\xa4@x", "<a@b>"}) {
    EXPECT_FALSE(is_writable_address(bad)) << bad;
    EXPECT_EQ(address_field("To", {{"A", bad}}), "") << bad;
  }
  EXPECT_TRUE(is_writable_address("o'neil+lists@sub.example.org"));
  EXPECT_EQ(address_field("Cc", {{"A", "bad"}, {"", "b@x"}}), "Cc: b@x\n");
}

TEST(AddressField, ManyAreFolded) {
  std::vector<Correspondent> people;
  for (int i = 0; i < 50; ++i) people.push_back({"Somebody Or Other", "somebody" + std::to_string(i) + "@example.org"});
  const auto field = address_field("Cc", people);
  for (const auto line : split(field, '\n')) EXPECT_LE(line.size(), 80U);
  EXPECT_EQ(std::count(field.begin(), field.end(), ','), 49);
}

TEST(FromField, IsOnOneLine) {
  const std::string words = "Ann Author With A Very Long Name via The Endpoint Of Some Project For Patches";
  EXPECT_EQ(from_field({words, "devnull+ann@relay.example.org"}),
            "From: " + words + " <devnull+ann@relay.example.org>\n");
  const auto encoded = from_field({"\u00c4nn " + words, "ann@example.org"});
  EXPECT_EQ(encoded.find('\n'), encoded.size() - 1);
  EXPECT_LE(
      from_field({std::string(2000, ' ') + std::string(400, 'x') + " " + std::string(700, 'y'), "a@x.org"}).find('\n'),
      998U);
}

TEST(IdsField, OneALine) {
  EXPECT_EQ(ids_field("References", {"a@x", "b@x"}), "References: <a@x>\n <b@x>\n");
  EXPECT_EQ(ids_field("References", {"a@x\nBcc: c", "", "b>@x", "a b"}), "");
}

}  // namespace
}  // namespace lorelei::mail
