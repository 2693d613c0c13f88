// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/overview.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/sha1.hh"
#include "base/text.hh"

namespace lorelei::mail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(MessageIds, Table) {
  const struct {
    const char* header;
    std::vector<std::string> ids;
  } cases[] = {
      {"Message-ID: <a@b>\n", {"a@b"}},
      {"Message-Id: <a@b> <c@d>\nMESSAGE-ID: <e@f>\n", {"a@b", "c@d", "e@f"}},
      {"Message-ID: no brackets\n", {"no brackets"}},
      {"Message-ID: <a@b>\nMessage-ID: <a@b>\n", {"a@b"}},
      {"Message-ID: <a\t@b>\n", {"a@b"}},
      {"Message-ID: <a@\n b>\n", {"a@ b"}},
      {"Message-ID: <>\n", {"<>"}},
      {"Message-ID: <<a@b>>\n", {"<a@b"}},
      {"Message-ID: x <a@b> y\n", {"a@b"}},
      {"Message-ID: <a@b\n", {"<a@b"}},
      {"Subject: none\n", {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.header);
    EXPECT_EQ(message_ids(Entity(std::string(c.header) + "\n")), c.ids);
  }
}

TEST(MessageIds, ALongOneIsCut) {
  const std::string id(300, 'x');
  EXPECT_THAT(message_ids(Entity("Message-ID: <" + id + ">\n\n")), ElementsAre(id.substr(0, kMaxMessageIdBytes)));
}

TEST(MessageIds, TheAlternativeOneIsSearchable) {
  const Entity entity("X-Alt-Message-ID: <c@d>\nMessage-ID: <a@b>\n\n");
  EXPECT_THAT(message_ids(entity), ElementsAre("a@b"));
  EXPECT_THAT(message_ids_for_index(entity), ElementsAre("a@b", "c@d"));
}

TEST(References, WhatCountsInWhichOrder) {
  const Entity entity(
      "In-Reply-To: <c@x> (by me)\nReferences: <a@x> <b@x>\n\t<a@x> <y> <n>\nTo: Someone <to@x>\nCc: cc@x\n"
      "References: <to@x> <cc@x> <d@x>\n\n");
  EXPECT_THAT(references(entity), ElementsAre("a@x", "b@x", "d@x", "c@x"));
  EXPECT_THAT(references(Entity("In-Reply-To: your mail\n\n")), IsEmpty());
}

TEST(Dates, DateAndReceivedFallBackOnEachOther) {
  const char* both =
      "Received: by a; 1 Jan 2020 00:00:10 +0000\nReceived: by b; 1 Jan 2020 00:00:05 +0000\nDate: 1 Jan 2020 00:00:00 "
      "+0000\n\n";
  EXPECT_EQ(date_sent(Entity(both), {7, 0}).seconds, 1577836800);
  EXPECT_EQ(date_received(Entity(both), {7, 0}).seconds, 1577836810);
  const char* date = "Date: nonsense\nDate: 1 Jan 2020 00:00:00 +0000\n\n";
  EXPECT_EQ(date_received(Entity(date), {7, 0}).seconds, 1577836800);
  const char* received = "Received: nonsense\nReceived: by b; 1 Jan 2020 00:00:05 +0000\n\n";
  EXPECT_EQ(date_sent(Entity(received), {7, 0}).seconds, 1577836805);
  EXPECT_EQ(date_sent(Entity("A: b\n\n"), {7, 0}).seconds, 7);
}

TEST(MakeOverview, EachField) {
  const std::string raw =
      "From: A <a@x>\nFrom: B <b@x>\nTo: t@x\nSubject: =?utf-8?q?a=09b=00c?=\nMessage-ID: <m@x>\nDate: 1 Jan 2020 "
      "00:00:00 +0000\n\n"
      "one\ntwo\r\nthree";
  const Overview o = make_overview(Entity(raw), raw, {}, {});
  EXPECT_EQ(o.subject, "a b c");
  EXPECT_EQ(o.from, "A <a@x>, B <b@x>");
  EXPECT_EQ(o.to, "t@x");
  EXPECT_EQ(o.cc, "");
  EXPECT_EQ(o.sent, 1577836800);
  EXPECT_EQ(o.lines, 2u);
  EXPECT_EQ(o.size_bytes, raw.size() + 8) << "eight line ends are bare";
  EXPECT_EQ(o.subject_key, "a_b_c");
}

TEST(MakeOverview, HeadersWithoutCharset) {
  const auto subject = [](const char* value) {
    const std::string raw = "Subject: " + std::string(value) + "\n\n";
    return make_overview(Entity(raw), raw, {}, {}).subject;
  };
  EXPECT_EQ(subject("\xc3\xa9"), "é") << "UTF-8 is taken as such";
  EXPECT_EQ(subject("\xe9"), "é") << "other bytes are ISO 8859-1";
  EXPECT_EQ(subject("=?iso-8859-1?q?=C3=A9?="), "é") << "encoded twice";
  EXPECT_EQ(subject("=?utf-8?q?=C3=A9?= \xc3\xa9"), "é Ã©") << "beside decoded words each byte is a character";
}

TEST(ChooseOwnId, ItsOtherIdsAreReferences) {
  Overview o;
  o.message_ids = {"a@x", "b@x"};
  o.references = {"r@x", "b@x"};
  choose_own_id(o, "b@x");
  EXPECT_EQ(o.own_id, "b@x");
  EXPECT_THAT(o.references, ElementsAre("r@x", "a@x"));
  Overview single;
  single.message_ids = {"a@x"};
  single.references = {"a@x", "r@x"};
  choose_own_id(single, "a@x");
  EXPECT_THAT(single.references, ElementsAre("r@x"));
}

std::string hashed(std::string_view text) {
  const auto digest = sha1(text);
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

TEST(SubjectKey, Table) {
  const struct {
    const char* subject;
    std::string key;
  } cases[] = {
      {"", ""},
      {"Hello", "hello"},
      {"  Hello   World ", "hello_world"},
      {"Re: hello", "hello"},
      {"RE:  hello", "hello"},
      {"Re: Re: hello", "re_hello"},
      {"Re:hello", "re_hello"},
      {"hello...", "hello"},
      {"hello .", "hello_"},
      {"[PATCH] a-b", "_patch_a-b"},
      {"a.b", hashed("a.b")},
      {"a/b~c", hashed("a/b~c")},
      {"0123456789012345678901234567890123456789", "0123456789012345678901234567890123456789"},
      {"01234567890123456789012345678901234567890", hashed("01234567890123456789012345678901234567890")},
      {"!!", "_"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.subject);
    EXPECT_EQ(subject_key(Text{c.subject}), c.key);
  }
}

TEST(SubjectKey, LettersOfDecodedSubjectsStay) {
  EXPECT_EQ(subject_key(Text{"Jörg", Text::Form::kCharacters}), hashed("jörg"));
  EXPECT_EQ(subject_key(Text{"\xc3\x96l", Text::Form::kCharacters}), hashed("öl"));
  EXPECT_EQ(subject_key(Text{"J\xf6rg", Text::Form::kBytes}), "j_rg");
  EXPECT_EQ(subject_key(Text{"a→b", Text::Form::kCharacters}), "a_b");
  EXPECT_EQ(subject_key(Text{"a\xc2\xa0 b", Text::Form::kCharacters}), "a_b") << "a no-break space is white space";
  EXPECT_EQ(subject_key(Text{"Иван 日本", Text::Form::kCharacters}), hashed("иван_日本"));
}

}  // namespace
}  // namespace lorelei::mail
