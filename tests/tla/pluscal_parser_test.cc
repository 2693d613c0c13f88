// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_parser.hh"

#include <gtest/gtest.h>

#include "tests/tla/pluscal.hh"

namespace lorelei::tla::pluscal {
namespace {

// A body of one process, in line 2; the statements begin in line 3.
std::string process(std::string_view statements) {
  return fmt::format(
      "--algorithm A variables x = 0, y = [i \\in 1..2 |-> 0]; procedure f(n) begin f1: return; end procedure;"
      " process p = 1 begin\n{}\nend process; end algorithm",
      statements);
}
std::string process_c(std::string_view statements) {
  return fmt::format(
      "--algorithm A {{ variables x = 0, y = [i \\in 1..2 |-> 0]; procedure f(n) {{ f1: return; }}"
      " process (p = 1) {{\n{}\n}} }}",
      statements);
}

TEST(PluscalParser, BothSyntaxesSayTheSame) {
  const std::string p =
      "a: x := 1; if x = 1 then y[1] := 2; elsif x = 2 then skip; else await x = 3; end if;\n"
      "b: while x < 3 do either x := 4; or when TRUE; print x; end either; end while;\n"
      "c: with i \\in {1, 2}, j = i do x := i || y[j] := i; end with;\n"
      "d: call f(1, 2); e: goto c;";
  const std::string c =
      "a: x := 1; if (x = 1) y[1] := 2; else if (x = 2) { skip } else await x = 3;\n"
      "b: while (x < 3) { either { x := 4 } or { when TRUE; print x } };\n"
      "c: with (i \\in {1, 2}; j = i) { x := i || y[j] := i };\n"
      "d: { call f(1, 2) }; e: goto c";
  const auto fix = [](std::string text) { return text.replace(text.find("f(1, 2)"), 7, "f(1)"); };
  const auto of_p = translated(process(fix(p))), of_c = translated(process_c(fix(c)));
  EXPECT_EQ(of_p.messages, "");
  EXPECT_EQ(of_c.messages, "");
  EXPECT_EQ(of_p.text, of_c.text);
}

TEST(PluscalParser, SemicolonsThatMayBeMissing) {
  EXPECT_EQ(messages(process("a: if x = 1 then x := 1 elsif x = 2 then skip else skip end if")), "");
  EXPECT_EQ(messages(process("a: either skip or x := 1 end either; b: while TRUE do skip end while")), "");
  EXPECT_EQ(messages(process_c("a: if (x = 1) { x := 1 } else { x := 2 } if (x = 2) skip; b: skip")), "");
}

TEST(PluscalParser, SemicolonsThatMayNot) {
  EXPECT_EQ(messages(process("a: x := 1\n   if x = 2 then skip; end if;")),
            "3:10 a ';' is missing here, before 'if'\n");
  EXPECT_EQ(messages(process("a: x := 1\n   y[1] := 2;")), "3:10 a ';' is missing here, before 'y'\n");
  EXPECT_EQ(messages(process("a: await x = 1\nb: call f(1);")), "3:15 a ';' is missing here, before 'b'\n");
  EXPECT_EQ(messages(process("a: skip print x;")), "3:8 a ';' is missing here, before 'print'\n");
  EXPECT_EQ(messages(process("a: if x = 1 then skip; end if\nb: skip;")), "3:30 a ';' is missing here, before 'b'\n");
  EXPECT_EQ(messages(process_c("a: x := 1 y[1] := 2")), "3:10 a ';' is missing here, before 'y'\n");
}

TEST(PluscalParser, ClassicSlips) {
  EXPECT_EQ(messages(process("a: x = 1;")), "3:6 '=' does not assign: 'x := ...' does\n");
  EXPECT_EQ(messages(process("a: y[1] == 1;")), "3:9 '==' does not assign: 'y := ...' does\n");
  EXPECT_EQ(messages(process("a: x := if y = 1 then 2 else 3; skip;")), "3:9 'if' cannot be part of an expression\n");
  EXPECT_EQ(messages(process("a: IF x = 1 then skip; end if;")),
            "3:4 a statement does not begin with 'IF'\n3:24 the 'process' of line 2 needs 'end process', but 'end if' "
            "stands here\n");
  EXPECT_EQ(messages(process("a: if x = 1 then skip; elseif x = 2 then skip; end if;")),
            "3:24 'elseif' is written 'elsif'\n");
  EXPECT_EQ(messages(process("a: if x = 1 then skip; end while;")),
            "3:24 the 'if' of line 3 needs 'end if', but 'end while' stands here\n");
  EXPECT_EQ(messages(process("a: skip;;")), "3:9 ';' does not begin a statement\n");
  EXPECT_EQ(messages(process("a: lab\n skip;")), "4:2 ':=' must stand behind 'lab', but 'skip' does\n");
  EXPECT_EQ(messages(process("a: x := y[1;")), "3:10 this '[' is not closed before ';'\n");
  EXPECT_EQ(messages(process("a: x := ;")), "3:9 an assignment needs an expression here, but ';' stands here\n");
  EXPECT_EQ(messages(process("Done: skip;")), "3:1 no label may be called 'Done': that is where a body ends\n");
  EXPECT_EQ(messages(process("a: x := x';")),
            "3:10 a prime has no place in PlusCal: the translation primes what was assigned in this step\n");
}

TEST(PluscalParser, GroupsOfStatements) {
  EXPECT_EQ(messages(process("a: if x = 1 then else skip; end if;")), "3:18 there is no statement in 'then'\n");
  EXPECT_EQ(messages(process("a: either skip; end either;")), "3:4 this 'either' has no 'or'\n");
  EXPECT_EQ(messages(process_c("a: while (TRUE) { }")), "3:17 the braces of the block are empty\n");
  EXPECT_EQ(messages(process_c("a: { b: skip }")), "3:6 the block has the label 'a' already\n");
  EXPECT_EQ(messages(process_c("a: { skip; x := 1 }")), "");
}

TEST(PluscalParser, GoesOnBehindAnError) {
  EXPECT_EQ(messages(process("a: x = 1;\nb: if x y then skip; end if;\nc: await ;\nd: with z do x := z; end with;\n"
                             "e: goto 1; skip;")),
            "3:6 '=' does not assign: 'x := ...' does\n"
            "4:9 'if' needs 'then' here, but 'y' stands here\n"
            "5:10 'await' needs an expression here, but ';' stands here\n"
            "6:11 '=' or '\\in' must stand behind 'z' of 'with', but 'do' does\n"
            "7:9 the label that 'goto' goes to is missing here: '1' is no name\n");
}

TEST(PluscalParser, Declarations) {
  EXPECT_EQ(messages("--algorithm A variable x begin a: x := 1; end algorithm"), "");
  EXPECT_EQ(messages("--algorithm A variables x = 1 y = 2; begin a: x := 1; end algorithm"),
            "2:33 a ';' is missing here, before 'y'\n");
  EXPECT_EQ(messages("--algorithm A variables x == 1, y := 2; begin a: x := 1; end algorithm"),
            "2:30 the first value of 'x' stands behind '=', not '=='\n"
            "2:38 the first value of 'y' stands behind '=', not ':='\n");
  EXPECT_EQ(messages("--algorithm A variables defaultInitValue = 1; begin a: skip; end algorithm"),
            "2:28 'defaultInitValue' is the value of variables without one and names nothing else\n");
  EXPECT_EQ(messages("--algorithm A procedure f() variables l \\in {1}; begin a: return; end procedure; begin b: skip; "
                     "end algorithm"),
            "2:44 what a procedure declares has one first value, behind '='\n");
  EXPECT_EQ(messages("--algorithm A procedure f() begin a: return; end procedure; macro m() begin skip; end macro; "
                     "begin b: skip; end algorithm"),
            "2:64 macros must stand before procedures\n");
}

TEST(PluscalParser, CommasBelongToNamesBehindAQuantifier) {
  EXPECT_EQ(
      definition_of("a", "--algorithm A variables x = 0; begin a: await \\E i, j \\in {1} : i = j; end algorithm"),
      "a == /\\ pc = \"a\"\n     /\\ \\E i, j \\in {1} : i = j\n     /\\ pc' = \"Done\"\n     /\\ UNCHANGED x\n");
}

TEST(PluscalParser, NestingHasALimit) {
  std::string deep, braces;
  for (int i = 0; i < 50'000; ++i) deep += "if x = 1 then ", braces += '{';
  EXPECT_EQ(messages(process("a: " + deep)).substr(0, 50), "3:2104 statements are nested more than 150 deep he");
  EXPECT_EQ(messages(process_c("a: " + braces)).substr(0, 50), "3:154 statements are nested more than 150 deep her");
  std::string chain = "a: if x = 0 then skip;";
  for (int i = 0; i < 1000; ++i) chain += " elsif x = 1 then skip;";
  EXPECT_EQ(messages(process(chain + " end if;")), "3:3445 statements are nested more than 150 deep here\n");
}

TEST(PluscalParser, TextBehindTheEndIsNotRead) {
  EXPECT_EQ(messages("--algorithm A variables x = 0; begin a: skip; end algorithm; don't ` \" read"), "");
}

TEST(PluscalParser, UnicodeSpellings) {
  EXPECT_EQ(definition_of("a",
                          "--algorithm A variables x = 0, y = 1; begin a: with i ∈ {1} do x ≔ i ‖ y ≔ x; end with; "
                          "end algorithm"),
            "a == /\\ pc = \"a\"\n     /\\ \\E i \\in {1}:\n          /\\ x' = i\n          /\\ y' = x\n"
            "     /\\ pc' = \"Done\"\n");
}

}  // namespace
}  // namespace lorelei::tla::pluscal
