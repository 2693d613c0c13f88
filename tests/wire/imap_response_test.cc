// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/imap_response.hh"

#include <gmock/gmock.h>

namespace lorelei::wire {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = ImapResponse::Kind;
using Condition = ImapResponse::Condition;

ImapResponse parsed(std::string text) {
  auto response = parse_imap_response({std::move(text), false});
  EXPECT_TRUE(response) << to_text(response.error());
  return response.value_or(ImapResponse{});
}

TEST(ImapResponse, ConditionsWithTheirCodes) {
  const struct {
    const char* text;
    Kind kind;
    Condition condition;
    const char *tag, *code, *arguments, *rest;
  } cases[] = {
      {"A7 OK [APPENDUID 38505 3955:3957] done", Kind::kTagged, Condition::kOk, "A7", "APPENDUID", "38505 3955:3957",
       "done"},
      {"* no [Alert] disk full", Kind::kCondition, Condition::kNo, "", "ALERT", "", "disk full"},
      {"x BAD what", Kind::kTagged, Condition::kBad, "x", "", "", "what"},
      {"* BYE", Kind::kCondition, Condition::kBye, "", "", "", ""},
      {"* PREAUTH [CAPABILITY IMAP4rev1] hi", Kind::kCondition, Condition::kPreauth, "", "CAPABILITY", "IMAP4rev1",
       "hi"},
      {"* OK [unfinished", Kind::kCondition, Condition::kOk, "", "", "", "[unfinished"},
      {"+ go on", Kind::kContinuation, Condition::kOk, "", "", "", "go on"},
      {"+", Kind::kContinuation, Condition::kOk, "", "", "", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto response = parsed(c.text);
    EXPECT_EQ(response.kind, c.kind);
    EXPECT_EQ(response.condition, c.condition);
    EXPECT_EQ(response.tag, c.tag);
    EXPECT_EQ(response.code, c.code);
    EXPECT_EQ(response.code_arguments, c.arguments);
    EXPECT_EQ(response.text, c.rest);
  }
}

TEST(ImapResponse, WhatIsNone) {
  for (const char* text : {"", "hello", "A1 what", "* ", "HTTP/1.1 400 Bad Request", " OK x"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_imap_response({text, false}));
  }
}

TEST(ImapResponse, Fetch) {
  const auto response = parsed(
      "* 12 FETCH (FLAGS (\\Seen $Forwarded) BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \")\") NIL) \"MIXED\") "
      "INTERNALDATE \"17-Nov-2026 03:05:05 +0100\" RFC822.SIZE 44 MODSEQ (9) X-UNKNOWN {3}\r\n) ( UID 7 "
      "BODY[HEADER.FIELDS (MESSAGE-ID)] {5}\r\nM: 1\n BODY[] {8}\r\nA: b)\r\n\r)");
  EXPECT_EQ(response.kind, Kind::kFetch);
  EXPECT_EQ(response.number, 12u);
  EXPECT_EQ(response.fetch.uid, 7u);
  EXPECT_THAT(*response.fetch.flags, ElementsAre("\\Seen", "$Forwarded"));
  EXPECT_EQ(response.fetch.internal_date, 1'794'881'105);
  EXPECT_EQ(response.fetch.size_bytes, 44u);
  EXPECT_EQ(response.fetch.modseq, 9u);
  EXPECT_EQ(response.fetch.header, "M: 1\n");
  EXPECT_EQ(response.fetch.body, "A: b)\r\n\r");
  EXPECT_EQ(parsed("* 1 FETCH (BODY[] NIL)").fetch.body, std::nullopt);
  EXPECT_EQ(parsed("* 1 FETCH (body[]<0> \"x\" uid 3)").fetch.uid, 3u);
}

TEST(ImapResponse, Mailboxes) {
  const auto listed =
      parsed("* LIST (\\HasNoChildren \\Sent) \".\" \"INBOX.a \\\"b\\\"\" (\"CHILDINFO\" (\"X\"))").listed;
  EXPECT_EQ(listed.name, "INBOX.a \"b\"");
  EXPECT_EQ(listed.delimiter, ".");
  EXPECT_TRUE(listed.has("\\sent"));
  EXPECT_EQ(parsed("* LIST () NIL {3}\r\na b").listed.name, "a b");
  EXPECT_EQ(parsed("* LIST () NIL {3}\r\na b").listed.delimiter, "");
  EXPECT_EQ(parsed("* LIST broken").kind, Kind::kOther);

  const auto status = parsed("* STATUS x (MESSAGES 3 X (1 2) UIDNEXT 4 UIDVALIDITY 5 APPENDLIMIT NIL)").status;
  EXPECT_EQ(status.name, "x");
  EXPECT_EQ(status.messages, 3u);
  EXPECT_EQ(status.uid_next, 4u);
  EXPECT_EQ(status.uid_validity, 5u);
  EXPECT_EQ(status.append_limit, std::nullopt);

  const auto home = parsed("* NAMESPACE ((\"INBOX.\" \".\")(\"#mh/\" \"/\")) NIL ((\"Public.\" \".\"))").personal;
  EXPECT_EQ(home->prefix, "INBOX.");
  EXPECT_EQ(home->delimiter, ".");
  EXPECT_EQ(parsed("* NAMESPACE NIL NIL NIL").personal, std::nullopt);
}

TEST(ImapResponse, NumbersAndLists) {
  EXPECT_THAT(parsed("* SEARCH 5 6 7 9 (MODSEQ 3)").found.numbers(9), ElementsAre(5, 6, 7, 9));
  EXPECT_THAT(parsed("* SEARCH").found.numbers(9), IsEmpty());
  const auto extended = parsed("* ESEARCH (TAG \"A5\") UID COUNT 3 ALL 1:2,9");
  EXPECT_EQ(extended.kind, Kind::kSearch);
  EXPECT_EQ(extended.tag, "A5");
  EXPECT_THAT(extended.found.numbers(9), ElementsAre(1, 2, 9));
  EXPECT_EQ(parsed("* 23 exists").number, 23u);
  EXPECT_EQ(parsed("* 23 EXPUNGE").kind, Kind::kExpunge);
  EXPECT_EQ(parsed("* 99999999999 EXISTS").kind, Kind::kOther);
  EXPECT_THAT(parsed("* CAPABILITY imap4rev1 Literal+").words, ElementsAre("IMAP4REV1", "LITERAL+"));
  EXPECT_THAT(parsed("* FLAGS (\\Seen x)").words, ElementsAre("\\Seen", "x"));
}

TEST(ImapResponse, NestingCostsNoStack) {
  const std::size_t depth = 1 << 20;
  const auto response = parsed("* 1 FETCH (X " + std::string(depth, '(') + std::string(depth, ')') + " UID 7)");
  EXPECT_EQ(response.fetch.uid, 7u);
}

TEST(ImapResponseCode, AppendUid) {
  EXPECT_THAT(imap_append_uid("5 7:9")->uids.numbers(9), ElementsAre(7, 8, 9));
  EXPECT_EQ(imap_append_uid("5 1:4294967295")->uids.count(), 4294967295u);
  for (const char* bad : {"", "5", "5 ", "5 0", "5 x", "5 1,", "x 1", "5 1 2"})
    EXPECT_FALSE(imap_append_uid(bad)) << bad;
}

TEST(ImapUids, TextsHaveLimits) {
  const ImapUids uids({9, 1, 2, 3, 7});
  EXPECT_THAT(uids.texts(1000, 100), ElementsAre("1:3,7,9"));
  EXPECT_THAT(uids.texts(1000, 2), ElementsAre("1:2", "3,7", "9"));
  std::vector<std::uint32_t> odd;
  for (std::uint32_t uid = 1; uid < 4000; uid += 2) odd.push_back(uid);
  std::vector<std::uint32_t> again;
  for (const auto& text : ImapUids(odd).texts(100, 1000)) {
    EXPECT_LE(text.size(), 100u);
    for (const auto uid : ImapUids::parse(text)->numbers(1000)) again.push_back(uid);
  }
  EXPECT_EQ(again, odd);
  EXPECT_THAT(ImapUids().texts(100, 1), IsEmpty());
}

}  // namespace
}  // namespace lorelei::wire
