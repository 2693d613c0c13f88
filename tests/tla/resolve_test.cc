// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "tests/tla/resolving.hh"

namespace lorelei::tla {
namespace {

TEST(TlaResolve, AWholeSpecification) {
  const Resolved all(
      "EXTENDS Integers, Sequences, FiniteSets, TLC\n"
      "CONSTANTS N, Op(_, _)\n"
      "ASSUME Big == N \\in Nat /\\ N > 1\n"
      "VARIABLES x, q\n"
      "vars == <<x, q>>\n"
      "RECURSIVE Sum(_)\n"
      "Sum(s) == IF s = <<>> THEN 0 ELSE Head(s) + Sum(Tail(s))\n"
      "f[i \\in 0..N, j \\in 1..2] == IF i = 0 THEN -1 ELSE f[i - 1, j]\n"
      "Map(F(_), S) == {F(e) : e \\in S}\n"
      "Init == x = 0 /\\ q = <<>>\n"
      "Add(e) == /\\ x' = x + Cardinality({e})\n"
      "          /\\ q' = Append(q, e)\n"
      "Stay == UNCHANGED vars\n"
      "Next == \\/ \\E e \\in Map(LAMBDA y : y + 1, 1..N) : Add(e)\n"
      "        \\/ Stay\n"
      "        \\/ LET z == Op(1, 2) IN q' = [q EXCEPT ![1] = @ + z] /\\ x' = x\n"
      "Fair == WF_vars(Next) /\\ SF_x(Add(1))\n"
      "Spec == Init /\\ [][Next]_vars /\\ Fair\n"
      "Live == (x = 0) ~> (Len(q) > Sum(q))\n"
      "Can == ENABLED Next\n"
      "THEOREM Spec => Live");
  EXPECT_EQ(lines_of(all.diagnostics), "");
  EXPECT_EQ(all.level("Big"), Level::kConstant);
  EXPECT_EQ(all.level("f"), Level::kConstant);
  EXPECT_EQ(all.level("vars"), Level::kState);
  EXPECT_EQ(all.level("Init"), Level::kState);
  EXPECT_EQ(all.level("Add"), Level::kAction);
  EXPECT_EQ(all.level("Next"), Level::kAction);
  EXPECT_EQ(all.level("Spec"), Level::kTemporal);
  EXPECT_EQ(all.level("Live"), Level::kTemporal);
  EXPECT_EQ(all.level("Can"), Level::kState);
}

TEST(TlaResolve, NodesNameTheirSymbols) {
  const Resolved all("VARIABLE x\nF(a) == a\ny == F(x)");
  const auto& body = *all.specification.root()->units[2]->body;
  EXPECT_EQ(body.symbol, all.names.find("F"));
  EXPECT_EQ(body.parts[0]->symbol, all.names.find("x"));
  EXPECT_EQ(body.level, Level::kState);
  EXPECT_EQ(all.names.find("F")->level, Level::kConstant);
}

TEST(TlaResolve, UndefinedIsInAModuleOrAHabitOfC) {
  const auto hint = [](const std::string& expression) {
    return Resolved("VARIABLE x\na == " + expression).diagnostics.at(0).hint;
  };
  EXPECT_EQ(hint("Len(x)"), "EXTENDS Sequences");
  EXPECT_EQ(hint("x \\o x"), "EXTENDS Sequences");
  EXPECT_EQ(hint("Cardinality(x)"), "EXTENDS FiniteSets");
  EXPECT_EQ(hint("Assert(x, x)"), "EXTENDS TLC");
  EXPECT_EQ(hint("x :> x"), "EXTENDS TLC");
  EXPECT_EQ(hint("x + x"), "EXTENDS Naturals");
  EXPECT_EQ(hint("-x"), "EXTENDS Integers");
  EXPECT_EQ(hint("x / x"), "EXTENDS Reals");
  for (const auto* of_somebody : {"x %% x", "x ++ x", "x // x"})
    EXPECT_EQ(hint(of_somebody), "EXTENDS the module that defines it");
  EXPECT_EQ(hint("x = x ++ x = x"), "write parentheses");
  EXPECT_EQ(hint("(x = 1) && (x = 2)"), "and is /\\");
  EXPECT_EQ(hint("x = 1 && x = 2"), "and is /\\");
  EXPECT_EQ(hint("x == 1"), "equal is =, as == begins a definition");
  EXPECT_EQ(hint("x != 1"), "not equal is # or /=");
  EXPECT_EQ(hint("!x"), "not is ~");
  EXPECT_EQ(hint("x = true"), "TRUE");
  EXPECT_EQ(hint("nothing"), "");
}

TEST(TlaResolve, Undefined) {
  EXPECT_EQ(wrong("a == b\nc == a + 1"), "2:6 4200 b is not defined here\n3:8 4200 + is not defined here\n");
  EXPECT_EQ(codes("a == a"), "4200");
  EXPECT_EQ(codes("a == \\E x \\in {x} : TRUE"), "4200");
  EXPECT_EQ(codes("a == LET b == 1 IN b\nc == b"), "4200");
  EXPECT_EQ(codes("EXTENDS A\nb == l", {{"A", "LOCAL l == 1"}}), "4200");
  const Resolved all("EXTENDS Naturals\nCount == 1\na == Cuont - 1\nb == 1 \\o 2");
  EXPECT_EQ(all.diagnostics.at(0).hint, "did you mean Count?");
  EXPECT_EQ(Resolved("a == a").diagnostics.at(0).hint,
            "what is used in its own definition is declared before it: RECURSIVE a");
}

TEST(TlaResolve, WhatAMissingModuleMayDefineIsNotReported) {
  EXPECT_EQ(codes("EXTENDS Nowhere\na == b"), "4220");
  EXPECT_EQ(codes("I == INSTANCE Nowhere\na == I!b"), "4220");
}

TEST(TlaResolve, Redefined) {
  EXPECT_EQ(wrong("a == 1\na == 2"), "3:1 4201 a is already defined at R.tla:2\n");
  EXPECT_EQ(codes("VARIABLE x\na == \\E x \\in {} : TRUE"), "4201");
  EXPECT_EQ(codes("F(a, a) == 1"), "4201");
  EXPECT_EQ(codes("F(a) == LET a == 1 IN a"), "4201");
  EXPECT_EQ(codes("a == {b \\in {} : {b : b \\in {}} = {}}"), "4201");
  EXPECT_EQ(codes("EXTENDS Naturals\na + b == 1"), "4201");
  EXPECT_EQ(codes("F(a) == a\nG(a) == \\A b \\in {} : \\A c \\in {} : TRUE\nH(b) == b"), "");
  EXPECT_EQ(codes("a \\in b == 1"), "4202");
  EXPECT_EQ(codes("BOOLEAN == 1"), "4202");
}

TEST(TlaResolve, NamesFromSeveralModules) {
  EXPECT_EQ(codes("EXTENDS A, B", {{"A", "EXTENDS Naturals"}, {"B", "EXTENDS Naturals"}}), "");
  EXPECT_EQ(codes("EXTENDS A, B", {{"A", "x == 1"}, {"B", "x == 1"}}), "4800");
  EXPECT_EQ(codes("EXTENDS A, B", {{"A", "x == 1"}, {"B", "VARIABLE x"}}), "4224");
  EXPECT_EQ(codes("x == 1\nINSTANCE A", {{"A", "x == 1"}}), "4801");
  EXPECT_EQ(codes("x == 1\nINSTANCE A", {{"A", "x(y) == 1"}}), "4201");
  EXPECT_EQ(codes("EXTENDS Naturals\nINSTANCE Integers\na == -1"), "");
}

TEST(TlaResolve, Arguments) {
  EXPECT_EQ(wrong("F(a) == a\nb == F\nc == F(1, 2)\nd == b(1)"),
            "3:6 4204 F takes 1 argument, not 0\n4:6 4204 F takes 1 argument, not 2\n"
            "5:6 4204 b takes no arguments, not 1\n");
  EXPECT_EQ(codes("F(G(_)) == G(1)\nH(a) == a\nb == F(H)\nc == F(LAMBDA x : x)\nd == F(SUBSET)"), "");
  EXPECT_EQ(codes("F(G(_)) == G(1)\nb == F(1)"), "4270");
  EXPECT_EQ(codes("F(G(_)) == G(1)\nc == 1\nb == F(c)"), "4270");
  EXPECT_EQ(codes("F(G(_)) == G(1)\nH(a, b) == a\nb == F(H)\nc == F(\\cup)"), "4271 4271");
  EXPECT_EQ(codes("F(G(_)) == G(1)\nb == F(LAMBDA x, y : x)"), "4274");
  EXPECT_EQ(codes("F(a) == a\nb == F(LAMBDA x : x)\nc == LAMBDA x : x"), "4275 4275");
}

TEST(TlaResolve, FunctionsAndRecords) {
  EXPECT_EQ(codes("f[x \\in {}, y \\in {}] == x\na == f[1, 2]\nb == f[<<1, 2>>]\nc == f[1, 2, 3]"), "4260");
  EXPECT_EQ(codes("a == @"), "4261");
  EXPECT_EQ(codes("f == 1\na == [f EXCEPT ![@] = 1]"), "4261");
  EXPECT_EQ(codes("f == 1\na == [f EXCEPT ![1].b = <<@, [f EXCEPT ![@] = @]>>]"), "");
  EXPECT_EQ(codes("a == [b |-> 1, b |-> 2]\nc == [d : {}, d : {}]"), "4262 4262");
  EXPECT_EQ(wrong("a == 1\nb == [a |-> 1]"), "3:7 4802 field a has the name of something defined at R.tla:2\n");
}

TEST(TlaResolve, Levels) {
  EXPECT_EQ(wrong("VARIABLE x\na == x''"),
            "3:6 4205 the operand of ' is about a step, and must be at most about one state\n");
  EXPECT_EQ(codes("VARIABLE x\nF(a) == a'\nb == F(x)\nc == F(x')"), "4205");
  EXPECT_EQ(codes("VARIABLE x\nF(a) == 1\nb == F(x')'"), "");
  EXPECT_EQ(codes("VARIABLE x\na == UNCHANGED (x')"), "4205");
  EXPECT_EQ(codes("VARIABLE x\na == [x]_(x')"), "4205");
  EXPECT_EQ(codes("VARIABLE x\na == {[]x}"), "4205");
  EXPECT_EQ(codes("VARIABLE x\nF(a) == {a}\nb == F([]x)"), "4205");
  EXPECT_EQ(codes("VARIABLE x\nG(F(_), a) == F(a)'\nb == G(LAMBDA y : y, x')"), "4205");
  EXPECT_EQ(codes("VARIABLE x\nASSUME x = 1"), "4206");
}

TEST(TlaResolve, LevelsReachThroughALet) {
  const Resolved all("VARIABLE x\nF(a) == LET h == a IN h\nb == F(x)");
  EXPECT_EQ(all.level("F"), Level::kConstant);
  EXPECT_EQ(all.level("b"), Level::kState);
  EXPECT_EQ(codes("VARIABLE x\nF(a) == LET h == a IN h'\nb == F(x')"), "4205");
}

TEST(TlaResolve, TemporalFormulas) {
  EXPECT_EQ(codes("VARIABLE x\na == [](x' = 1)\nb == [][x' = 1]_x\nc == []x"), "4310");
  EXPECT_EQ(codes("VARIABLE x\na == <>(x' = 1)\nb == <><<x' = 1>>_x"), "4311");
  EXPECT_EQ(codes("VARIABLE x\na == (x' = 1) ~> x\nb == x ~> (x' = 1)"), "4312 4312");
  EXPECT_EQ(codes("VARIABLE x\na == x' = 1 /\\ []x\nb == /\\ []x\n     /\\ x'\nc == x /\\ []x"), "4313 4313");
  EXPECT_EQ(codes("VARIABLE x\na == \\E y \\in x' : []y\nb == \\E y \\in x : []y"), "4314");
  EXPECT_EQ(codes("VARIABLE x\na == \\E y \\in []x : y"), "4315");
}

TEST(TlaResolve, Recursion) {
  EXPECT_EQ(codes("RECURSIVE F(_), G(_)\nF(a) == G(a)\nG(a) == F(a)"), "");
  EXPECT_EQ(codes("RECURSIVE F(_)\nF(a) == F(a)'"), "4290");
  EXPECT_EQ(codes("RECURSIVE F(_)\nb == 1"), "4291");
  EXPECT_EQ(codes("b == LET RECURSIVE F(_)\n IN 1"), "4291");
  EXPECT_EQ(codes("RECURSIVE F(_)\nF(a, b) == 1"), "4292");
  EXPECT_EQ(codes("RECURSIVE F(_)\nb == LET F(a) == a IN 1"), "4293");
  EXPECT_EQ(codes("RECURSIVE F(_)\nI == INSTANCE Naturals\nF(a) == a"), "4294");
  EXPECT_EQ(codes("b == LET RECURSIVE F(_)\n F(a) == F(a) IN F(1)"), "");
}

TEST(TlaResolve, LevelsOfWhatIsMutuallyRecursive) {
  const Resolved all(
      "VARIABLE x\nRECURSIVE A(_), B(_), C(_), D(_)\nD(n) == D(n)\nA(n) == B(n)\nB(n) == C(n)\n"
      "C(n) == IF n THEN x' = 1 ELSE A(n)\nRECURSIVE E(_)\nE(n) == IF n THEN x ELSE E(n)\nASSUME D(1)");
  EXPECT_EQ(lines_of(all.diagnostics), "");
  for (const auto* name : {"A", "B", "C"}) EXPECT_EQ(all.level(name), Level::kAction) << name;
  EXPECT_EQ(all.level("D"), Level::kConstant);
  EXPECT_EQ(all.level("E"), Level::kState);
}

TEST(TlaResolve, Instances) {
  const std::pair<std::string, std::string> counter{"C", "CONSTANTS K, F(_)\nVARIABLE v\nStep == v' = F(K)\nH(a) == a"};
  const std::string head = "CONSTANT k\nVARIABLE w\nId(a) == a\n";
  EXPECT_EQ(codes(head + "I == INSTANCE C WITH K <- k, F <- Id, v <- w\na == I!Step\nb == I!H(1)", {counter}), "");
  EXPECT_EQ(codes(head + "I(z) == INSTANCE C WITH K <- k, F <- LAMBDA q : q, v <- z\na == I(w)!Step", {counter}), "");
  EXPECT_EQ(codes("CONSTANTS K, F(_)\nVARIABLE v\nINSTANCE C\na == Step /\\ H(1)", {counter}), "");
  EXPECT_EQ(codes(head + "I == INSTANCE C WITH K <- k, v <- w", {counter}), "4240");
  EXPECT_EQ(codes(head + "I == INSTANCE C WITH K <- k, K <- k, F <- Id, v <- w", {counter}), "4241");
  EXPECT_EQ(codes(head + "I == INSTANCE C WITH K <- k, F <- Id, v <- w, H <- Id", {counter}), "4242");
  EXPECT_EQ(codes(head + "I == INSTANCE C WITH K <- k, F <- 1, v <- w", {counter}), "4243");
  EXPECT_EQ(codes(head + "I == INSTANCE C WITH K <- Id, F <- Id, v <- w", {counter}), "4243");
  EXPECT_EQ(codes(head + "P(a) == a'\nI == INSTANCE C WITH K <- k, F <- P, v <- w", {counter}), "4244");
  EXPECT_EQ(codes(head + "I == INSTANCE C WITH K <- k, F <- LAMBDA a : a', v <- w", {counter}), "4244");
  EXPECT_EQ(codes(head + "I == INSTANCE C WITH K <- w, F <- Id, v <- w", {counter}), "4245");
  EXPECT_EQ(codes(head + "I == INSTANCE C WITH K <- k, F <- Id, v <- w'", {counter}), "4245");
  EXPECT_EQ(codes(head + "I == INSTANCE C WITH K <- k, F <- Id, v <- w\na == I\nb == I!None\nc == I!H", {counter}),
            "4203 4200 4204");
}

TEST(TlaResolve, InstancesKnowWhereTheyCameFrom) {
  const Resolved all("I == INSTANCE A WITH K <- 1\nx == I!y", {{"A", "CONSTANT K\ny == K"}});
  EXPECT_EQ(lines_of(all.diagnostics), "");
  const auto& body = *all.specification.root()->units[1]->body;
  ASSERT_TRUE(body.symbol);
  EXPECT_EQ(body.symbol->name, "y");
  EXPECT_EQ(body.symbol->instance, all.specification.root()->units[0].get());
  ASSERT_TRUE(body.symbol->original);
  EXPECT_EQ(body.symbol->original->module->name.text, "A");
}

TEST(TlaResolve, NestedModulesAndInstancesOfInstances) {
  EXPECT_EQ(
      codes("VARIABLE x\n---- MODULE In ----\nCONSTANT c\ny == x + c\n====\nI == INSTANCE In WITH c <- 1\nz == I!y"),
      "4200");
  EXPECT_EQ(
      codes("VARIABLE x\n---- MODULE In ----\nCONSTANT c\ny == x = c\n====\nI == INSTANCE In WITH c <- 1\nz == I!y"),
      "");
  EXPECT_EQ(codes("J == INSTANCE B\nz == J!I!y", {{"A", "y == 1"}, {"B", "I == INSTANCE A"}}), "");
}

}  // namespace
}  // namespace lorelei::tla
