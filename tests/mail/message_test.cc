// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/message.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei::mail {
namespace {

using testing::ElementsAre;

// "depth:index[text]" of each part; "-" for what is not text, "s" before an embedded message.
std::string parts(std::string_view raw) {
  std::string out;
  each_part(Entity(raw), [&out](const Part& part) {
    out += (part.entity.is_submessage() ? "s" : "") + std::to_string(part.depth) + ":" + part.index;
    out += "[" + part.entity.text().value_or("-") + "]";
    return true;
  });
  return out;
}

std::string multipart(std::string_view body) {
  return "Content-Type: multipart/mixed; boundary=b\n\n" + std::string(body);
}

TEST(Entity, HeadersByAnyCaseInOrder) {
  const Entity entity("To: a\nX: 1\nto: b,\n c\n\n");
  EXPECT_THAT(entity.header_raw("TO"), ElementsAre("a", "b, c"));
  EXPECT_EQ(entity.first_header_raw("x"), "1");
  EXPECT_EQ(entity.first_header_raw("Y"), std::nullopt);
}

TEST(Entity, EncodedWordsAreDecodedInKnownHeadersOnly) {
  const Entity entity(
      "Subject: =?utf-8?q?=C3=A9?=\nX-Other: =?utf-8?q?=C3=A9?=\nFrom: =?utf-8?q?J=C3=B6rg?= <j@x>\n\n");
  EXPECT_THAT(entity.header("subject"), ElementsAre("é"));
  EXPECT_THAT(entity.header("X-Other"), ElementsAre("=?utf-8?q?=C3=A9?="));
  EXPECT_THAT(entity.header("From"), ElementsAre("Jörg <j@x>"));
}

TEST(Entity, AHugeHeaderIsCutAtALineEnd) {
  std::string raw = "A: 1\n";
  while (raw.size() <= kMaxHeaderBytes) raw += "X: " + std::string(990, 'x') + "\n";
  raw += "Z: last\n\nbody";
  const Entity entity(raw);
  EXPECT_LE(entity.header_block().size(), kMaxHeaderBytes);
  EXPECT_TRUE(entity.header_block().ends_with("\n"));
  EXPECT_EQ(entity.first_header_raw("Z"), std::nullopt);
  EXPECT_EQ(entity.body_raw(), "body");
}

TEST(Text, ByCharsetAndTransferEncoding) {
  const struct {
    const char *name, *raw, *text;
  } cases[] = {
      {"no charset: bytes", "Content-Type: text/plain\n\n\xe9", "\xe9"},
      {"no header: ASCII fails, UTF-8 fits", "A: b\n\n\xc3\xa9", "é"},
      {"no header: neither fits", "A: b\n\n\xe9", "\xe9"},
      {"Latin-1", "Content-Type: text/plain; charset=iso-8859-1\n\n\xe9", "é"},
      {"unknown charset, UTF-8", "Content-Type: text/plain; charset=x-unknown\n\n\xc3\xa9", "é"},
      {"lying charset", "Content-Type: text/plain; charset=utf-8\n\n\xe9", "\xe9"},
      {"7bit that is not", "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n\n\xc3\xa9",
       "\xc3\xa9"},
      {"base64", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nw6k=\n", "é"},
      {"quoted-printable",
       "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: Quoted-Printable\n\n=C3=A9\n", "é\r\n"},
      {"unknown encoding", "Content-Transfer-Encoding: uuencode\n\nx", "x"},
      {"HTML is not text", "Content-Type: text/html; charset=utf-8\n\nx", "-"},
      {"HTML in capitals is", "Content-Type: text/HTML; charset=utf-8\n\nx", "x"},
      {"a patch without charset", "Content-Type: text/x-patch\n\n\xc3\xa9", "é"},
      {"multipart/mixed that has no parts", "Content-Type: multipart/mixed\n\nx", "x"},
      {"octets that are text", "Content-Type: application/octet-stream\n\na\tb\n\xc3\xa9", "a\tb\né"},
      {"octets that are not", "Content-Type: application/octet-stream\n\na\x01", "-"},
      {"an image", "Content-Type: image/png\n\nx", "-"},
      {"an application that names a charset", "Content-Type: application/x; charset=utf-8\n\nx", "x"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(Entity(c.raw).text().value_or("-"), c.text);
  }
}

TEST(Text, SaysWhetherItWasDecoded) {
  EXPECT_EQ(Entity("Content-Type: text/plain; charset=utf-8\n\nx").decoded_text()->form, Text::Form::kCharacters);
  EXPECT_EQ(Entity("Content-Type: text/plain\n\nx").decoded_text()->form, Text::Form::kBytes);
}

TEST(Filename, WhereItIsLookedFor) {
  const struct {
    const char *header, *name;
  } cases[] = {
      {"Content-Disposition: attachment; filename=a\nContent-Type: text/plain; name=b\n", "a"},
      {"Content-Disposition: attachment; filename=\"\"\nContent-Type: text/plain; name=b\n", "b"},
      {"Content-Type: text/plain; name=\"=?utf-8?q?=C3=A9?=\"\n", "é"},
      {"Content-Disposition: attachment; filename==?utf-8?q?=C3=A9?=\n", "é"},
      {"Content-Disposition: attachment\n", "-"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.header);
    EXPECT_EQ(Entity(std::string(c.header) + "\nx").filename().value_or("-"), c.name);
  }
}

TEST(EachPart, Table) {
  const struct {
    const char* name;
    std::string raw;
    const char* parts;
  } cases[] = {
      {"no multipart", "A: b\n\nx", "0:1[x]"},
      {"two parts", multipart("--b\n\none\n--b\n\ntwo\n--b--\n"), "1:1[one]1:2[two]"},
      {"the epilogue goes", multipart("--b\n\none\n--b--\nepilogue\n--b\n\nno\n"), "1:1[one]"},
      {"the preamble goes", multipart("hello\n--b\n\none\n--b--\n"), "1:1[one]"},
      {"but not with a colon", multipart("From: me\n--b\n\none\n--b--\n"), "1:1[From: me]1:2[one]"},
      {"never closed", multipart("--b\n\none\n\n"), "1:1[one\n]"},
      {"blank parts are not there", multipart("--b\n\none\n--b\n \n\n--b\n\ntwo\n--b--\n"), "1:1[one]1:2[two]"},
      {"delimiters in a row", multipart("--b\n--b\n\none\n--b--\n"), "1:1[one]"},
      {"blanks behind a delimiter", multipart("--b \t\n\none\n--b-- \n"), "1:1[one]"},
      {"a longer line is none", multipart("--bb\n--b\n\none\n--bx\n--b--\n"), "1:1[one\n--bx]"},
      {"no delimiter at all", multipart("just text\n"), "0:1[just text\n]"},
      {"nothing in it", multipart("--b\n\n--b--\n"), ""},
      {"nested",
       multipart("--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nin\n--c--\n--b\n\nout\n--b--\n"),
       "2:1.1[in]1:2[out]"},
      {"a message inside", multipart("--b\nContent-Type: message/rfc822\n\nSubject: x\n\nin\n--b--\n"),
       "1:1[-]s2:1.1[in]"},
      {"a message as a whole", "Content-Type: message/rfc822\n\nSubject: x\n\nin\n", "0:0[-]s1:1[in\n]"},
      {"a message with parts inside",
       multipart("--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; "
                 "boundary=c\n\n--c\n\nin\n--c--\n--b--\n"),
       "1:1[-]s2:1.1[-]3:1.1.1[in]"},
      {"CRLF", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n", "1:1[one]"},
      {"quoted boundary", "Content-Type: multipart/mixed; boundary=\"a b\"\n\n--a b\n\none\n--a b--\n", "1:1[one]"},
      {"part with a header of its own", multipart("--b\nX: y\n\none\n--b--\n"), "1:1[one]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(parts(c.raw), c.parts);
  }
}

TEST(EachPart, StopsWhenToldTo) {
  int seen = 0;
  each_part(Entity(multipart("--b\n\none\n--b\n\ntwo\n--b--\n")), [&seen](const Part&) { return ++seen < 1; });
  EXPECT_EQ(seen, 1);
}

TEST(EachPart, ThousandsOfPartsEndAtTheLimit) {
  std::string body;
  for (int i = 0; i < 10000; ++i) body += "--b\n\npart\n";
  int seen = 0;
  each_part(Entity(multipart(body + "--b--\n")), [&seen](const Part&) { return ++seen, true; });
  EXPECT_EQ(seen, kMaxParts);
}

// Multiparts of depth levels around the text "core".
std::string nested(int depth) {
  std::string raw = "core\n";
  for (int level = 0; level < depth; ++level) {
    const std::string b = "b" + std::to_string(level);
    raw = "Content-Type: multipart/mixed; boundary=" + b + "\n\n--" + b + "\n" + (level == 0 ? "\n" : "") + raw +
          "\n--" + b + "--\n";
  }
  return raw;
}

TEST(EachPart, DeepNestingIsOneLeaf) {
  EXPECT_EQ(parts(nested(2)), "2:1.1[core\n]");
  int deepest = 0;
  each_part(Entity(nested(300)), [&deepest](const Part& part) { return deepest = part.depth, true; });
  EXPECT_EQ(deepest, kMaxNesting);
}

TEST(EachPart, ALongBoundaryCountsNot) {
  const std::string at_limit(kMaxBoundaryBytes, 'x'), beyond(kMaxBoundaryBytes + 1, 'x');
  const auto message = [](const std::string& b) {
    return "Content-Type: multipart/mixed; boundary=" + b + "\n\n--" + b + "\n\none\n--" + b + "--\n";
  };
  EXPECT_EQ(parts(message(at_limit)), "1:1[one]");
  EXPECT_TRUE(parts(message(beyond)).starts_with("0:1[--xxx"));
}

TEST(EachPart, LinearOnHostileInput) {
  const std::string dashes(kMaxBoundaryBytes, '-');
  std::string raw = "Content-Type: multipart/mixed; boundary=" + dashes + "\n\n";
  raw.append(8 << 20, '-').append("\n");
  EXPECT_FALSE(parts(raw).empty());
  std::string lines = multipart("");
  for (int i = 0; i < 1000000; ++i) lines += "--b x\n";
  EXPECT_FALSE(parts(lines).empty());
}

TEST(Entity, AnyBytesAreAMessage) {
  const std::string zeros(100, '\0');
  EXPECT_EQ(Entity(zeros).body_raw(), zeros);
  EXPECT_EQ(Entity("").text(), "");
  const std::string binary("Subject: a\0b\n\nx\0y", 17);
  EXPECT_EQ(Entity(binary).first_header_raw("Subject"), std::string("a\0b", 3));
}

}  // namespace
}  // namespace lorelei::mail
