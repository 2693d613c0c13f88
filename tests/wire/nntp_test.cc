// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/nntp.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei::wire {
namespace {

// The block of text, fed in pieces of so many bytes; with what is left behind it.
std::string block_of(std::string_view text, std::size_t piece, std::uint64_t limit = 1000, bool* cut = nullptr) {
  NntpReader reader;
  std::string block;
  bool is_cut = false;
  for (;;) {
    if (reader.take_block(block, limit, is_cut) == BlockPart::kEnd) break;
    if (text.empty()) return block + "<no end>";
    reader.feed(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
  }
  if (cut) *cut = is_cut;
  reader.feed(text);
  const auto next = reader.next_status();
  return block + (next && *next ? "|" + std::to_string((*next)->code) : "|");
}

TEST(NntpReader, BlockIsTheSameHoweverItArrives) {
  const std::string sent = "Subject: x\r\n\r\n..two dots\r\n...\r\nlone \r in a line\r\n..\r\n.\r\n223 0 <a@b>\r\n";
  const std::string expected = "Subject: x\n\n.two dots\n..\nlone \r in a line\n.\n|223";
  for (std::size_t piece = 1; piece <= sent.size(); ++piece) {
    SCOPED_TRACE(piece);
    EXPECT_EQ(block_of(sent, piece), expected);
  }
}

TEST(NntpReader, BlockMayBeEmptyAndLinesMayLackTheirCr) {
  EXPECT_EQ(block_of(".\r\n200 x\r\n", 1), "|200");
  EXPECT_EQ(block_of("a\n..b\n.\n200 x\n", 1), "a\n.b\n|200");
  EXPECT_EQ(block_of("a\r\n.", 1), "a\n<no end>");
}

TEST(NntpReader, BlockBeyondTheLimitIsPassedOver) {
  for (const std::size_t piece : {1U, 3U, 100U}) {
    bool cut = false;
    EXPECT_EQ(block_of("0123456789\r\n.\r\n200 x\r\n", piece, 4, &cut), "0123|200");
    EXPECT_TRUE(cut);
    EXPECT_EQ(block_of("012\r\n.\r\n200 x\r\n", piece, 4, &cut), "012\n|200");
    EXPECT_FALSE(cut);
  }
}

TEST(NntpReader, StatusIsThreeDigitsAndText) {
  NntpReader reader;
  reader.feed("200 hel");
  EXPECT_FALSE(*reader.next_status());
  reader.feed("lo\r\n205\r\n");
  EXPECT_EQ((*reader.next_status())->text, "hello");
  EXPECT_EQ((*reader.next_status())->code, 205);
  EXPECT_TRUE(reader.is_empty());
}

TEST(NntpReader, AnotherProtocolIsNoStatus) {
  for (const char* line :
       {"+OK hi\r\n", "* OK\r\n", "20 x\r\n", "2000 x\r\n", "600 x\r\n", "\r\n", "HTTP/1.1 400\r\n"}) {
    SCOPED_TRACE(line);
    NntpReader reader;
    reader.feed(line);
    for (int i = 0; i < 2; ++i) EXPECT_FALSE(reader.next_status());
  }
}

TEST(NntpReader, EndlessStatusIsAnError) {
  NntpReader reader;
  reader.feed("200 " + std::string(kMaxNntpStatus, 'x'));
  EXPECT_EQ(reader.next_status().error().kind, Error::Kind::kTooLarge);
}

TEST(NntpValues, GroupsAndOverviews) {
  const auto group = parse_group("150 2 151 org.example");
  ASSERT_TRUE(group);
  EXPECT_EQ(group->low, 2U);
  EXPECT_EQ(group->high, 151U);
  EXPECT_EQ(group->name, "org.example");
  EXPECT_TRUE(parse_group("0 0 0 x")->is_empty());
  EXPECT_TRUE(parse_group("0 5 4 x")->is_empty());
  EXPECT_FALSE(parse_group("1 2"));
  EXPECT_FALSE(parse_group("1 2 99999999999999999999 x"));
  EXPECT_EQ(parse_active("org.example 151 2 n")->high, 151U);
  const auto row = parse_overview("7\tRe: x\tA <a@b>\tdate\t<m@x>\t<r@x>\t1234\t5\tXref: h g:7");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->number, 7U);
  EXPECT_EQ(row->message_id, "<m@x>");
  EXPECT_EQ(row->size_bytes, 1234U);
  EXPECT_FALSE(parse_overview("7\tx"));
}

TEST(NntpValues, Capabilities) {
  const auto all = parse_capabilities("VERSION 2\nreader\nLIST ACTIVE  NEWSGROUPS\nSTARTTLS\n");
  EXPECT_TRUE(all.has("READER"));
  EXPECT_TRUE(all.has("LIST", "NEWSGROUPS"));
  EXPECT_FALSE(all.has("LIST", "LIST"));
  EXPECT_FALSE(all.has("START"));
}

TEST(NntpValues, ArgumentsCannotEndTheCommand) {
  EXPECT_TRUE(is_nntp_argument("org.example"));
  for (const auto& text : {std::string(), std::string("a b"), std::string("a\r\nQUIT"), std::string(500, 'x')})
    EXPECT_FALSE(is_nntp_argument(text));
}

}  // namespace
}  // namespace lorelei::wire
