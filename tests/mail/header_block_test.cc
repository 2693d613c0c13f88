// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/header_block.hh"

#include <gtest/gtest.h>

namespace lorelei::mail {
namespace {

TEST(SplitMessage, Table) {
  const struct {
    const char *name, *message, *header, *body, *line_end;
    bool has_body;
  } cases[] = {
      {"usual", "A: b\n\nbody\n", "A: b\n", "body\n", "\n", true},
      {"CRLF", "A: b\r\n\r\nbody\r\n", "A: b\r\n", "body\r\n", "\r\n", true},
      {"LF header, CRLF body", "A: b\n\nx\r\n\r\ny", "A: b\n", "x\r\n\r\ny", "\n", true},
      {"mixed empty line", "A: b\n\r\nx", "A: b\n", "x", "\r\n", true},
      {"empty body", "A: b\n\n", "A: b\n", "", "\n", true},
      {"header only", "A: b\nC: d\n", "A: b\nC: d\n", "", "\n", false},
      {"header only, CRLF", "A: b\r\n", "A: b\r\n", "", "\r\n", false},
      {"no line end, so no header", "A: b", "", "A: b", "\n", true},
      {"no header line", "just text\nmore\n", "", "just text\nmore\n", "\n", true},
      {"starts empty", "\n\nx", "\n", "x", "\n", true},
      {"nothing", "", "", "", "\n", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Halves halves = split_message(c.message);
    EXPECT_EQ(halves.header, c.header);
    EXPECT_EQ(halves.body, c.body);
    EXPECT_EQ(halves.line_end, c.line_end);
    EXPECT_EQ(halves.has_body, c.has_body);
  }
}

std::string shown(std::string_view block) {
  std::string out;
  for (const Field& field : fields_in(block)) out += "[" + std::string(field.name) + "|" + unfolded(field.value) + "]";
  return out;
}

TEST(FieldsIn, FoldingGoodAndBad) {
  const struct {
    const char *name, *block, *fields;
  } cases[] = {
      {"usual", "A: b\nC:d\n", "[A|b][C|d]"},
      {"folded", "A: b\n c\n\td\n", "[A|b c d]"},
      {"folded by CRLF", "A: b\r\n  c\r\n", "[A|b c]"},
      {"wrapped without indent", "Subject: long\nrest of it\nTo: x\n", "[Subject|long rest of it][To|x]"},
      {"space before the colon", "A: b\nnot a header: x\nC: d\n", "[A|b not a header: x][C|d]"},
      {"neither", "A: b\ngarbage\n more\nC: d\n", "[A|b][C|d]"},
      {"empty value", "A:\nB: \n", "[A|][B|]"},
      {"value below", "A:\n b\n", "[A|b]"},
      {"two folds", "A: b\n \n c\n", "[A|b  c]"},
      {"not ended", "A: b\nC: d", "[A|b]"},
      {"at once folded", " x\nA: b\n", "[A|b]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(shown(c.block), c.fields);
  }
}

TEST(WithoutFields, ContinuationsGoToo) {
  const std::string_view names[] = {"status", "X-Gone"};
  EXPECT_EQ(without_fields("A: 1\nStatus: R\n O\nB: 2\nx-gone: y\nSTATUS: z\n", names), "A: 1\nB: 2\n");
  EXPECT_EQ(without_fields("A: 1\nB: 2\n", names), "A: 1\nB: 2\n");
  EXPECT_EQ(without_fields("", names), "");
}

TEST(WithoutFromLine, OnlyAtTheVeryStart) {
  EXPECT_EQ(without_from_line("From a b\nA: b\n\nFrom c\n"), "A: b\n\nFrom c\n");
  EXPECT_EQ(without_from_line("\r\n\nFrom a b\r\nA: b\n"), "A: b\n");
  EXPECT_EQ(without_from_line("From: a\n\nx"), "From: a\n\nx");
  EXPECT_EQ(without_from_line("From without end"), "From without end");
  EXPECT_EQ(without_from_line(""), "");
}

}  // namespace
}  // namespace lorelei::mail
