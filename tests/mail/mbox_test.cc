// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/mbox.hh"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/text.hh"

namespace lorelei::mail {
namespace {

class MboxTest : public testing::Test {
 protected:
  fs::path write(std::string_view contents, Compression compression = Compression::kNone) {
    const fs::path path = directory_->path() / ("mbox" + std::to_string(++files_));
    const Fd fd(::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600));
    ByteSink sink(fd.get(), path.string(), compression);
    EXPECT_TRUE(sink.write(contents));
    EXPECT_TRUE(sink.finish());
    return path;
  }
  // The messages, or "E:" and why in place of one that could not be read.
  std::vector<std::string> read(std::string_view contents, MboxReader::Options options = {}) {
    return read_file(write(contents), options);
  }
  std::vector<std::string> read_file(const fs::path& path, MboxReader::Options options = {}) {
    auto reader = MboxReader::open(path, options);
    EXPECT_TRUE(reader);
    std::vector<std::string> all;
    while (all.size() < 10000) {
      auto message = reader->next();
      if (message && !*message) break;
      all.push_back(message ? (*message)->raw : "E:" + message.error().why);
      if (!message && message.error().kind != Error::Kind::kTooLarge) break;
    }
    dialect_ = reader->dialect();
    return all;
  }

  Result<TempDir> directory_ = TempDir::create(fs::temp_directory_path(), "mbox-test");
  std::optional<MboxDialect> dialect_;  // of the last read()
  int files_ = 0;
};

constexpr MboxDialect kDialects[] = {MboxDialect::kRd, MboxDialect::kO, MboxDialect::kCl, MboxDialect::kCl2};
const std::string kFrom = "From a@b Thu Jan  1 00:00:00 1970\n";

using testing::ElementsAre;
using testing::IsEmpty;

// A message made of pieces that mailboxes stumble over, deterministic by seed.
std::string odd_message(std::mt19937& random, bool may_have_quoted_from) {
  static const char* const kLines[] = {
      "From x",   "From a@b Thu Jan  1 00:00:00 1970", "text", "", ">", "> From", "Content-Length: 3", " From ", "From",
      "Status: R"};
  static const char* const kQuoted[] = {">From x", ">>From y", ">>>From "};
  const bool crlf = random() % 4 == 0;
  const std::string end = crlf ? "\r\n" : "\n";
  std::string raw = "Subject: s" + end;
  if (random() % 3 == 0) raw += "X-Fold: a" + end + " From b" + end;
  if (random() % 3 == 0) raw += "From evil@mboxrd Thu Jan  1 00:00:00 1970" + end;
  if (may_have_quoted_from && random() % 3 == 0) raw += ">>From x" + end;
  raw += end;
  const auto count = random() % 8;
  for (unsigned i = 0; i < count; ++i) {
    const bool quoted = may_have_quoted_from && random() % 3 == 0;
    raw += (quoted ? kQuoted[random() % std::size(kQuoted)] : kLines[random() % std::size(kLines)]) + end;
  }
  return raw;
}

// What a mailbox keeps of a message: not the headers that it sets itself.
std::string kept(std::string raw) {
  for (const char* header : {"Status: O", "Content-Length: ", "Lines: "}) {
    const auto at = raw.find(std::string("\n") + header);
    if (at == raw.npos || at > raw.find("\n\n")) continue;
    raw.erase(at + 1, raw.find('\n', at + 1) - at);
  }
  return raw;
}
std::string kept_of_header(const std::string& raw) {
  const auto crlf = raw.find("\r\n\r\n") < raw.find("\n\n");
  const auto at = raw.find(crlf ? "\r\n\r\n" : "\n\n") + (crlf ? 2 : 1);
  return kept(raw.substr(0, at)) + raw.substr(at);
}

TEST_F(MboxTest, EveryDialectGivesBackWhatWasWritten) {
  std::mt19937 random(7);
  for (const auto dialect : kDialects) {
    for (int round = 0; round < 200; ++round) {
      SCOPED_TRACE(std::string(name_of(dialect)) + " " + std::to_string(round));
      const bool reversible = dialect == MboxDialect::kRd || dialect == MboxDialect::kCl2;
      std::vector<std::string> messages;
      std::string mbox;
      for (unsigned i = 0; i < 1 + random() % 5; ++i) messages.push_back(odd_message(random, reversible));
      for (const auto& message : messages) mbox += to_mbox(message, dialect, {});
      auto back = read(mbox);  // the dialect is found out
      EXPECT_EQ(dialect_, dialect);
      for (auto& message : back) message = kept_of_header(message);
      ASSERT_EQ(back, messages);
    }
  }
}

TEST_F(MboxTest, WritingWhatWasReadChangesNothing) {
  std::mt19937 random(11);
  for (const auto dialect : kDialects)
    for (int round = 0; round < 50; ++round) {
      SCOPED_TRACE(std::string(name_of(dialect)) + " " + std::to_string(round));
      const std::string once = to_mbox(odd_message(random, true), dialect, {});
      const auto back = read(once, {.dialect = dialect});
      ASSERT_EQ(back.size(), 1u);
      EXPECT_EQ(to_mbox(back[0], dialect, {}), once);
    }
}

TEST(ToMbox, TheWholeText) {
  const char* mail = "A: b\nLines: 9\nBytes: 9\nContent-Length: 9\n\nFrom x\n>From y\n";
  const std::string separator = " Thu Jan  1 00:00:00 1970\n";
  EXPECT_EQ(to_mbox(mail, MboxDialect::kRd, {}),
            "From lei@mboxrd" + separator + "A: b\nStatus: O\n\n>From x\n>>From y\n\n");
  EXPECT_EQ(to_mbox(mail, MboxDialect::kO, {}),
            "From lei@mboxo" + separator + "A: b\nStatus: O\n\n>From x\n>From y\n\n");
  EXPECT_EQ(to_mbox(mail, MboxDialect::kCl, {}),
            "From lei@mboxcl" + separator + "A: b\nStatus: O\nContent-Length: 16\nLines: 2\n\n>From x\n>From y\n\n");
  EXPECT_EQ(to_mbox(mail, MboxDialect::kCl2, {}),
            "From lei@mboxcl2" + separator + "A: b\nStatus: O\nContent-Length: 15\nLines: 2\n\nFrom x\n>From y\n\n");
}

TEST(ToMbox, ASeparatorInTheHeaderIsKeptApart) {
  const char* mail = "A: b\nFrom x\n>From y\n\n";
  const std::string separator = " Thu Jan  1 00:00:00 1970\n";
  EXPECT_EQ(to_mbox(mail, MboxDialect::kRd, {}),
            "From lei@mboxrd" + separator + "A: b\n>From x\n>>From y\nStatus: O\n\n\n");
  EXPECT_EQ(to_mbox(mail, MboxDialect::kO, {}),
            "From lei@mboxo" + separator + "A: b\n>From x\n>From y\nStatus: O\n\n\n");
  EXPECT_EQ(to_mbox(mail, MboxDialect::kCl, {}),
            "From lei@mboxcl" + separator + "A: b\nFrom x\n>From y\nStatus: O\nContent-Length: 0\nLines: 0\n\n\n");
}

TEST(ToMbox, StatusSaysWhatTheReaderDid) {
  MboxEnvelope envelope{.id = "0123", .percent = 42, .keywords = {}, .age = MboxEnvelope::Age::kRecent};
  envelope.keywords.seen = envelope.keywords.flagged = envelope.keywords.answered = true;
  EXPECT_EQ(to_mbox("Status: old\nA: b\nStatus: older\n\nx", MboxDialect::kRd, envelope),
            "From 0123=42@mboxrd Thu Jan  1 00:00:00 1970\nStatus: R\nA: b\nX-Status: AF\n\nx\n");
}

TEST(ToMbox, HeaderOnlyAndCrlf) {
  EXPECT_EQ(to_mbox("A: b\n", MboxDialect::kRd, {}), "From lei@mboxrd Thu Jan  1 00:00:00 1970\nA: b\nStatus: O\n\n");
  EXPECT_EQ(to_mbox("A: b\r\n\r\nx\r\n", MboxDialect::kCl2, {}),
            "From lei@mboxcl2 Thu Jan  1 00:00:00 1970\r\nA: b\r\nStatus: O\r\nContent-Length: 3\r\nLines: "
            "1\r\n\r\nx\r\n\r\n");
}

TEST_F(MboxTest, WhatIsASeparator) {
  const struct {
    const char *name, *line;
    bool is_separator;
  } cases[] = {
      {"public-inbox", "From mboxrd@z Thu Jan  1 00:00:00 1970", true},
      {"git", "From 0123456789abcdef Mon Sep 17 00:00:00 2001", true},
      {"mutt", "From a@b  Thu Nov 21 12:34:56 2002", true},
      {"with a zone", "From a@b Thu Nov 21 12:34:56 CET 2002", true},
      {"numbers for words", "From - 1 2 3 4:5:6 7", true},
      {"no time", "From the beginning of time on", false},
      {"no year", "From a@b Thu Nov 21 12:34:56", false},
      {"two colons only once", "From a@b Thu Nov 21 12:34 2002", false},
      {"prose", "From now on: a b c d e", false},
      {"quoted", ">From a@b Thu Nov 21 12:34:56 2002", false},
      {"header", "From: a@b Thu Nov 21 12:34:56 2002", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(read(kFrom + "A: 1\n\nx\n" + c.line + "\nB: 2\n\ny\n", {.dialect = MboxDialect::kRd}).size(),
              c.is_separator ? 2u : 1u);
  }
}

TEST_F(MboxTest, AFileThatStartsWithAPlainSeparatorMayGoOnWithThem) {
  const std::string plain = "From someone\nA: 1\n\nx\n\nFrom here\nB: 2\n\ny\nFrom there\n";
  EXPECT_THAT(read(plain), ElementsAre("A: 1\n\nx\n", "B: 2\n\ny\nFrom there\n"));
  EXPECT_EQ(read(kFrom + "A: 1\n\nx\n\nFrom here\nB: 2\n\ny\n").size(), 1u) << "not in a file of good ones";
}

TEST_F(MboxTest, WithoutAnySeparatorItIsNoMbox) {
  EXPECT_THAT(read("A: 1\n\nx\n"), ElementsAre("E:there is no line that starts with 'From '"));
  EXPECT_THAT(read(""), IsEmpty());
  EXPECT_THAT(read("\n \n"), IsEmpty());
}

TEST_F(MboxTest, WithoutAnySeparatorItMayBeOneMessage) {
  MboxReader::Options options;
  options.unseparated = MboxReader::Unseparated::kOneMessage;
  const std::string message = "Subject: one\n\nFrom here on\n\nFrom a@x Thu Jan  1 00:00:00 1970\nno separator\n";
  EXPECT_THAT(read(message, options), ElementsAre(message));
  options.limit_bytes = 20;
  auto reader = MboxReader::open(write(message), options);
  EXPECT_EQ(reader->next().error().kind, Error::Kind::kTooLarge);
  EXPECT_FALSE(reader->next().value());
}

TEST_F(MboxTest, EmptyMessagesArePassedOver) {
  EXPECT_THAT(read(kFrom + "\n" + kFrom + kFrom + "A: 1\n\nx\n"), ElementsAre("A: 1\n\nx\n"));
}

TEST_F(MboxTest, CrlfIsKept) {
  const std::string from = "From a@b Thu Jan  1 00:00:00 1970\r\n";
  EXPECT_THAT(read(from + "A: 1\r\n\r\n>From x\r\n\r\n" + from + "B: 2\r\n\r\ny"),
              ElementsAre("A: 1\r\n\r\nFrom x\r\n", "B: 2\r\n\r\ny"));
}

TEST_F(MboxTest, ContentLengthIsBelievedWhereItFits) {
  const std::string fits = kFrom + "Content-Length: 8\n\nFrom x\n\n\n" + kFrom + "Content-Length: 1\n\ny\n";
  EXPECT_THAT(read(fits), ElementsAre("Content-Length: 8\n\nFrom x\n\n", "Content-Length: 1\n\ny"));
  EXPECT_EQ(dialect_, MboxDialect::kCl2);
  const std::string lies = kFrom + "Content-Length: 3\n\nline one\nline two\n\n" + kFrom + "Content-Length: 1\n\ny\n";
  EXPECT_THAT(read(lies), ElementsAre("Content-Length: 3\n\nline one\nline two\n", "Content-Length: 1\n\ny\n"));
  EXPECT_EQ(dialect_, MboxDialect::kRd);
  const std::string later = kFrom + "Content-Length: 2\n\nx\n\n" + kFrom + "Content-Length: 999\n\ny\n\n" + kFrom +
                            "Content-Length: 1\n\nz\n";
  EXPECT_EQ(read(later).size(), 3u) << "a lie in the middle ends at the next separator";
}

TEST_F(MboxTest, KeywordsComeFromStatus) {
  auto reader = MboxReader::open(write(kFrom + "Status: RO\nX-Status: AF\n\nx\n"));
  ASSERT_TRUE(reader);
  const auto message = reader->next();
  ASSERT_TRUE(message && *message);
  EXPECT_EQ((*message)->keywords, (Keywords{.answered = true, .flagged = true, .seen = true}));
  EXPECT_EQ((*message)->separator, kFrom.substr(0, kFrom.size() - 1));
}

TEST_F(MboxTest, OffsetsLeadToTheSeparators) {
  std::string mbox = "\n";
  std::vector<std::uint64_t> expected;
  for (int i = 0; i < 500; ++i) {
    expected.push_back(mbox.size());
    mbox += kFrom + "A: 1\n\n" + std::string(static_cast<std::size_t>(i) * 40, 'x') + "\n\n";
  }
  auto reader = MboxReader::open(write(mbox));
  ASSERT_TRUE(reader);
  for (const auto offset : expected) {
    const auto message = reader->next();
    ASSERT_TRUE(message && *message);
    EXPECT_EQ((*message)->offset, offset);
  }
}

TEST_F(MboxTest, AMessageOverTheLimitIsNamedAndPassedOver) {
  const std::string mbox =
      kFrom + "A: 1\n\nx\n\n" + kFrom + "B: 2\n\n" + std::string(3 << 20, 'y') + "\n\n" + kFrom + "C: 3\n\nz\n";
  EXPECT_THAT(read(mbox, {.dialect = {}, .limit_bytes = 1000}),
              ElementsAre("A: 1\n\nx\n", "E:it has more than 1000 bytes", "C: 3\n\nz\n"));
}

// Blocks of the reader end anywhere: the same messages must come out wherever a separator falls.
TEST_F(MboxTest, SeparatorsAcrossBlocksAreFound) {
  for (std::size_t size = (256 << 10) - 80; size < (256 << 10) + 10; ++size) {
    SCOPED_TRACE(size);
    const std::string mbox = kFrom + "A: 1\n\n" + std::string(size, 'x') + "\n\n" + kFrom + "B: 2\n\ny\n";
    ASSERT_EQ(read(mbox).size(), 2u);
  }
}

TEST_F(MboxTest, GzipIsUnpackedAlsoOfSeveralMembers) {
  const std::string one = kFrom + "A: 1\n\nx\n\n", two = kFrom + "B: 2\n\ny\n";
  EXPECT_EQ(read_file(write(one + two, Compression::kGzip)).size(), 2u);
  const auto path = write(one, Compression::kGzip);
  const auto members = *lorelei::read_file(path) + *lorelei::read_file(write(two, Compression::kGzip));
  EXPECT_THAT(read(members), ElementsAre("A: 1\n\nx\n", "B: 2\n\ny\n"));
  EXPECT_EQ(read(members + std::string(512, '\0')).size(), 2u) << "padding";
  EXPECT_THAT(read(members + "junk").back(), testing::HasSubstr("something else follows"));
}

TEST_F(MboxTest, ACutGzipFileIsDamagedAtEveryByte) {
  const auto whole = *lorelei::read_file(write(kFrom + "A: 1\n\n" + std::string(100, 'x') + "\n", Compression::kGzip));
  for (std::size_t size = 2; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const auto got = read(whole.substr(0, size));
    ASSERT_FALSE(got.empty());
    EXPECT_TRUE(got.back().starts_with("E:"));
  }
}

TEST_F(MboxTest, ALargeGzipStreamComesThroughWhole) {
  std::mt19937 random(3);
  std::string mbox;
  while (mbox.size() < (2 << 20)) {
    mbox += kFrom + "A: 1\n\n";
    for (int i = 0; i < 1000; ++i) mbox += base64(std::string(1, static_cast<char>(random()))) + "\n";
    mbox += "\n";
  }
  EXPECT_EQ(read_file(write(mbox, Compression::kGzip)), read(mbox));
}

TEST_F(MboxTest, AMissingFileIsNotFound) {
  const auto reader = MboxReader::open(directory_->path() / "none");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().kind, Error::Kind::kNotFound);
}

TEST_F(MboxTest, LinearOnHostileInput) {
  std::string from_lines = kFrom + "A: 1\n\n";
  for (int i = 0; i < 200000; ++i) from_lines += "From x\n";
  EXPECT_EQ(read(from_lines).size(), 1u);
  EXPECT_EQ(read(kFrom + std::string(8 << 20, '>') + "From ").size(), 1u);
  std::string tiny;
  for (int i = 0; i < 9000; ++i) tiny += kFrom + "A: 1\n\n";
  EXPECT_EQ(read(tiny).size(), 9000u);
}

// Bytes of any kind come back, one mail behind the other, whatever dialect their headers look like.
TEST_F(MboxTest, APlainMboxrdKeepsEveryByte) {
  const std::vector<std::string> mails = {
      "A: 1\nContent-Length: 4\nLines: 1\nStatus: RO\n\nabc\n",
      "From somebody\nA: 2\n\nFrom x\n>From y\n>>>From z\n\n\n",
      "A: 3\r\n\r\nFrom x\r\n\r\n",
      std::string("A: 4\n\n\0\xff\n\n\n\n", 12),
      "A: 5\nContent-Length: 1000000\n\nx\n",
      "A: 6\n\n",
  };
  std::string text;
  for (const auto& mail : mails) text += to_plain_mboxrd(mail);
  EXPECT_EQ(read(text), mails);
  EXPECT_THAT(read(to_plain_mboxrd("A: 1\n\nno end")), ElementsAre("A: 1\n\nno end\n"));
}

}  // namespace
}  // namespace lorelei::mail
