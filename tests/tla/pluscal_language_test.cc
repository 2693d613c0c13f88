// SPDX-License-Identifier: GPL-3.0-or-later
// Each construct of PlusCal in both syntaxes, which must give the same translation; and what is neither.
#include <gtest/gtest.h>

#include "tests/tla/pluscal.hh"
#include "tla/parser.hh"

namespace lorelei::tla::pluscal {
namespace {

struct Pair {
  const char *p, *c;
};

// But for columns: those of comments and assertions, and of what stands further left in one of them.
std::string words_of(std::string text) {
  for (auto at = text.find("\\*"); at != text.npos; at = text.find("\\*", at)) text.erase(at, text.find('\n', at) - at);
  for (auto at = text.find(", column "); at != text.npos; at = text.find(", column ", at + 1))
    text.erase(at, text.find('.', at) - at);
  std::string out;
  for (const char c : text)
    if ((c != ' ' && c != '\n') || (!out.empty() && out.back() != ' ')) out += c == '\n' ? ' ' : c;
  return out;
}

TEST(PluscalLanguage, BothSyntaxes) {
  const Pair pairs[] = {
      // sections and declarations
      {"--algorithm A begin skip; end algorithm", "--algorithm A { { skip; } }"},
      {"--algorithm A begin skip end algorithm;", "--algorithm A { { skip } }"},
      {"--fair algorithm A begin a: skip; end algorithm", "--fair algorithm A { { a: skip; } }"},
      {"--algorithm A variable x; begin a: x := 1; end algorithm", "--algorithm A { variable x; { a: x := 1; } }"},
      {"--algorithm A variables x = 1, y \\in {1, 2}, z begin a: x := y; end algorithm",
       "--algorithm A { variables x = 1; y \\in {1, 2}; z { a: x := y } }"},
      {"--algorithm A variables x = 1; y = x; define B == x > 1 C(n) == n + x end define; begin a: x := 2; end "
       "algorithm",
       "--algorithm A { variables x = 1, y = x; define { B == x > 1 C(n) == n + x } { a: x := 2 } }"},
      {"--algorithm A variables x = 1; define S == {x} end define begin a: x := 2; end algorithm",
       "--algorithm A { variables x = 1; define { S == {x} }; { a: x := 2 } }"},
      {"--algorithm A variables x = 1; macro M() begin x := 2; end macro; macro N(p, q) begin M(); await p > q end "
       "macro "
       "begin a: M(); b: N(x, 3); end algorithm",
       "--algorithm A { variables x = 1; macro M() { x := 2 } macro N(p, q) { M(); await p > q }; { a: M(); b: N(x, "
       "3); "
       "} }"},
      // procedures
      {"--algorithm A variables x = 1; procedure P(a, b = 2) variables l = a, m; begin p1: l := b; p2: return; end "
       "procedure; procedure Q() begin q1: x := 2; q2: call P(1, 3); return; end procedure begin a: call Q(); b: skip; "
       "end algorithm",
       "--algorithm A { variables x = 1; procedure P(a, b = 2) variables l = a; m; { p1: l := b; p2: return } "
       "procedure "
       "Q() { q1: x := 2; q2: call P(1, 3); return }; { a: call Q(); b: skip } }"},
      {"--algorithm A procedure P(a) begin p1: if a > 0 then call P(a - 1); goto p2; end if; p2: return; end "
       "procedure; "
       "begin a: call P(3); end algorithm",
       "--algorithm A { procedure P(a) { p1: if (a > 0) { call P(a - 1); goto p2 }; p2: return; } { a: call P(3) } }"},
      // processes
      {"--algorithm A variables x = 0; process p = 1 begin a: x := 1; end process; fair process q \\in 2..3 variable "
       "l; "
       "begin b: l := self; end process; fair + process r \\in {4} begin c: skip end process end algorithm",
       "--algorithm A { variables x = 0; process (p = 1) { a: x := 1 } fair process (q \\in 2..3) variable l; { b: l "
       ":= "
       "self }; fair + process (r \\in {4}) { c: skip } }"},
      {"--algorithm A process p \\in 1..2 variables u = self, v \\in {u, 3}; begin a: v := u; end process; end "
       "algorithm",
       "--algorithm A { process (p \\in 1..2) variables u = self; v \\in {u, 3}; { a: v := u } }"},
      // labels
      {"--fair algorithm A process p = 1 begin a:+ skip; b:- skip; c: skip; end process end algorithm",
       "--fair algorithm A { process (p = 1) { a:+ skip; b:- skip; c: skip } }"},
      // assignments
      {"--algorithm A variables f = [i \\in 1..2 |-> [g |-> <<1, 2>>]]; begin a: f[1].g[2] := 3 || f[2] := f[1]; b: "
       "f[1, 2] := 4; end algorithm",
       "--algorithm A { variables f = [i \\in 1..2 |-> [g |-> <<1, 2>>]]; { a: f[1].g[2] := 3 || f[2] := f[1]; b: f[1, "
       "2] := 4 } }"},
      // statements
      {"--algorithm A variables x = 0; begin a: if x = 0 then x := 1; elsif x = 1 then x := 2 elsif x = 3 then skip; "
       "else "
       "x := 3 end if; end algorithm",
       "--algorithm A { variables x = 0; { a: if (x = 0) x := 1; else if (x = 1) x := 2; else if (x = 3) skip; else x "
       ":= "
       "3 } }"},
      {"--algorithm A variables x = 0; begin a: if (x = 0) \\/ (x = 1) then x := 1; end if; end algorithm",
       "--algorithm A { variables x = 0; { a: if ((x = 0) \\/ (x = 1)) { x := 1 } } }"},
      {"--algorithm A variables x = 0; begin a: while x < 3 do x := x + 1; b: skip end while; end algorithm",
       "--algorithm A { variables x = 0; { a: while (x < 3) { x := x + 1; b: skip } } }"},
      {"--algorithm A variables x = 0; begin a: while x < 3 do x := x + 1 end while; end algorithm",
       "--algorithm A { variables x = 0; { a: while (x < 3) x := x + 1 } }"},
      {"--algorithm A variables x = 0; begin a: either x := 1; or x := 2; b: skip; or await FALSE end either; end "
       "algorithm",
       "--algorithm A { variables x = 0; { a: either x := 1; or { x := 2; b: skip } or await FALSE } }"},
      {"--algorithm A variables x = 0; begin a: with i = 1, j \\in {i, 2}; k \\in {j} do x := i + j + k; end with; end "
       "algorithm",
       "--algorithm A { variables x = 0; { a: with (i = 1, j \\in {i, 2}; k \\in {j}) { x := i + j + k } } }"},
      {"--algorithm A variables x = 0; begin a: with i \\in {1, 2}; do x := i end with; end algorithm",
       "--algorithm A { variables x = 0; { a: with (i \\in {1, 2};) x := i } }"},
      {"--algorithm A variables x = 0; begin a: await x = 0; when x < 1; print x; print <<x, \"s\">>; assert x = 0; "
       "skip; "
       "end algorithm",
       "--algorithm A { variables x = 0; { a: await x = 0; when x < 1; print x; print <<x, \"s\">>; assert x = 0; skip "
       "} "
       "}"},
      {"--algorithm A begin a: goto b; b: goto Done; end algorithm", "--algorithm A { { a: goto b; b: goto Done } }"},
      {"--algorithm A begin a: goto \"Done\"; end algorithm", "--algorithm A { { a: goto \"Done\" } }"},
      {"--algorithm A variables x = 0; begin a: x := 1; skip; end algorithm",
       "--algorithm A { variables x = 0; { a: { x := 1; { skip } } } }"},
      // expressions that have words and brackets of their own
      {"--algorithm A variables x = {}; begin a: x := {i \\in 1..3 : i > 1} \\cup {{1}, {}}; b: x := IF x = {} THEN 1 "
       "ELSE "
       "2; c: x := CASE x = 1 -> 2 [] OTHER -> 3; d: x := LET y == 1 IN {y}; end algorithm",
       "--algorithm A { variables x = {}; { a: x := {i \\in 1..3 : i > 1} \\cup {{1}, {}}; b: x := IF x = {} THEN 1 "
       "ELSE "
       "2; c: x := CASE x = 1 -> 2 [] OTHER -> 3; d: x := LET y == 1 IN {y} } }"},
      {"--algorithm A variables x = 0; begin a: await /\\ x = 0\n            /\\ \\/ x < 1\n               \\/ x > 2; "
       "end "
       "algorithm",
       "--algorithm A { variables x = 0; { a: await /\\ x = 0\n            /\\ \\/ x < 1\n               \\/ x > 2 } "
       "}"},
      // comments
      {"--algorithm A \\* one\n begin (* two (* three *) *) a: skip; \\* end\n end algorithm",
       "--algorithm A { \\* one }\n { (* two (* three *) *) a: skip; } \\* }\n }"},
  };
  for (const auto& [p, c] : pairs) {
    SCOPED_TRACE(p);
    const auto of_p = translated(p), of_c = translated(c);
    EXPECT_TRUE(of_p.all) << of_p.messages;
    EXPECT_TRUE(of_c.all) << of_c.messages;
    EXPECT_EQ(words_of(of_p.text), words_of(of_c.text));
  }
}

TEST(PluscalLanguage, WhatIsWrong) {
  const char* const wrong[] = {
      "--algorithm A end algorithm",
      "--algorithm A variables x = 0; begin a: x := 1; x := 2; end algorithm",
      "--algorithm begin skip; end algorithm",
      "--algorithm A { }",
      "--algorithm A { { } }",
      "--algorithm A begin end algorithm",
      "--algorithm A begin skip;",
      "--algorithm A begin skip; end process",
      "--algorithm A { { skip } ",
      "--algorithm A variables x = ; begin skip; end algorithm",
      "--algorithm A variables 1 = 2; begin skip; end algorithm",
      "--algorithm A variables x begin x = 1; end algorithm",
      "--algorithm A variables x, x; begin skip; end algorithm",
      "--algorithm A begin x := 1; end algorithm",
      "--algorithm A define x = 1 end define; begin skip; end algorithm",
      "--algorithm A macro M begin skip; end macro; begin M(); end algorithm",
      "--algorithm A macro M() begin a: skip; end macro; begin M(); end algorithm",
      "--algorithm A macro M() begin skip; end macro; macro M() begin skip; end macro; begin M(); end algorithm",
      "--algorithm A macro M() begin N(); end macro; macro N() begin skip; end macro; begin M(); end algorithm",
      "--algorithm A macro M() begin skip; end macro; begin M; end algorithm",
      "--algorithm A macro M(x) begin skip; end macro; begin M(); end algorithm",
      "--algorithm A begin N(); end algorithm",
      "--algorithm A begin a: call P(); end algorithm",
      "--algorithm A procedure P(x) begin p: return; end procedure; begin a: call P(); end algorithm",
      "--algorithm A procedure P() begin return; end procedure; begin a: call P(); end algorithm",
      "--algorithm A procedure P(x \\in {1}) begin p: return; end procedure; begin a: call P(1); end algorithm",
      "--algorithm A begin a: return; end algorithm",
      "--algorithm A process p begin a: skip; end process end algorithm",
      "--algorithm A process p = 1 begin a: skip; end process begin b: skip; end algorithm",
      "--algorithm A { process p = 1 { a: skip } }",
      "--algorithm A strong process p = 1 begin a: skip; end process end algorithm",
      "--algorithm A begin a: skip; a: skip; end algorithm",
      "--algorithm A begin Done: skip; end algorithm",
      "--algorithm A begin Error: skip; end algorithm",
      "--algorithm A begin a: goto c; end algorithm",
      "--algorithm A begin a:* skip; end algorithm",
      "--algorithm A variables x; begin a: x := 1; b: end algorithm",
      "--algorithm A variables x; begin a: x := 1 || skip; end algorithm",
      "--algorithm A variables x; begin a: x[1 := 1; end algorithm",
      "--algorithm A variables x; begin a: x.1 := 1; end algorithm",
      "--algorithm A variables x; begin a: x := 1; if x = 1 then x := 2; end if; end algorithm",
      "--algorithm A begin a: if TRUE then skip; end algorithm",
      "--algorithm A begin a: if TRUE skip; end if; end algorithm",
      "--algorithm A begin a: if TRUE then skip; else if TRUE then skip; end if; end algorithm",
      "--algorithm A { { a: if TRUE skip } }",
      "--algorithm A { { a: if (TRUE) then skip } }",
      "--algorithm A begin a: skip; while TRUE do skip; end while; end algorithm",
      "--algorithm A begin a: while TRUE skip; end while; end algorithm",
      "--algorithm A begin a: either skip; end either; end algorithm",
      "--algorithm A begin a: either skip; or end either; end algorithm",
      "--algorithm A begin a: with do skip; end with; end algorithm",
      "--algorithm A begin a: with x do skip; end with; end algorithm",
      "--algorithm A begin a: with x = 1 do b: skip; end with; end algorithm",
      "--algorithm A begin a: with x = 1 do while TRUE do skip; end while; end with; end algorithm",
      "--algorithm A begin a: with x = 1 do x := 2; end with; end algorithm",
      "--algorithm A begin a: await; end algorithm",
      "--algorithm A begin a: print; end algorithm",
      "--algorithm A begin a: goto; end algorithm",
      "--algorithm A { { a: { b: skip } } }",
      "--algorithm A { { { skip }",
      "--algorithm A variables x; begin a: x := (1; end algorithm",
      "--algorithm A variables x; begin a: x := 1); end algorithm",
      "--algorithm A variables x; begin a: x := [i \\in 1..2 |-> i; end algorithm",
      "--algorithm A variables x; begin a: x := IF TRUE THEN 1; end algorithm",
      "--algorithm A variables x; begin a: x := 1 2; end algorithm",
  };
  for (const auto* text : wrong) {
    const auto out = translated(text);
    // Expressions are read when the module is.
    const Source source("M.tla", module_with(text));
    auto again = translated_file(source);
    std::vector<Diagnostic> of_module;
    if (again.all) {
      const auto tokens = module_tokens(source, *again.all, of_module);
      Parser parser(tokens, of_module);
      parser.module();
    }
    EXPECT_TRUE(!out.all || !of_module.empty()) << text << "\n" << out.text;
  }
}

TEST(PluscalLanguage, OlderVersions) {
  const std::string loop = "--algorithm A variables x = 0; begin a: while TRUE do x := 1 - x; end while; end algorithm";
  EXPECT_EQ(translated(loop).text.find("pc"), std::string::npos);
  const auto with = [&](std::string_view options) {
    const Source source("M.tla",
                        fmt::format("---- MODULE M ----\n\\* PlusCal options ({})\n(* {} *)\n====\n", options, loop));
    const auto out = translated_file(source);
    return out.messages.empty() ? out.text : out.messages;
  };
  EXPECT_NE(with("version 1.4").find("pc' = \"a\""), std::string::npos);
  EXPECT_NE(with("-version 1.4").find("Terminating"), std::string::npos);
  EXPECT_EQ(with("version 1.5"), translated(loop).text);
  EXPECT_EQ(with("version 1.12"), translated(loop).text);
  EXPECT_EQ(with("version 1.99"), "2:29 there is no version 1.99 of PlusCal here\n");
  EXPECT_EQ(with("version new"), "2:29 'new' is no version of PlusCal\n");
}

}  // namespace
}  // namespace lorelei::tla::pluscal
