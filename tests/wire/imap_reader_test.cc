// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/imap_reader.hh"

#include <gmock/gmock.h>

namespace lorelei::wire {
namespace {

using testing::ElementsAre;

// What comes out when the bytes come in pieces of `step`.
std::vector<std::string> responses(std::string_view bytes, std::size_t step, std::uint64_t max_literal = 1000) {
  ImapReader reader(max_literal);
  std::vector<std::string> all;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    reader.feed(bytes.substr(at, step));
    for (;;) {
      auto response = reader.next();
      EXPECT_TRUE(response);
      if (!response || !*response) break;
      all.push_back((*response)->text + ((*response)->is_cut ? " cut" : ""));
    }
  }
  return all;
}

TEST(ImapReader, CutsResponsesWhereverTheNetworkCutsThem) {
  const std::string bytes =
      "* OK ready {5}\r\n* 1 FETCH (BODY[] {12}\r\nline\r\n{3}\r\nx UID 7)\r\n+ go {1}\r\nA1 NO {9}\n"
      "* LIST () \"/\" {3}\r\na\nb\r\n* 2 FETCH (X ~{0}\r\n {2+}\r\n\r\n)\r\n* {1}\r\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    SCOPED_TRACE(step);
    EXPECT_THAT(responses(bytes, step),
                ElementsAre("* OK ready {5}", "* 1 FETCH (BODY[] {12}\r\nline\r\n{3}\r\nx UID 7)", "+ go {1}",
                            "A1 NO {9}", "* LIST () \"/\" {3}\r\na\nb", "* 2 FETCH (X ~{0}\r\n {2}\r\n\r\n)"));
  }
}

TEST(ImapReader, PassesOverALiteralThatIsTooLong) {
  const std::string bytes = "* 1 FETCH (BODY[] {11}\r\n12345678901 UID 7)\r\n* 1 EXISTS\r\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step)
    EXPECT_THAT(responses(bytes, step, 10), ElementsAre("* 1 FETCH (BODY[] {0}\r\n UID 7) cut", "* 1 EXISTS"));
}

TEST(ImapReader, LiteralsOfOneResponseShareTheLimit) {
  const std::string bytes =
      "* 1 FETCH (A {6}\r\n123456 B {6}\r\n123456 C {4}\r\n1234 D {1}\r\n1)\r\n* 1 FETCH (A {9}\r\n123456789)\r\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step)
    EXPECT_THAT(responses(bytes, step, 10),
                ElementsAre("* 1 FETCH (A {6}\r\n123456 B {0}\r\n C {4}\r\n1234 D {0}\r\n) cut",
                            "* 1 FETCH (A {9}\r\n123456789)"));
}

TEST(ImapReader, EndsWithALineThatIsTooLong) {
  ImapReader reader;
  const std::string part(1 << 20, 'x');
  for (int i = 0; i < 32; ++i) {
    reader.feed(part);
    ASSERT_TRUE(reader.next());
  }
  reader.feed(part);
  const auto response = reader.next();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Error::Kind::kTooLarge);
  EXPECT_FALSE(reader.next());
}

}  // namespace
}  // namespace lorelei::wire
