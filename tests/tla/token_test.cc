// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/token.hh"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei::tla {
namespace {

struct Read {
  std::string words, wrong;
};

// Words as KIND:TEXT, parted by blanks; diagnostics as LINE:COLUMN TEXT.
Read read(std::string_view text) {
  const Source source("m.tla", text);
  std::vector<Diagnostic> diagnostics;
  Read out;
  for (const auto& token : read_tokens(source, 0, static_cast<std::uint32_t>(source.text().size()), diagnostics)) {
    if (token.kind == TokenKind::kEnd) break;
    out.words += out.words.empty() ? "" : " ";
    out.words += "nds'-="[static_cast<int>(token.kind)];
    out.words += ':';
    out.words += token.text;
  }
  for (const auto& one : diagnostics) {
    const auto at = source.position(one.place.begin);
    out.wrong += fmt::format("{}:{} {}\n", at.line, at.column, one.text);
  }
  return out;
}

struct Case {
  const char *text, *words;
};

TEST(TlaTokens, OfEveryKind) {
  const Case cases[] = {
      {"x 1x _x x_1 0_a", "n:x n:1x n:_x n:x_1 n:0_a"},
      {"12 1.5 1..2 \\b101 \\o17 \\hfF", "d:12 d:1.5 d:1 ':.. d:2 d:\\b101 d:\\o17 d:\\hfF"},
      {R"("a\"b\\\t")", "s:a\"b\\\t"},
      {"F(_, _)", "n:F ':( ':_ ', ':_ ':)"},
      {"----MODULE M ---- ====", "-:---- n:MODULE n:M -:---- =:===="},
      {"WF_v(A) SF_<<x>>(A)", "n:WF_ n:v ':( n:A ':) n:SF_ ':<< n:x ':>> ':( n:A ':)"},
      {"[A]_v <<A>>_v", "':[ n:A ':]_ n:v ':<< n:A ':>>_ n:v"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    std::string words = c.words;
    for (std::size_t at = 0; (at = words.find("',", at)) != std::string::npos; at += 3) words.replace(at, 2, "':,");
    const auto got = read(c.text);
    EXPECT_EQ(got.words, words);
    EXPECT_EQ(got.wrong, "");
  }
}

TEST(TlaTokens, TheLongestSymbolIsTaken) {
  EXPECT_EQ(read("/\\\\/ => =<").words, "':/\\ ':\\/ ':=> ':<=");
  EXPECT_EQ(read("|-> |- | || -+-> -> -- -. <- <=> ... :=").words,
            "':|-> ':|- ':| ':|| ':-+-> ':-> ':-- ':-. ':<- ':<=> ':... '::=");
  EXPECT_EQ(read("S\\T \\subseteq\\subset \\notin \\AA").words,
            "n:S ':\\ n:T ':\\subseteq ':\\subset ':\\notin ':\\AA");
  EXPECT_EQ(read("x=<<1>>").words, "n:x ':= ':<< d:1 ':>>");
}

TEST(TlaTokens, SpellingsOfOneOperatorAreOne) {
  EXPECT_EQ(read("# /= \\neg \\lnot \\circ \\leq \\times \\union").words, "':/= ':/= ':~ ':~ ':\\o ':<= ':\\X ':\\cup");
  EXPECT_EQ(read("∀x∈ℕ:x≥0∧¬y′").words, "':\\A n:x ':\\in n:Nat ':: n:x ':>= d:0 ':/\\ ':~ n:y ':'");
  EXPECT_EQ(read("⟨a⟩_v ≜ □A ↦").words, "':<< n:a ':>>_ n:v ':== ':[] n:A ':|->");
}

TEST(TlaTokens, CommentsAreLeftOut) {
  EXPECT_EQ(read("a \\* b (* c\nd (* e (* f *) g \\* *) h").words, "n:a n:d n:h");
  EXPECT_EQ(read("a (***) b (**) c").words, "n:a n:b n:c");
  EXPECT_EQ(read("a\n (* b (* c *)").wrong, "2:2 a comment that begins here has no end\n");
}

TEST(TlaTokens, ColumnsAreCodePointsAndTabsAreBlanks) {
  const Source source("m.tla", "∧ a\tb\n\t\"é\" c\r\nd");
  std::vector<Diagnostic> diagnostics;
  std::vector<std::pair<unsigned, unsigned>> at;
  for (const auto& token : read_tokens(source, 0, 100, diagnostics)) {
    at.emplace_back(token.at.line, token.at.column);
    const auto again = source.position(token.place.begin);
    EXPECT_EQ(std::make_pair(again.line, again.column), std::make_pair(token.at.line, token.at.column));
  }
  const std::vector<std::pair<unsigned, unsigned>> expected{{1, 1}, {1, 3}, {1, 9}, {2, 9}, {2, 13}, {3, 1}, {3, 2}};
  EXPECT_EQ(at, expected);
  EXPECT_EQ(source.line_at(3), "d");
  EXPECT_EQ(source.line_at(4), "");
}

TEST(TlaTokens, WhatIsNoWordIsSaidAndReadingGoesOn) {
  const auto got = read("a ? b ``\n\"open\n\"\\q\" \xff\xfe c");
  EXPECT_EQ(got.words, "n:a n:b s:open s:\\q n:c");
  EXPECT_EQ(got.wrong,
            "1:3 '?' is nothing that TLA+ knows\n"
            "1:7 '``' is nothing that TLA+ knows\n"
            "2:1 a string that begins here has no end on this line\n"
            "3:2 a backslash in a string stands before one of \" \\ t n f r\n"
            "3:6 '\xff\xfe' is nothing that TLA+ knows\n");
}

TEST(TlaTokens, APartOfASourceKeepsItsPlaces) {
  const Source source("m.tla", "x\n  abc def");
  std::vector<Diagnostic> diagnostics;
  const auto tokens = read_tokens(source, 4, 7, diagnostics);
  ASSERT_EQ(tokens.size(), 2u);
  EXPECT_EQ(tokens[0].text, "abc");
  EXPECT_EQ(tokens[0].at.line, 2u);
  EXPECT_EQ(tokens[0].at.column, 3u);
  EXPECT_EQ(tokens[1].place.begin, 7u);
}

TEST(TlaDiagnostics, ShowTheLineAndACaret) {
  const Source source("m.tla", "x == 1\n\t∈ 漢 y\n");
  EXPECT_EQ(to_text({Diagnostic::Severity::kError, 4200, {&source, 23, 24}, "y is unknown", "define it"}),
            "m.tla:2:13: error: y is unknown\n"
            "          ∈ 漢 y\n"
            "               ^\n"
            "  try: define it");
  EXPECT_EQ(to_text({Diagnostic::Severity::kWarning, 0, {}, "odd", ""}), "warning: odd");
}

}  // namespace
}  // namespace lorelei::tla
