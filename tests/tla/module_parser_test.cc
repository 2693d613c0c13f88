// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/module_parser.hh"

#include <gtest/gtest.h>

#include "tests/tla/parsing.hh"

namespace lorelei::tla {
namespace {

std::string units(std::string_view body) {
  const auto text = parsed_module(fmt::format("---- MODULE M ----\n{}\n====\n", body));
  const auto first = text.find('\n');
  return text.substr(0, first) == "MODULE M" ? text.substr(first + 1) : text;
}

TEST(TlaModules, TextAroundThemIsNotLookedAt) {
  EXPECT_EQ(parsed_module("(* ?? \" text -----\n------- MODULE M -------\nEXTENDS Naturals, Sequences\nx == 1\n"
                          "==== \" `` (* \n"),
            "MODULE M <Naturals> <Sequences>\n(== x 1)\n");
  EXPECT_EQ(parsed_module("---- MODULE M ----\n---- MODULE"),
            "MODULE M\n2:12 expected the name of the module, not the end\n");
  EXPECT_EQ(parsed_module("x == 1"), "1:1 there is no module in this file\n");
  EXPECT_EQ(parsed_module("----MODULE M----\nx == 1\n"), "MODULE M\n(== x 1)\n1:12 module M has no end\n");
}

TEST(TlaModules, Declarations) {
  EXPECT_EQ(units("CONSTANTS N, F(_), G(_, _), _ ++ _, -. _, _ ^#\nCONSTANT C"),
            "(CONSTANT N F/1 G/2 ++/2 -./1 ^#/1)\n(CONSTANT C)\n");
  EXPECT_EQ(units("VARIABLES x, y\nVARIABLE z"), "(VARIABLE x y)\n(VARIABLE z)\n");
  EXPECT_EQ(units("ASSUME N > 0\nASSUMPTION Big == N > 1\nAXIOM TRUE"),
            "(ASSUME (> N 0))\n(ASSUME Big (> N 1))\n(ASSUME TRUE)\n");
  EXPECT_EQ(units("RECURSIVE F(_), G(_, _)\n----\nF(x) == 1"), "(RECURSIVE F/1 G/2)\n(== F x 1)\n");
}

TEST(TlaModules, Definitions) {
  EXPECT_EQ(units("Op == 1\nOp2(a, F(_), _+_) == a\nLOCAL a ++ b == a\n~ a == a\na ^# == a\nSUBSET S == S"),
            "(== Op 1)\n(== Op2 a F/1 +/2 a)\n(LOCAL == ++ a b a)\n(== ~ a a)\n(== ^# a a)\n(== SUBSET S S)\n");
  EXPECT_EQ(units("f[x \\in S, <<y, z>> \\in T] == x"), "([]== f (x \\in S) (<<y z>> \\in T) x)\n");
}

TEST(TlaModules, Instances) {
  EXPECT_EQ(units("INSTANCE A\nLOCAL INSTANCE B WITH a <- 1, b <- x + y\nI == INSTANCE C\n"
                  "J(x, y) == INSTANCE D WITH a <- x, F <- LAMBDA p : p, + <- -\nLOCAL K == INSTANCE E"),
            "(INSTANCE : A)\n(LOCAL INSTANCE : B (a <- 1) (b <- (+ x y)))\n(INSTANCE I : C)\n"
            "(INSTANCE J x y : D (a <- x) (F <- (LAMBDA p p)) (+ <- -))\n(LOCAL INSTANCE K : E)\n");
}

TEST(TlaModules, NestedModules) {
  EXPECT_EQ(units("a == 1\n---- MODULE In ----\nEXTENDS Naturals\nx == 1\n====\nb == 2"),
            "(== a 1)\n(MODULE In <Naturals>\n(== x 1))\n(== b 2)\n");
}

TEST(TlaModules, ProofsAreReadOver) {
  EXPECT_EQ(units("THEOREM T == a = b\n"
                  "<1>1. a = c\n"
                  "  BY <1>1, x = y, MODULE N DEF F, G, +\n"
                  "<1> DEFINE d == 1\n"
                  "            e(q) == 2\n"
                  "<1>2 CASE a = 1\n"
                  "  <2>1. SUFFICES ASSUME NEW x \\in S, NEW CONSTANT F(_), a PROVE b\n"
                  "        OBVIOUS\n"
                  "  <2>a. TAKE y \\in T\n"
                  "  <2>b. PICK z \\in T : z = 1  OMITTED\n"
                  "  <2>c. HAVE a < b\n"
                  "  <2>. WITNESS 1, 2\n"
                  "  <2>. USE a DEF c\n"
                  "  <2>3. QED BY <2>1\n"
                  "<1>3. QED\n"
                  "  PROOF OBVIOUS\n"
                  "LEMMA ASSUME NEW x, ASSUME a PROVE b PROVE c\n"
                  "PROOF BY DEF x\n"
                  "COROLLARY x\n"
                  "USE a DEF b\n"
                  "y == 2"),
            "(THEOREM T (= a b))\n(THEOREM)\n(THEOREM x)\n(== y 2)\n");
}

TEST(TlaModules, SeveralErrorsARun) {
  EXPECT_EQ(units("a == 1 +\nb == (2\nVARIABLE\nc ==\n  LET x == 1 IN\n     IF 1\nd == 4 4\n----\n)\ne == 5"),
            "(== d 4)\n(== e 5)\n"
            "3:1 expected an expression, not the next definition\n"
            "4:1 expected ')', not 'VARIABLE'\n"
            "5:1 expected the name of a variable, not 'c'\n"
            "8:1 expected THEN, not 'd'\n"
            "8:8 expected an operator, or the next definition or declaration, not '4'\n"
            "10:1 expected an operator, or the next definition or declaration, not ')'\n");
}

TEST(TlaModules, AnErrorEndsWhereTheNextDefinitionBegins) {
  EXPECT_EQ(units("a == (1\n\nb == 2\nc == [x |->\nCONSTANT D\nd == /\\ 1 1\n     /\\ 2\ne == 5"),
            "(== b 2)\n(CONSTANT D)\n(== d (AND 1))\n(== e 5)\n"
            "4:1 expected ')', not 'b'\n"
            "6:1 expected an expression, not 'CONSTANT'\n"
            "7:11 expected an operator, or the next definition or declaration, not '1'\n");
}

TEST(TlaModules, ADefineBlockIsDefinitions) {
  const Source source("m.tla", "a == 1 f(x) == x\nb == )\n  c == 2\nd == 3");
  std::vector<Diagnostic> diagnostics;
  const auto tokens = read_tokens(source, 0, 100, diagnostics);
  std::string out;
  for (const auto& unit : parse_definitions(tokens, 0, tokens.size(), diagnostics)) out += to_text(*unit);
  EXPECT_EQ(out + lines_of(diagnostics), "(== a 1)(== f x x)(== d 3)2:6 expected an expression, not ')'\n");
}

}  // namespace
}  // namespace lorelei::tla
