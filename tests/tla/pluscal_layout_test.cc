// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_layout.hh"

#include <gtest/gtest.h>

#include "tests/tla/pluscal.hh"
#include "tla/pluscal_writer.hh"

namespace lorelei::tla::pluscal {
namespace {

Tokens read(const Source& source) {
  std::vector<Diagnostic> diagnostics;
  auto tokens = read_tokens(source, 0, static_cast<std::uint32_t>(source.text().size()), diagnostics);
  tokens.pop_back();
  return lay_out(tokens);
}
std::string text(const Tokens& tokens) {
  Writer writer(78);
  writer.put(tokens);
  return writer.take_text();
}

TEST(PluscalLayout, MovesColumnsRatherThanWords) {
  const Source source("", "   /\\ x = 1 /\\ \\/ a\n              \\/ b\n   /\\ c");
  auto pieces = pieces_of(read(source));
  for (auto& piece : pieces)
    if (piece.tokens.front().text == "x") append(piece.tokens, made("'[self]"));
  EXPECT_EQ(text(lay_out(pieces)), "/\\ x'[self] = 1 /\\ \\/ a\n                 \\/ b\n/\\ c");
}

TEST(PluscalLayout, AWordMayBecomeSeveralLines) {
  const Source body("", "f(p, 1) /\\ q\n        /\\ r"), argument("", "/\\ a\n/\\ b");
  auto pieces = pieces_of(read(body));
  pieces[2].tokens = in_parentheses(read(argument));
  EXPECT_EQ(text(lay_out(pieces)), "f((/\\ a\n   /\\ b), 1) /\\ q\n             /\\ r");
}

TEST(PluscalLayout, SpellsInAsciiWithGapsWhereTheyAreNeeded) {
  const Source source("", "x∈S∧y≤1");
  EXPECT_EQ(text(read(source)), "x\\in S/\\y<=1");
}

TEST(PluscalLayout, KnowsFieldsFromVariables) {
  const Source source("", "[f |-> f, g : g] r.f {f : f} [f \\in f |-> f] [r EXCEPT !.f = f, ![f] = I!f]");
  const auto tokens = read(source);
  FieldNames fields(tokens);
  std::string found;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool is_field = fields.is_field(i);
    if (tokens[i].text == "f" || tokens[i].text == "g") found += is_field ? '.' : 'v';
  }
  EXPECT_EQ(found, ".v.v.vvvvv.vv.");
}

TEST(PluscalLayout, WhatBindsStrongly) {
  const auto strong = [](std::string_view expression) {
    const Source source("", expression);
    return binds_strongly(read(source));
  };
  EXPECT_TRUE(strong("x + y * f[a = b] \\cup {c /\\ d}"));
  EXPECT_TRUE(strong("SUBSET S"));
  for (const auto* weak : {"a = b", "a /\\ b", "~a", "IF a THEN b ELSE c", "a \\in b", "\\A x \\in S : x"})
    EXPECT_FALSE(strong(weak)) << weak;
}

}  // namespace
}  // namespace lorelei::tla::pluscal
