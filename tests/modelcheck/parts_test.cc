// SPDX-License-Identifier: GPL-3.0-or-later
// What is named by labels and selectors, evaluated.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/modelcheck/model_of_text.hh"

namespace lorelei::modelcheck {
namespace {

constexpr auto kDefinitions = R"(EXTENDS Integers, Sequences, TLC
VARIABLE x
F(p, q) == \/ p > 3 /\ q > 4 /\ p # q
           \/ big :: p + q > 100
G(S) == \E e \in S : \A d \in 1..3, <<a, b>> \in S \X S : inner(d, b, e, a) :: e + d + a + b > 10
Long(n) == LET twice == n + n
               Add(k) == twice + k
               f[i \in 0..n] == IF i = 0 THEN n ELSE f[i - 1] + twice
           IN <<Add(1), twice * 7, f[n]>>
h[i \in 1..9] == i * i + 1
Rec == [one |-> 1 + 2, two |-> {3, 4}]
Choice == CASE x = 0 -> "zero" [] x > 4 -> "big" [] OTHER -> "some"
Sets == {{y \in 1..9 : y > 3}, {y * 2 : y \in {1, 2}}}
Ap(O(_), z) == O(z)
If == IF x = 0 THEN 1 ELSE 2
RECURSIVE Sum(_)
Sum(n) == IF n = 0 THEN 0 ELSE rest :: n + Sum(n - 1)
With == Ap(LAMBDA w : w * 3, 5)
Step == \/ x < 2 /\ x' = x + 1
        \/ back :: /\ x = 2
                   /\ x' = 0
I == INSTANCE Naturals
Init == x = 0
)";

TEST(Parts, HaveTheirValues) {
  const struct {
    const char *expression, *value;
  } rows[] = {
      {"F(5, 6)!1!2", "TRUE"},
      {"F(5, 6)!1!1!1", "TRUE"},
      {"F(5, 6)!1!1!2!<<", "6"},
      {"F(5, 6)!1!<<", "TRUE"},
      {"F(50, 60)!big", "TRUE"},
      {"F(50, 60)!big!1", "110"},
      {"F(50, 60)!2!>>", "100"},
      {"G({7})!1", "{7}"},
      {"G({7})!(8)!1", "1..3"},
      {"G({7})!(8)!2", "{<<7, 7>>}"},
      {"G({7})!inner(1, 3, 5, 2)", "TRUE"},
      {"G({7})!inner(1, 3, 5, 2)!1", "11"},
      {"G({7})!(100)!(1, 3, 2)!1", "106"},
      {"Long(4)!1!2", "56"},
      {"Long(4)!:!Add(5)", "13"},
      {"Long(4)!:!Add(5)!>>", "5"},
      {"Long(4)!:!f!1", "0..4"},
      {"Long(4)!:!f!(2)", "20"},
      {"Long(4)!1!1", "9"},
      {"h!1", "1..9"},
      {"h!(5)!1", "25"},
      {"Rec!2", "{3, 4}"},
      {"Rec!1!1", "1"},
      {"Choice!2!2", "\"big\""},
      {"Sets!1!1", "1..9"},
      {"Sets!1!(4)", "TRUE"},
      {"Sets!2!(4)", "8"},
      {"Ap(Sets!1!@, 2)", "FALSE"},
      {"With!1!(7)", "21"},
      {"With!2", "5"},
      {"If!3", "2"},
      {"Sum(4)!rest", "10"},
      {"Sum(4)!3!1", "4"},
      {"LET y == 3 + 4 IN y!1", "3"},
      {"LET K(a) == <<a, l :: a * 2>> IN {K(e)!l : e \\in {1, 2}}", "{2, 4}"},
  };
  for (const auto& [expression, value] : rows) {
    SCOPED_TRACE(expression);
    auto model = model_of(fmt::format("{}Next == UNCHANGED x\nASSUME ({}) = {}\n", kDefinitions, expression, value),
                          "INIT Init\nNEXT Next\n");
    ASSERT_TRUE(model);
    EXPECT_EQ(verdict_of(*model).outcome, Outcome::kHolds);
  }
}

TEST(Parts, AreSteps) {
  auto model = model_of(fmt::format("{}Next == Step!1 \\/ (Step!back!1 /\\ Step!2!2)\nSpec == Init /\\ [][Next]_x\n"
                                    "Inv == x \\in 0..2\nLive == []<>(x = 2)\nFair == Spec /\\ WF_x(Next)",
                                    kDefinitions),
                        "SPECIFICATION Fair\nINVARIANT Inv\nPROPERTY Live\n");
  ASSERT_TRUE(model);
  const auto verdict = verdict_of(*model);
  EXPECT_EQ(verdict.outcome, Outcome::kHolds);
  EXPECT_EQ(verdict.explored.distinct, 3U);
}

TEST(Parts, AreFormulas) {
  auto model = model_of(fmt::format("{}All == /\\ Init\n       /\\ [][Step]_x\n       /\\ WF_x(Step)\n"
                                    "Spec == All!1 /\\ All!2 /\\ All!3\n"
                                    "Both == LET two == 2 IN /\\ [](x < 3)\n"
                                    "                        /\\ loop :: []<>(x = two)\n"
                                    "Live == Both!1!2\nSafe == Both!1!1",
                                    kDefinitions),
                        "SPECIFICATION Spec\nPROPERTY Live Safe\n");
  ASSERT_TRUE(model);
  EXPECT_EQ(verdict_of(*model).outcome, Outcome::kHolds);
}

}  // namespace
}  // namespace lorelei::modelcheck
