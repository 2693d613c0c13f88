// SPDX-License-Identifier: GPL-3.0-or-later
// The translation as the parser of modules sees it.
#include <gtest/gtest.h>

#include "tests/tla/pluscal.hh"
#include "tla/parser.hh"

namespace lorelei::tla::pluscal {
namespace {

constexpr auto kAlgorithm = R"(---- MODULE M ----
EXTENDS Naturals, Sequences, TLC
(* --fair algorithm M
variables x = 0, y = [i \in 1..2 |-> [f |-> 0]];
define
  Big == \/ x > 2
         \/ y[1].f = 3
end define;
macro inc(v, n) begin v := v + n; assert v > 0; end macro;
procedure f(n, k = 1) variables l = n + k; begin
f1: if n = 0 then return; else call f(n - 1, k); return; end if;
end procedure;
fair process p = 7 variables u = self; begin
a:+ u := self + x; call f(u, 1); goto c;
c:- inc(y[1].f, 2); print <<u, "text \" of">>;
end process;
fair+ process q \in {1, 2} variables v = self, w \in {v}; begin
b: while TRUE do
     with i \in {v, w}, j = i do x := j || v := i; end with;
     either await /\ x > 0 /\ \/ v = 1
                              \/ w = 2
                  /\ Big;
     or call f(v, w); goto b; end either;
   end while;
end process;
end algorithm; *)
)";

// "LINE:COLUMN KIND TEXT" of each token.
std::string listing(const std::vector<Token>& tokens) {
  std::string out;
  for (const auto& token : tokens)
    out += fmt::format("{}:{} {} {}\n", token.at.line, token.at.column, static_cast<int>(token.kind), token.text);
  return out;
}

TEST(PluscalModule, TokensAreThoseOfTheText) {
  for (const auto* region : {"", "\\* BEGIN TRANSLATION\nold == \\* END TRANSLATION\n",
                             "\\* BEGIN TRANSLATION\nold ==\nvery old\n\\* END TRANSLATION\n"}) {
    const auto file =
        fmt::format("text before\n{}{}Later == /\\ x = 1\n         /\\ c\n====\ntext ` behind", kAlgorithm, region);
    const Source source("M.tla", file);
    auto out = translated_file(source);
    ASSERT_TRUE(out.all) << out.messages;
    std::vector<Diagnostic> diagnostics;
    const auto tokens = module_tokens(source, *out.all, diagnostics);
    const auto text = with_translation(file, source, out.all->found, out.text);
    const Source written("M.tla", text);
    auto again = read_tokens(written, static_cast<std::uint32_t>(text.find("----")),
                             static_cast<std::uint32_t>(text.rfind("====") + 4), diagnostics);
    again.pop_back();
    EXPECT_EQ(lines_of(diagnostics), "");
    EXPECT_EQ(listing(tokens), listing(again));
  }
}

TEST(PluscalModule, IsParsed) {
  const Source source("M.tla", fmt::format("{}Later == Next /\\ c\n====\n", kAlgorithm));
  auto out = translated_file(source);
  EXPECT_EQ(out.messages.find("error"), std::string::npos);
  ASSERT_TRUE(out.all) << out.messages;
  std::vector<Diagnostic> diagnostics;
  const auto tokens = module_tokens(source, *out.all, diagnostics);
  Parser parser(tokens, diagnostics);
  const auto module = parser.module();
  EXPECT_EQ(lines_of(diagnostics), "");
  ASSERT_FALSE(parser.failed());
  const auto text = to_text(*module);
  EXPECT_NE(text.find("(== Later"), std::string::npos);
  EXPECT_NE(text.find("(== Spec"), std::string::npos);
}

TEST(PluscalModule, ErrorsAreInTheUsersSource) {
  EXPECT_EQ(messages("--algorithm A variables x = 0; begin\na: x := 1 + ;\nb: await x = * 1; c: x := 1 = 2 = 3;\n"
                     "end algorithm"),
            "3:12 expected an expression, not the end\n4:14 expected an expression, not '*'\n"
            "4:33 '=' cannot follow '=' without parentheses\n");
}

}  // namespace
}  // namespace lorelei::tla::pluscal
