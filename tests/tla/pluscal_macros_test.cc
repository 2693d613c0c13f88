// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_macros.hh"

#include <gtest/gtest.h>

#include "tests/tla/pluscal.hh"

namespace lorelei::tla::pluscal {
namespace {

std::string with_macros(std::string_view macros, std::string_view statements) {
  return fmt::format("--algorithm A variables x = 0, y = [i \\in 1..2 |-> 0]; {} begin\na: {} end algorithm", macros,
                     statements);
}
// The conjuncts of "a" without the test and the new value of pc.
std::string step(std::string_view macros, std::string_view statements) {
  auto text = definition_of("a", with_macros(macros, statements));
  const auto first = text.find("     /\\"), last = text.find("     /\\ pc'");
  return first < last && last != text.npos ? text.substr(first, last - first) : text;
}

TEST(PluscalMacros, ParametersAreReplaced) {
  EXPECT_EQ(step("macro inc(v, n) begin v := v + n; end macro;", "inc(x, 2);"), "     /\\ x' = x + 2\n");
  EXPECT_EQ(step("macro set(v, n) begin v := n; end macro;", "set(x, 1 + 2);"), "     /\\ x' = 1 + 2\n");
  EXPECT_EQ(step("macro twice(v, n) begin v := 2 * n; end macro;", "twice(x, 1 + 2);"), "     /\\ x' = 2 * (1 + 2)\n");
}

TEST(PluscalMacros, ButNotAsFields) {
  EXPECT_EQ(step("macro m(f) begin x := [f |-> f, g |-> f.f]; end macro;", "m(3);"),
            "     /\\ x' = [f |-> 3, g |-> 3.f]\n");
}

TEST(PluscalMacros, LeftSides) {
  EXPECT_EQ(step("macro m(v) begin v[2] := 1; end macro;", "m(y[1]);"), "     /\\ y' = [y EXCEPT ![1][2] = 1]\n");
  EXPECT_EQ(messages(with_macros("macro m(v) begin v := 1; end macro;", "m(3);")),
            "3:6 nothing can be assigned to 3\n");
}

TEST(PluscalMacros, UseEarlierOnes) {
  const std::string two = "macro m(v) begin v := v + 1; end macro; macro n(w) begin m(w); end macro;";
  EXPECT_EQ(step(two, "n(x);"), "     /\\ x' = x + 1\n");
  EXPECT_EQ(messages(with_macros("macro n(w) begin m(w); end macro; macro m(v) begin v := 1; end macro;", "n(x);")),
            "2:76 the macro 'm' is used before it is there\n");
}

TEST(PluscalMacros, WhatIsWrong) {
  const std::string one = "macro push(v, n) begin v := n; end macro;";
  EXPECT_EQ(messages(with_macros(one, "pusj(x, 1);")), "3:4 there is no macro 'pusj'\n");
  EXPECT_EQ(messages(with_macros(one, "push(x);")), "3:4 the macro 'push' takes 2 argument(s), not 1\n");
  EXPECT_EQ(messages(with_macros(one + " " + one, "skip;")), "2:107 there is a macro 'push' already\n");
  EXPECT_EQ(messages(with_macros("macro m() begin b: skip; end macro;", "m();")),
            "2:75 a macro has no labels: what it stands for is part of one step\n");
  EXPECT_EQ(messages(with_macros("procedure p() begin c: return; end procedure;", "p();")),
            "3:4 'p' is a procedure, not a macro\n");
}

TEST(PluscalMacros, LinesOfArgumentsKeepTheirLists) {
  EXPECT_EQ(step("macro m(p) begin await x = 0 /\\ p; end macro;", "m(\\/ x = 1\n     \\/ x = 2);"),
            "     /\\ x = 0 /\\ (\\/ x = 1\n                  \\/ x = 2)\n");
}

TEST(PluscalMacros, GrowOnlySoFar) {
  std::string macros = "macro m0() begin x := x + 1; end macro;";
  for (int i = 1; i < 40; ++i) macros += fmt::format(" macro m{0}() begin m{1}(); m{1}(); end macro;", i, i - 1);
  EXPECT_NE(messages(with_macros(macros, "m39();")).find("stand for more than"), std::string::npos);
}

TEST(PluscalMacros, AssertionsSayBothPlaces) {
  EXPECT_EQ(
      step("\nmacro m(v) begin assert v = 1; end macro;", "m(x);"),
      "     /\\ Assert(x = 1, \"Failure of assertion at line 3, column 18 of macro called at line 4, column 4.\")\n");
}

}  // namespace
}  // namespace lorelei::tla::pluscal
