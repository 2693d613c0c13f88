// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/thanks_letter.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hh"
#include "mail/message.hh"

namespace lorelei::workflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

ThanksSettings some_settings() {
  ThanksSettings settings;
  settings.from = {"Mia", "mia@example.org"};
  settings.committer = "mia@kernel.example";
  settings.tree_name = "mia/linux";
  settings.branch = "for-next";
  settings.commit_url_mask = "https://example.org/%.12s";
  settings.signature = "Mia";
  return settings;
}

SeriesRecord a_record() {
  SeriesRecord record;
  record.message_id = "c@x";
  record.subject = "[PATCH 0/2] demo";
  record.author = {"Ann", "ann@example.org"};
  record.to = {{"", "list@example.org"}, {"", "MIA@example.org"}, {"Ann again", "Ann@Example.org"}};
  record.cc = {
      {"", "mia@kernel.example"}, {"", "bot@ci.example"}, {"", "list@example.org"}, {"Dev", "dev@example.net"}};
  record.references = {"root@x", "parent@x"};
  record.date = "today";
  record.quote = "> Why.\n";
  record.expected = 2;
  record.patches = {{1, "demo: a", "p1@x", "", "", std::string(40, 'a'), Thanks::kDue},
                    {2, "demo: b", "p2@x", "", "", std::string(40, 'b'), Thanks::kDue}};
  record.letter.message_id = "letter@example.org";
  return record;
}

std::string letter_of(const ThanksSettings& settings, const SeriesRecord& record, std::string_view merge = {}) {
  auto letter = thanks_letter(settings, record, merge, {0, 60}, Writer::kLeftOut);
  EXPECT_TRUE(letter) << to_text(letter.error());
  return letter ? *letter : "";
}

TEST(Recipients, EachOnceWithoutTheExcludedAndTheWriter) {
  auto settings = some_settings();
  settings.excluded = {"*@CI.example"};
  const auto addresses = [](const std::vector<mail::Correspondent>& people) {
    std::vector<std::string> list;
    for (const auto& person : people) list.push_back(person.address);
    return list;
  };
  auto found = recipients_of(settings, a_record(), Writer::kLeftOut);
  EXPECT_THAT(addresses(found.to), ElementsAre("ann@example.org", "list@example.org"));
  EXPECT_THAT(addresses(found.cc), ElementsAre("dev@example.net"));
  found = recipients_of(settings, a_record(), Writer::kIncluded);
  EXPECT_THAT(addresses(found.to), ElementsAre("ann@example.org", "list@example.org", "MIA@example.org"));
  settings.excluded = {"*"};
  found = recipients_of(settings, a_record(), Writer::kLeftOut);
  EXPECT_THAT(addresses(found.to), ElementsAre("ann@example.org"));
  EXPECT_TRUE(found.cc.empty());
}

TEST(ThanksLetter, SaysWhichCommitEachPatchIs) {
  const auto letter = letter_of(some_settings(), a_record());
  EXPECT_THAT(letter, HasSubstr("\nSubject: Re: [PATCH 0/2] demo\n"));
  EXPECT_THAT(letter, HasSubstr("\nReferences: <root@x>\n <parent@x>\n <c@x>\n"));
  EXPECT_THAT(letter, HasSubstr("\nMessage-Id: <letter@example.org>\n"));
  EXPECT_THAT(letter, HasSubstr("\nDate: Thu, 01 Jan 1970 01:00:00 +0100\n"));
  EXPECT_THAT(letter, HasSubstr("\nContent-Transfer-Encoding: 7bit\n\nOn today, Ann wrote:\n> Why.\n\nApplied to "));
  EXPECT_THAT(letter, HasSubstr("\n[2/2] demo: b\n      https://example.org/bbbbbbbbbbbb\n"));
}

TEST(ThanksLetter, OfASubset) {
  auto record = a_record();
  record.patches[0].thanks = Thanks::kDone;
  record.subject = "RE: Re: [PATCH 0/2] demo";
  record.patches[1].commit.clear();
  const auto letter = letter_of(some_settings(), record);
  EXPECT_THAT(letter, HasSubstr("\nSubject: Re: (subset) [PATCH 0/2] demo\n"));
  EXPECT_THAT(letter, HasSubstr("\n[2/2] demo: b\n      (no commit info)\n"));
  EXPECT_THAT(letter, Not(HasSubstr("demo: a")));
}

TEST(ThanksLetter, OfAPullRequestNamesTheMerge) {
  auto record = a_record();
  record.pull_tip = std::string(40, 'c');
  record.patches.clear();
  EXPECT_THAT(letter_of(some_settings(), record, std::string(40, 'd')),
              HasSubstr("Pulled into for-next of mia/linux, thank you!\n\nhttps://example.org/dddddddddddd\n"));
}

// Whatever somebody else has written, the header is ours.
TEST(ThanksLetter, ForeignTextStaysWhereItIsPut) {
  auto record = a_record();
  const std::string evil = "x\r\nBcc: eve@example.com\n\n\x1b[31mred \xe2\x80\xae${signature}";
  record.subject = record.author.name = record.date = record.patches[0].title = record.quote = evil;
  record.message_id = "c@x>\nBcc: <eve@example.com";
  record.references = {evil, "ok@x"};
  record.cc = {{evil, "a@x.org"}, {"", evil}};
  const auto letter = letter_of(some_settings(), record);
  const mail::Entity message(letter);
  std::vector<std::string> names;
  for (const auto& field : message.fields()) names.emplace_back(field.name);
  EXPECT_THAT(names, ElementsAre("From", "To", "Cc", "Subject", "References", "Message-Id", "Date", "MIME-Version",
                                 "Content-Type", "Content-Transfer-Encoding"));
  EXPECT_THAT(letter, Not(HasSubstr("\x1b")));
  EXPECT_THAT(letter, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(letter, HasSubstr("${signature}"));
}

TEST(ThanksLetter, LongLinesAreEncoded) {
  auto record = a_record();
  record.patches[0].title = std::string(5000, 'x');
  const auto letter = letter_of(some_settings(), record);
  for (const auto line : split(letter, '\n')) EXPECT_LE(line.size(), 998U);
  EXPECT_THAT(mail::Entity(letter).body(), HasSubstr(record.patches[0].title));
  record.patches[0].title = "gr\xc3\xbc\xc3\x9f";
  EXPECT_THAT(letter_of(some_settings(), record), HasSubstr("Content-Transfer-Encoding: 8bit\n"));
}

TEST(ThanksLetter, ToNobodyIsRefused) {
  auto record = a_record();
  record.author.address = "no address";
  EXPECT_TRUE(thanks_letter(some_settings(), record, {}, {0, 0}, Writer::kLeftOut));  // to the others
  record.to.clear();
  record.cc.clear();
  const auto letter = thanks_letter(some_settings(), record, {}, {0, 0}, Writer::kLeftOut);
  ASSERT_FALSE(letter);
  EXPECT_EQ(letter.error().kind, Error::Kind::kRefused);
  EXPECT_EQ(letter.error().subject, "[PATCH 0/2] demo");
}

}  // namespace
}  // namespace lorelei::workflow
