// SPDX-License-Identifier: GPL-3.0-or-later
// Rules one by one; what git says to many messages: mailinfo_oracle_test.cc.
#include "mail/mailinfo.hh"

#include <gtest/gtest.h>

#include "base/text.hh"

namespace lorelei::mail {
namespace {

const std::string kHead = "From: Zoe <zoe@example.org>\nSubject: [PATCH] demo\nDate: today\n";

Mailinfo read(const std::string& raw, Charsets charsets = Charsets::kKept) {
  auto info = mailinfo(raw, charsets);
  EXPECT_TRUE(info) << to_text(info.error());
  return info ? *std::move(info) : Mailinfo{};
}
bool fails(const std::string& raw, Charsets charsets = Charsets::kKept) {
  const auto info = mailinfo(raw, charsets);
  return !info && info.error().kind == Error::Kind::kCorrupt;
}
Mailinfo read_body(const std::string& body) { return read(kHead + "\n" + body); }

TEST(Mailinfo, ASignedPatch) {
  const auto info = read(
      "From: =?UTF-8?q?Zo=C3=AB?= Tester <zoe@example.org>\n"
      "Date: Tue, 2 Jan 2024 03:04:05 +0000\n"
      "Subject: [PATCH v2 1/2] demo: say hello to the\n whole world\n"
      "Message-ID: <20240102-demo-v2-1@example.org>\nMIME-Version: 1.0\n"
      "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n\n\n"
      "Greet the caf=C3=A9 too, with a soft=\n break.\n\nSigned-off-by: Zo=C3=AB Tester <zoe@example.org>\n"
      "---\n hello.txt | 2 +-\n\ndiff --git a/hello.txt b/hello.txt\n--- a/hello.txt\n+++ b/hello.txt\n@@ -1 +1 @@\n"
      "-Hello =20\n+Hello world.\n--=20\n2.39.5\n\n");
  EXPECT_EQ(info.author, "Zo\xc3\xab Tester");
  EXPECT_EQ(info.email, "zoe@example.org");
  EXPECT_EQ(info.subject, "demo: say hello to the whole world");
  EXPECT_EQ(info.date, "Tue, 2 Jan 2024 03:04:05 +0000");
  EXPECT_EQ(info.message,
            "Greet the caf\xc3\xa9 too, with a soft break.\n\nSigned-off-by: Zo\xc3\xab Tester <zoe@example.org>\n");
  EXPECT_EQ(
      info.patch,
      "---\n hello.txt | 2 +-\n\ndiff --git a/hello.txt b/hello.txt\n--- a/hello.txt\n+++ b/hello.txt\n@@ -1 +1 @@\n"
      "-Hello  \n+Hello world.\n-- \n2.39.5\n\n");
  EXPECT_FALSE(info.reading.other_charset || info.reading.lines_lost || info.reading.outside_text);
  EXPECT_EQ(info.reading.text_parts, 1u);
  EXPECT_EQ(info.reading.from, 1u);
}

TEST(Mailinfo, WhoFromNames) {
  const std::string sixty(60, 'n');
  const struct {
    std::string from, author, email;
  } cases[] = {
      {"Zoe Tester <z@e>", "Zoe Tester", "z@e"},
      {"z@e (Zoe Tester)", "Zoe Tester", "z@e"},
      {"Zoe (a (b) c) T <z@e>", "Zoe (a (b) c) T", "z@e"},
      {"\"Tester, \\\"Zoe\\\"\" <z@e>", "Tester, \"Zoe\"", "z@e"},
      {"Z <z@e>", "Z", "z@e"},
      {"Zo <z@e>", "Zo", "z@e"},
      {sixty + " <z@e>", sixty, "z@e"},
      {sixty + "x <z@e>", "z@e", "z@e"},
      {"z@work <z@e>", "<z@e>", "z@work"},
      {"<z@e>", "z@e", "z@e"},
      {"Zoe <zoe>", "Zoe", "zoe"},
      {"Zoe", "", ""},
      {"=?utf-8?q?Zo=C3=AB?= =?UTF-8?B?IFQ=?= <z@e>", "Zo\xc3\xab T", "z@e"},
      {"=?us-ascii?Q?a_b?=\n =?us-ascii?b?Yw?= <z@e>", "a bc", "z@e"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.from);
    const auto info = read("From: " + c.from + "\n\nx\n");
    // A name with an address in it gives way to the address that was found first.
    EXPECT_EQ(info.author, c.author == "<z@e>" ? c.email : c.author);
    EXPECT_EQ(info.email, c.email);
  }
}

TEST(Mailinfo, AnUnendedQuoteIsNoted) {
  EXPECT_TRUE(read("From: \"Zoe <z@e>\n\nx\n").reading.from_unended);
  EXPECT_TRUE(read("From: (Zoe <z@e>\n\nx\n").reading.from_unended);
  EXPECT_FALSE(read("From: \"Zoe (\" <z@e>\n\nx\n").reading.from_unended);
}

TEST(Mailinfo, TheSubjectWithoutItsPrefixes) {
  const char* const cases[][2] = {
      {"[PATCH v2 1/3] a", "a"},
      {"Re: [x] RE: a", "a"},
      {": a:\tb  c", "a: b c"},
      {"[a", "[a"},
      {"Re:", "Re:"},
      {"[a] ]b", "]b"},
      {"=?utf-8?q?=5Bx=5D_y?=", "y"},
      {"a\n\t b", "a b"},
      {"Rea", "Rea"},
      {"", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(read("Subject: " + std::string(c[0]) + "\n\nx\n").subject, c[1]) << c[0];
}

TEST(Mailinfo, TheHeaderBlockEndsAtWhatIsNoHeader) {
  EXPECT_EQ(read("Date: a\nSubject : b\nSubject: c\n\nd\n").message, "Subject : b\nSubject: c\n\nd\n");
  EXPECT_EQ(read("Subject: a\n \t\n b\n\nc\n").subject, "a b");  // a line of white space continues
  EXPECT_EQ(read("\n\nFrom 1 2\n>From 3\nSubject: a\nno header  \nb\n").message, "no header\nb\n");
  EXPECT_EQ(read("Subject: a\nX-Last: b\n").message, "X-Last: b");  // git's, where the text ends with the headers
}

TEST(Mailinfo, OfTwoHeadersTheLastCounts) {
  const auto info = read("From: A <a@a>\nFROM: B <b@b>\nSubject: a\nsubject: b\nDate: 1\nDate: 2\nDate: 3\n\nx\n");
  EXPECT_EQ(info.author, "B");
  EXPECT_EQ(info.subject, "b");
  EXPECT_EQ(info.date, "3");
  EXPECT_EQ(info.reading.from, 2u);
  EXPECT_EQ(info.reading.subject, 2u);
  EXPECT_EQ(info.reading.date, 3u);
}

TEST(Mailinfo, BrokenWordsFail) {
  for (const char* word : {"=?", "=?utf-8?q?x", "=?utf-8?x?y?=", "=?utf-8 x", "=?utf-8?q?=00?="}) {
    EXPECT_TRUE(fails("Subject: " + std::string(word) + "\n\nx\n")) << word;
    EXPECT_TRUE(fails(kHead + "\nSubject: " + word + "\n\n---\n")) << word;
    EXPECT_FALSE(fails("X-Other: " + std::string(word) + "\n\nx\n")) << word;
  }
  EXPECT_TRUE(fails(""));
  EXPECT_TRUE(fails(" \n\r\n\t"));
}

TEST(Mailinfo, WhereThePatchStarts) {
  for (const char* start : {"diff -u a b\n", "Index: a\n", "--- a\n", "---\n", "--- \t\r\n", "--- "}) {
    const auto info = read_body("text\n" + std::string(start));
    EXPECT_EQ(info.message, "text\n") << start;
    EXPECT_EQ(info.patch, start);
  }
  for (const char* text : {"diff a\n", "Index:\n", "----\n", "--- - \n"}) {
    const bool starts = std::string(text) == "--- - \n";
    EXPECT_EQ(read_body(text).patch.empty(), !starts) << text;
  }
}

TEST(Mailinfo, HeadersOnTopOfTheBodyCountWithAPatchOnly) {
  const std::string top =
      "\n>From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: Ann <ann@e>\nSubject: other\n"
      "  words\ndate: then\n\ntext\n";
  auto info = read_body(top + "---\n");
  EXPECT_EQ(info.author, "Ann");
  EXPECT_EQ(info.subject, "other words");
  EXPECT_EQ(info.date, "then");
  EXPECT_EQ(info.message, "text\n");
  EXPECT_TRUE(info.reading.in_body_from && info.reading.in_body_subject && info.reading.in_body_date);
  EXPECT_FALSE(info.reading.lines_lost);

  info = read_body(top);
  EXPECT_EQ(info.author, "Zoe");
  EXPECT_EQ(info.subject, "demo");
  EXPECT_EQ(info.message, "text\n");
  EXPECT_FALSE(info.reading.in_body_from || info.reading.in_body_subject || info.reading.in_body_date);
  EXPECT_TRUE(info.reading.lines_lost);

  EXPECT_EQ(read_body("[PATCH] x y\ntext\n---\n").subject, "x y");
  EXPECT_EQ(read_body("From: a@b\nFrom: c@d\n---\n").message, "From: c@d\n");
  EXPECT_EQ(read_body(" From: a@b\n---\n").message, " From: a@b\n");
}

TEST(Mailinfo, EncodingsOfTheBody) {
  const auto decoded = [](const std::string& encoding, const std::string& body) {
    return read(kHead + "Content-Transfer-Encoding: " + encoding + "\n\n" + body).message;
  };
  EXPECT_EQ(decoded("quoted-printable", "a=3D=3d=zz=\nb=20\n=41=42\n"), "a===zzb \nAB\n");
  EXPECT_EQ(decoded("BASE64", base64("one\ntwo") + "\n!" + base64(" three\r\n") + "\n"), "one\ntwo three\r\n");
  EXPECT_EQ(decoded("8bit", "a=3D\n"), "a=3D\n");
  const auto cut = read(kHead + "Content-Transfer-Encoding: quoted-printable\n\na" + std::string(1, '\0') + "b\nc\n");
  EXPECT_EQ(cut.message, "ac\n");
  EXPECT_TRUE(cut.reading.nul_cut);
  const std::string kept = "a" + std::string(1, '\0') + "b\rc\v\f\n";
  EXPECT_EQ(read_body(kept).message, kept);
}

TEST(Mailinfo, CharsetsAreKeptOrConverted) {
  const std::string raw =
      "Subject: =?iso-8859-1?q?=E9?=\nContent-Type: text/plain; charset=ISO-8859-1\n\n\xe9\n---\n\xe9\n";
  const auto kept = read(raw), converted = read(raw, Charsets::kConverted);
  EXPECT_EQ(kept.subject, "\xe9");
  EXPECT_EQ(kept.message, "\xe9\n");
  EXPECT_TRUE(kept.reading.other_charset);
  EXPECT_EQ(converted.subject, "\xc3\xa9");
  EXPECT_EQ(converted.message, "\xc3\xa9\n");
  EXPECT_EQ(converted.patch, "---\n\xe9\n");  // a patch is bytes
  for (const char* name : {"us-ascii", "x-unknown"}) {
    const auto text = "Content-Type: text/plain; charset=" + std::string(name) + "\n\n\xe9\n";
    EXPECT_FALSE(fails(text)) << name;
    EXPECT_TRUE(fails(text, Charsets::kConverted)) << name;
  }
  EXPECT_FALSE(read("Content-Type: text/plain; charset=iso-8859-1\n\nplain\n").reading.other_charset);
  EXPECT_TRUE(read("Content-Type: text/plain; charset=utf-7\n\nplain\n").reading.other_charset);
}

TEST(Mailinfo, EachLineIsConvertedByItself) {
  const auto converted = [](const std::string& charset, const std::string& body) {
    return read("Content-Type: text/plain; charset=" + charset + "\n\n" + body, Charsets::kConverted).message;
  };
  EXPECT_EQ(converted("utf-16",
                      "\xff\xfe"
                      "a\n\xfe\xff"
                      "b\nc\n"),
            "\xe0\xa9\xa1\xe6\x88\x8a\xe0\xa9\xa3");
  EXPECT_EQ(converted("iso-2022-jp", "\x1b$B$\"\n$\"\n"), "\xe3\x81\x82\n$\"\n");
  EXPECT_EQ(converted("windows-1258", "a"), "");  // it may combine with what follows; git does not ask for the rest
}

TEST(Mailinfo, FlowedLinesAreJoined) {
  const auto flowed = [](const char* more, const char* body) {
    return read(kHead + "Content-Type: text/plain; format=flowed" + more + "\n\n" + body);
  };
  EXPECT_EQ(flowed("", "a \n b \nc\n-- \nd\n").message, "a b c\n-- \nd\n");
  EXPECT_EQ(flowed("; delsp=yes", "a \nb\n").message, "ab\n");
  EXPECT_TRUE(flowed("", " a\n").reading.flowed);
  EXPECT_FALSE(flowed("", "a\n").reading.flowed);
}

TEST(Mailinfo, Parts) {
  const std::string top = kHead + "Content-Type: multipart/mixed; boundary=\"b\"\n\n";
  auto info = read(top + "--b\n\none\n--b\nContent-Type: text/html; charset=x\n\ntwo\n--b--\n");
  EXPECT_EQ(info.message, "one\ntwo\n\n");
  EXPECT_EQ(info.reading.text_parts, 2u);
  EXPECT_TRUE(info.reading.charsets_differ);
  EXPECT_FALSE(info.reading.outside_text || info.reading.boundary_elsewhere || info.reading.nested);

  EXPECT_TRUE(read(top + "before\n--b\n\none\n--b--\n").reading.outside_text);
  EXPECT_TRUE(read(top + "--b\n\none\n--b--\nafter\n").reading.outside_text);
  EXPECT_TRUE(read(top + "--b\nno header\none\n--b--\n").reading.outside_text);
  EXPECT_EQ(read(top + "--b\n\none\n--bc\n\ntwo\n").message, "one\ntwo\n");  // a boundary is a beginning
  EXPECT_EQ(read(top + "nothing\n").message, "");
  EXPECT_TRUE(read("Content-Type: text/plain; x-boundary=b\n\nlost\n--b\n\none\n").reading.boundary_elsewhere);

  info = read("Content-Type: multipart/mixed; boundary=b\n\n--b\nSubject: s\n\none\n");
  EXPECT_EQ(info.subject, "s");
  EXPECT_TRUE(info.reading.part_header);
}

// git does not look for a boundary in the line below a part's headers.
TEST(Mailinfo, PartsNestFourDeep) {
  std::string raw;
  for (int depth = 1; depth <= 5; ++depth) {
    const auto name = "b" + std::to_string(depth);
    raw += "Content-Type: multipart/mixed; boundary=" + name + "\n\n\n--" + name + "\n";
    const auto text = raw + "\ntext\n";
    EXPECT_EQ(fails(text), depth == 5) << depth;
    if (depth < 5) {
      const auto info = read(text);
      EXPECT_EQ(info.message, "text\n");
      EXPECT_EQ(info.reading.nested, depth > 1);
    }
  }
}

TEST(Mailinfo, TooLarge) {
  const auto info = mailinfo(std::string(kMaxMailinfoBytes + 1, 'x'));
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().kind, Error::Kind::kTooLarge);
}

}  // namespace
}  // namespace lorelei::mail
