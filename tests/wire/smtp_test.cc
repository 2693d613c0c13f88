// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/smtp.hh"

#include <gmock/gmock.h>

#include "wire/smtp_mail.hh"

namespace lorelei::wire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Flaw = SmtpMailFacts::Flaw;

// Replies as text, lines joined; the error's reason at the end if there is one.
std::vector<std::string> replies_in(std::string_view bytes, std::size_t piece) {
  SmtpReader reader;
  std::vector<std::string> all;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (;;) {
      const auto reply = reader.next();
      if (!reply) return all.push_back(reply.error().why), all;
      if (!*reply) break;
      all.push_back((*reply)->text());
    }
  }
  return all;
}

TEST(SmtpReader, RepliesAreTheSameHoweverTheyArrive) {
  const std::string said =
      "220 hello\r\n250-one\r\n250-two three\n250 four\r\n250\r\n550 5.1.1 no\tsuch \x1buser\r\n250 cut";
  for (std::size_t piece = 1; piece <= said.size(); ++piece) {
    SCOPED_TRACE(piece);
    EXPECT_THAT(replies_in(said, piece),
                ElementsAre("220 hello", "250 one two three four", "250", testing::StartsWith("550 5.1.1 no such ")));
  }
}

TEST(SmtpReader, SaysWhatIsLeft) {
  SmtpReader reader;
  EXPECT_TRUE(reader.is_empty());
  reader.feed("250-a\r\n");
  EXPECT_FALSE(*reader.next());
  EXPECT_FALSE(reader.is_empty());
  reader.feed("250 b\r\n2");
  EXPECT_TRUE(*reader.next());
  EXPECT_FALSE(reader.is_empty());
}

TEST(SmtpReader, EnhancedCodes) {
  const struct {
    const char *line, *enhanced, *text;
  } cases[] = {
      {"250 2.1.0 ok", "2.1.0", "ok"},
      {"250 2.10.123", "2.10.123", ""},
      {"550 2.1.0 other class", "", "2.1.0 other class"},
      {"250 2.1 ok", "", "2.1 ok"},
      {"250 2.1.1234 ok", "", "2.1.1234 ok"},
      {"250 2.1.0ok", "", "2.1.0ok"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.line);
    SmtpReader reader;
    reader.feed(std::string(c.line) + "\r\n");
    const auto reply = reader.next().value().value();
    EXPECT_EQ(reply.enhanced, c.enhanced);
    EXPECT_EQ(reply.lines.at(0), c.text);
  }
}

TEST(SmtpReader, RefusesWhatIsNoReply) {
  for (const char* said : {"hello\r\n", "25\r\n", "2500 x\r\n", "150 x\r\n", "650 x\r\n", "250-a\r\n251 b\r\n", "\r\n",
                           "250=x\r\n", "* OK IMAP4\r\n"}) {
    SCOPED_TRACE(said);
    SmtpReader reader;
    reader.feed(said);
    EXPECT_EQ(reader.next().error().kind, Error::Kind::kCorrupt);
    EXPECT_FALSE(reader.next());
  }
}

TEST(SmtpReader, HasLimits) {
  SmtpReader reader;
  reader.feed("250 " + std::string(kMaxSmtpLine, 'x'));
  EXPECT_EQ(reader.next().error().kind, Error::Kind::kTooLarge);
  SmtpReader other;
  for (std::size_t i = 0; i < kMaxSmtpLines; ++i) other.feed("250-x\r\n");
  EXPECT_TRUE(other.next());
  other.feed("250 x\r\n");
  EXPECT_EQ(other.next().error().kind, Error::Kind::kTooLarge);
}

TEST(SmtpExtensions, AreRead) {
  const SmtpReply reply{250,
                        {},
                        {"STARTTLS greets you", "size 1000", "PIPELINING", "8bitmime", "AUTH plain LOGIN",
                         "AUTH=LOGIN XOAUTH2", "SMTPUTF8", ""}};
  const auto offered = parse_smtp_extensions(reply);
  EXPECT_FALSE(offered.start_tls);
  EXPECT_TRUE(offered.pipelining && offered.eight_bit && offered.utf8_addresses && offered.size);
  EXPECT_EQ(offered.size_limit, 1000u);
  EXPECT_TRUE(offered.has_mechanism("PLAIN") && offered.has_mechanism("LOGIN") && offered.has_mechanism("XOAUTH2"));
  EXPECT_TRUE(parse_smtp_extensions({250, {}, {"x", "SIZE", "STARTTLS"}}).size);
}

TEST(SmtpData, DotsAndLineEnds) {
  EXPECT_EQ(smtp_data("a\n.b\n..c\n.\n\nd"), "a\r\n..b\r\n...c\r\n..\r\n\r\nd\r\n");
  EXPECT_EQ(smtp_data("a\n"), "a\r\n");
  EXPECT_EQ(smtp_data(""), "");
}

TEST(SmtpMail, Facts) {
  const auto good = smtp_mail_facts("Subject: x\n\n.\xc3\xbc\n" + std::string(998, 'x'));
  EXPECT_EQ(good.flaw, Flaw::kNone);
  EXPECT_TRUE(good.has_8bit);
  EXPECT_EQ(good.size_bytes, 12u + 2 + 5 + 1000);
  const struct {
    std::string mail;
    Flaw flaw;
    std::size_t line;
  } cases[] = {
      {"a\n\nb\rc\n", Flaw::kCarriageReturn, 3},  {"a\r\n", Flaw::kCarriageReturn, 1},
      {"a\n\n.\r\n", Flaw::kCarriageReturn, 3},   {"a\nb\r", Flaw::kCarriageReturn, 2},
      {std::string("a\n\0\n", 4), Flaw::kNul, 2}, {"a\n" + std::string(999, 'x') + "\nb\r\n", Flaw::kLongLine, 2},
  };
  for (const auto& c : cases) {
    const auto facts = smtp_mail_facts(c.mail);
    EXPECT_EQ(facts.flaw, c.flaw) << c.mail;
    EXPECT_EQ(facts.line, c.line) << c.mail;
  }
}

TEST(SmtpAddress, OnlyWhatCanBeWritten) {
  for (const char* good : {"a@b", "a.b+c@example.org", "a'b@x", "b\xc3\xa4r@example.org"})
    EXPECT_TRUE(is_smtp_address(good)) << good;
  for (const char* bad : {"", "a", "@b", "a@", "a@b@c", "a b@c", "<a@b>", "a@b>", "a@b\r\nDATA", "a@b\n", "a\t@b",
                          "a@b\x7f", "\xff@b", "\"a\"@b", "a,b@c"})
    EXPECT_FALSE(is_smtp_address(bad)) << bad;
  std::string longest(252, 'a');
  longest += "@b";
  EXPECT_TRUE(is_smtp_address(longest));
  EXPECT_FALSE(is_smtp_address(longest + 'b'));
}

}  // namespace
}  // namespace lorelei::wire
