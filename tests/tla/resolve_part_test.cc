// SPDX-License-Identifier: GPL-3.0-or-later
// Labels, parts of definitions, operators as arguments and as what stands for constants.
#include <gtest/gtest.h>

#include "tests/tla/resolving.hh"

namespace lorelei::tla {
namespace {

TEST(TlaLabels, ParametersAreWhatIsBound) {
  EXPECT_EQ(codes("a == l :: 1\nb == \\E x \\in {} : m(x) :: x = n(x) :: 1"), "4332");
  EXPECT_EQ(codes("a == \\E x \\in {} : m(x) :: \\A y \\in {} : n(y) :: x = y"), "");
  EXPECT_EQ(codes("a == \\E x, y \\in {}, <<z, w>> \\in {} : m(w, x, z, y) :: x = y"), "");
  EXPECT_EQ(codes("a == \\E x \\in {} : m(x, x) :: x"), "4330");
  EXPECT_EQ(codes("a == \\E x \\in {} : m :: x"), "4331");
  EXPECT_EQ(codes("a == \\E x \\in {} : m(y) :: x"), "4332 4331");
  EXPECT_EQ(codes("F(x) == m :: x\nG(x) == m(x) :: x"), "4332");
  EXPECT_EQ(codes("f[x \\in {}] == m(x) :: x\ng[x \\in {}] == m :: x"), "4331");
  EXPECT_EQ(codes("F(G(_)) == G(1)\na == F(LAMBDA y : l(y) :: y)\nb == F(LAMBDA y : l :: y)"), "4331");
  EXPECT_EQ(codes("a == {x \\in {} : l(x) :: x}\nb == {l(x) :: x : x \\in {}}\nc == [x \\in {} |-> l(x) :: x]"), "");
  EXPECT_EQ(codes("a == \\E x \\in {} : TRUE\nb == (\\E x \\in l :: {} : TRUE) /\\ m :: TRUE"), "");
  EXPECT_EQ(codes("a == \\E x \\in {} : LET d == l :: x IN m(x) :: d"), "");
}

TEST(TlaLabels, WhereTheyMayStand) {
  EXPECT_EQ(codes("ASSUME l :: TRUE"), "4333");
  EXPECT_EQ(codes("ASSUME A == l :: TRUE\nTHEOREM T == l :: TRUE\nb == A!l"), "");
  EXPECT_EQ(codes("f == 1\na == [f EXCEPT ![1] = l :: 2]"), "4335");
  EXPECT_EQ(codes("a == [l :: {} EXCEPT ![1] = 2]"), "");
  EXPECT_EQ(codes("a == (l :: 1) = (l :: 2)\nb == l :: 1"), "4336");
  EXPECT_EQ(codes("a == l :: (l :: 2)"), "");
  EXPECT_EQ(codes("THEOREM ASSUME NEW x, l :: x PROVE m :: x"), "");
  EXPECT_EQ(codes("THEOREM ASSUME ASSUME l :: TRUE, NEW x, m :: x PROVE n :: x PROVE TRUE"), "4334 4334");
}

TEST(TlaLabels, AreNamed) {
  EXPECT_EQ(codes("a == \\E x \\in {} : m(x) :: \\A y \\in {} : n(y) :: x = y\nb == a!m(1)\nc == a!m(1)!n(2)"), "");
  EXPECT_EQ(codes("F(p) == \\E x \\in p : m(x) :: x\nb == F({})!m(1)"), "");
  EXPECT_EQ(codes("a == m :: 1\nb == a!n"), "4200");
  EXPECT_EQ(codes("a == m :: (n :: 1)\nb == a!n"), "4200");
  EXPECT_EQ(codes("a == \\E x \\in {} : m(x) :: x\nb == a!m\nc == a!m(1, 2)"), "4337 4337");
  EXPECT_EQ(codes("F(p) == m :: p\nb == F!m"), "4204");
  EXPECT_EQ(codes("H(O(_)) == O(1)\na == \\E x \\in {} : m(x) :: x\nb == H(a!m)"), "");
  EXPECT_EQ(codes("H(O(_, _)) == O(1, 2)\nF(p) == \\E x \\in p : m(x) :: x\nb == H(F!m)"), "");
  EXPECT_EQ(codes("H(O(_)) == O(1)\nF(p) == \\E x \\in p : m(x) :: x\nb == H(F!m)"), "4271");
  EXPECT_EQ(codes("I == INSTANCE A\nb == I!F(1)!m!1", {{"A", "F(p) == m :: {p}"}}), "");
}

TEST(TlaParts, Selectors) {
  const std::string head = "EXTENDS Naturals\nVARIABLE v\n";
  EXPECT_EQ(codes(head + "a == /\\ 1\n     /\\ 2 + 3\nb == a!2!1\nc == a!2!<<\nd == a!2!>>\ne == a!3"), "0");
  EXPECT_EQ(codes(head + "a == \\A x, y \\in {1}, <<z, w>> \\in {2} : x\nb == a!1\nc == a!2\nd == a!(1, 2, 3, 4)"), "");
  EXPECT_EQ(codes(head + "a == \\A x \\in {1} : x\nb == a!(1, 2)\nc == a!2\nd == a!@\ne == a!(1)!1"), "0 0 0 0");
  EXPECT_EQ(codes(head + "H(O(_)) == O(1)\na == \\A x \\in {1} : x = 2\nb == H(a!@)\nc == a!(1)!<<"), "");
  EXPECT_EQ(
      codes(head + "a == LET d == 1 + 2\n         E(p) == p\n     IN d\nb == a!1\nc == a!:!d\ne == a!:!E(3)\nf == a!2"),
      "0");
  EXPECT_EQ(codes(head + "a == LET d == 1 IN d\nb == a!d"), "4200");
  EXPECT_EQ(codes(head + "a == LET d == 1 IN d\nb == a!:!e\nc == a!1!:\nd == a!:"), "4200 0");
  EXPECT_EQ(codes(head + "a == IF 1 THEN 2 ELSE 3\nb == <<a!1, a!2, a!3>>\nc == a!4"), "0");
  EXPECT_EQ(codes(head + "a == CASE 1 -> 2 [] OTHER -> 3\nb == <<a!1!1, a!1!2, a!2!1>>"), "");
  EXPECT_EQ(codes(head + "f[x \\in {1}] == x + 1\nb == f!1\nc == f!(3)!2\nd == f!:"), "0");
  EXPECT_EQ(codes(head + "a == [v EXCEPT ![1] = 2]\nb == a!1\nc == a!2"), "0");
  EXPECT_EQ(codes(head + "a == 1\nb == a!1\nc == v!1\nd == Nat!1"), "0 0 0");
  EXPECT_EQ(codes(head + "a == [][v' = 1]_v\nb == a!1!1\nc == a!1!2"), "");
  EXPECT_EQ(codes(head + "I == INSTANCE A\nb == I!1", {{"A", "F(p) == p"}}), "4203");
  EXPECT_EQ(codes(head + "RECURSIVE F(_)\nF(p) == IF p = 0 THEN 0 ELSE F(p - 1)!1"), "0");
}

TEST(TlaParts, HaveLevels) {
  const Resolved all(
      "VARIABLE x\na == /\\ x = 1\n     /\\ x' = 2\nb == a!1\nc == a!2\nF(p) == {p}\nd == F(x)!1\ne == F(x')!1");
  EXPECT_EQ(lines_of(all.diagnostics), "");
  EXPECT_EQ(all.level("b"), Level::kState);
  EXPECT_EQ(all.level("c"), Level::kAction);
  EXPECT_EQ(all.level("d"), Level::kState);
  EXPECT_EQ(all.level("e"), Level::kAction);
}

TEST(TlaOperatorArguments, LevelsOfWhatTheyAreGiven) {
  const std::string head = "VARIABLE x\nPrimes(a) == a'\nSet(a) == {a}\n";
  EXPECT_EQ(codes(head + "H(F(_)) == F(x')\na == H(Primes)"), "4272");
  EXPECT_EQ(codes(head + "H(F(_)) == F(x')\na == H(LAMBDA y : y')"), "4272");
  EXPECT_EQ(codes(head + "H(F(_)) == F(x)\na == H(Primes)"), "");
  EXPECT_EQ(codes(head + "H(F(_), p) == F(p)\na == H(Primes, x)\nb == H(Primes, x')"), "4273");
  EXPECT_EQ(codes(head + "H(F(_), p) == F(p)\nG(O(_)) == H(O, x')\na == G(Primes)\nb == G(Set)"), "4272");
  EXPECT_EQ(codes(head + "H(F(_)) == F([]x)\na == H(Set)"), "4272");
  EXPECT_EQ(codes(head + "G(q) == LET H(F(_)) == F(q) IN H(Primes)\na == G(x)\nb == G(x')"), "4205");
}

TEST(TlaInstances, WhatStandsForOperators) {
  const std::string head = "VARIABLE w\nSet(a) == {a}\nSelf(a) == a\n";
  const std::pair<std::string, std::string> temporal{"A", "CONSTANT F(_)\nVARIABLE v\na == F([]v)"};
  EXPECT_EQ(codes(head + "I == INSTANCE A WITH F <- Set, v <- w", {temporal}), "4246");
  EXPECT_EQ(codes(head + "I == INSTANCE A WITH F <- Self, v <- w", {temporal}), "");
  EXPECT_EQ(codes(head + "I == INSTANCE A WITH F <- LAMBDA b : {b}, v <- w", {temporal}), "4246");
  const std::pair<std::string, std::string> constant{"A", "CONSTANTS F(_), c\na == F(c)"};
  EXPECT_EQ(codes(head + "I == INSTANCE A WITH F <- Set, c <- []w", {constant}), "4247");
  EXPECT_EQ(codes(head + "I == INSTANCE A WITH F <- Set, c <- w'", {constant}), "");
  EXPECT_EQ(codes(head + "I == INSTANCE A WITH F <- LAMBDA b : ENABLED b, c <- w", {constant}), "4244");
  EXPECT_EQ(codes(head + "I == INSTANCE A WITH c <- []w", {{"A", "CONSTANT c\na == {c}"}}), "4245");
}

TEST(TlaInstances, OnlyWhatDependsOnASubstitutionHasItsLevel) {
  const Resolved all("VARIABLE w\nI == INSTANCE A WITH c <- w\na == I!a\nb == I!b\nASSUME I!b",
                     {{"A", "CONSTANT c\na == c\nb == TRUE"}});
  EXPECT_EQ(lines_of(all.diagnostics), "");
  EXPECT_EQ(all.level("a"), Level::kState);
  EXPECT_EQ(all.level("b"), Level::kConstant);
}

}  // namespace
}  // namespace lorelei::tla
