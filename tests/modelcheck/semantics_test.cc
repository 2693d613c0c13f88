// SPDX-License-Identifier: GPL-3.0-or-later
// What expressions are worth, for the model checker and for the oracle. The values are those that the usual checker
// gives, or, where it says "only up to 32 bits", those of the language.
#include <gtest/gtest.h>

#include "tests/modelcheck/both.hh"

namespace lorelei::modelcheck {
namespace {

struct Row {
  const char *expression, *value;
};

void check(const std::vector<Row>& rows, const std::string& definitions = "", const naive::Constants& constants = {}) {
  std::string declared;
  for (const auto& [name, value] : constants) declared += "CONSTANT " + name + "\n";
  for (const auto& [expression, value] : rows) {
    const auto module = "---- MODULE M ----\nEXTENDS Integers, Sequences, FiniteSets, TLC\n" + declared + definitions +
                        "\nResult ==\n  " + expression + "\n====\n";
    const auto found = results(module, constants);
    EXPECT_EQ(found.naive, value) << "the oracle: " << expression << "\n" << found.why;
    EXPECT_EQ(found.engine, value) << "the engine: " << expression << "\n" << found.why;
  }
}

TEST(Semantics, EqualityOfDifferentKinds) {
  check({
      {"1 = \"a\"", "fails"},
      {"TRUE = 1", "fails"},
      {"<<1>> = {1}", "fails"},
      {"{1} = 1", "fails"},
      {"[a |-> 1] = \"a\"", "fails"},
      {"1 # \"a\"", "fails"},
      {"{} = {\"a\"}", "FALSE"},
      {"{1, 2} = {\"a\"}", "FALSE"},
      {"{1} = {\"a\"}", "fails"},
      {"<<1>> = <<1, \"a\">>", "FALSE"},
      {"<<1>> = <<\"a\">>", "fails"},
      {"<<1, 2>> = <<2, \"a\">>", "FALSE"},
      {"<<1, 2>> = <<1, \"a\">>", "fails"},
      {"<<>> = {}", "fails"},
      {"[a |-> 1] = [b |-> 1]", "FALSE"},
      {"[a |-> 1] = [b |-> \"x\"]", "FALSE"},
      {"[a |-> 1] = [a |-> 1, b |-> 2]", "FALSE"},
      {"[a |-> 1] = [a |-> \"x\"]", "fails"},
      {"\"a\" = \"b\"", "FALSE"},
      {"{1, 2, 2} = {2, 1}", "TRUE"},
      {"{{1}, {2, 3}} = {{3, 2}, {1}}", "TRUE"},
  });
}

TEST(Semantics, SetsOfDifferentKinds) {
  check({
      {"{1, \"a\"}", "fails"},
      {"{1, TRUE}", "fails"},
      {"{{1}, 2}", "fails"},
      {"{{}, {1}, {\"a\", \"b\"}} = {{1}, {}}", "FALSE"},
      {"{{1}, {\"a\"}}", "fails"},
      {"1 \\in {1, 2} \\cup {\"a\"}", "fails"},
      {"\"a\" \\in {1}", "fails"},
      {"\"a\" \\in {}", "FALSE"},
      {"1 \\notin {\"a\"}", "fails"},
      {"{\"a\"} \\subseteq {1}", "fails"},
      {"{} \\subseteq {1}", "TRUE"},
      {"1 \\in 2", "fails"},
      {"1 \\cup {}", "fails"},
      {"{1} \\cap {\"a\"}", "fails"},
      {"{1} \\ {\"a\"}", "fails"},
      {"UNION {{1}, {\"a\"}}", "fails"},
      {"UNION {1}", "fails"},
      {"UNION {{1}, {2, 3}, {}}", "{1, 2, 3}"},
      {"UNION {}", "{}"},
      {"SUBSET {1, 2}", "{{}, {1}, {2}, {1, 2}}"},
      {"SUBSET 1", "fails"},
  });
}

TEST(Semantics, ModelValues) {
  const naive::Constants constants = {{"a", naive::model_value("a")},
                                      {"b", naive::model_value("b")},
                                      {"t", naive::model_value("T_1")},
                                      {"u", naive::model_value("T_2")},
                                      {"v", naive::model_value("U_1")}};
  check(
      {
          {"a = a", "TRUE"},
          {"a = b", "FALSE"},
          {"a = 1", "FALSE"},
          {"a = \"a\"", "FALSE"},
          {"a = {}", "FALSE"},
          {"<<1>> # a", "TRUE"},
          {"a \\in {1, 2}", "FALSE"},
          {"a \\in 1..3", "FALSE"},
          {"a \\in Nat", "FALSE"},
          {"a \\in STRING", "FALSE"},
          {"a \\in SUBSET {1}", "FALSE"},
          {"a \\in [{1} -> {2}]", "FALSE"},
          {"1 \\in {a, 1}", "TRUE"},
          {"Cardinality({a, b, 1, a})", "3"},
          {"{1, \"x\", a}", "fails"},
          {"t = u", "FALSE"},
          {"t = t", "TRUE"},
          {"t = a", "FALSE"},
          {"t = v", "fails"},
          {"t = 1", "fails"},
          {"t \\in {1}", "fails"},
          {"a + 1", "fails"},
      },
      "", constants);
}

TEST(Semantics, FunctionsTuplesRecords) {
  check({
      {"<<1, 2>> = [x \\in 1..2 |-> x]", "TRUE"},
      {"[a |-> 1] = (\"a\" :> 1)", "TRUE"},
      {"<<>> = [x \\in {} |-> 1]", "TRUE"},
      {"[x \\in {\"a\", \"b\"} |-> 1] = [b |-> 1, a |-> 1]", "TRUE"},
      {"[x \\in {3, 5} |-> x * x]", "(3 :> 9 @@ 5 :> 25)"},
      {"[x, y \\in 0..1 |-> x - y][1, 0]", "1"},
      {"[x, y \\in 0..1 |-> x - y][<<1, 0>>]", "1"},
      {"[<<x, y>> \\in {<<1, 2>>} |-> x + y][1, 2]", "3"},
      {"[<<x, y>> \\in {<<1, 2>>}, z \\in {5} |-> x + y + z][<<1, 2>>, 5]", "8"},
      {"DOMAIN <<5, 6>>", "{1, 2}"},
      {"DOMAIN [a |-> 1, b |-> 2] = {\"b\", \"a\"}", "TRUE"},
      {"DOMAIN 1", "fails"},
      {"<<5>>[2]", "fails"},
      {"<<5>>[\"a\"]", "fails"},
      {"[a |-> 1].b", "fails"},
      {"[a |-> 1][\"a\"]", "1"},
      {"1[1]", "fails"},
      {"(1 :> 2 @@ 1 :> 3)[1]", "2"},
      {"(1 :> 2 @@ 2 :> 3) = <<2, 3>>", "TRUE"},
      {"[{1, 2} -> {3}]", "{<<3, 3>>}"},
      {"[{} -> {1}]", "{<<>>}"},
      {"[{1} -> {}]", "{}"},
      {"<<3, \"a\">> \\in [{1, 2} -> {3}]", "fails"},
      {"<<3>> \\in [{1, 2} -> {3}]", "FALSE"},
      {"[1..2 -> 0..1] = [1..2 -> {1, 0}]", "TRUE"},
      {"{1, 2} \\X {3}", "{<<1, 3>>, <<2, 3>>}"},
      {"{1} \\X {2} \\X {3}", "{<<1, 2, 3>>}"},
      {"({1} \\X {2}) \\X {3}", "{<<<<1, 2>>, 3>>}"},
      {"[a : {1}, b : {TRUE, FALSE}] = {[a |-> 1, b |-> TRUE], [a |-> 1, b |-> FALSE]}", "TRUE"},
      {"[a |-> 1, b |-> 5] \\in [a : {1}, b : Nat]", "TRUE"},
      {"[a |-> 1] \\in [a : {1}, b : Nat]", "FALSE"},
  });
}

TEST(Semantics, Numbers) {
  check({
      {"2147483647 + 1", "2147483648"},
      {"9223372036854775807", "9223372036854775807"},
      {"9223372036854775807 + 1", "fails"},
      {"-9223372036854775807 - 2", "fails"},
      {"4294967296 * 4294967296", "fails"},
      {"2^62", "4611686018427387904"},
      {"2^63", "fails"},
      {"2^0", "1"},
      {"0^0", "fails"},
      {"0^1", "0"},
      {"2^(-1)", "fails"},
      {"7 \\div 2", "3"},
      {"(-7) \\div 2", "-4"},
      {"7 \\div (-2)", "-4"},
      {"(-7) \\div (-2)", "3"},
      {"1 \\div 0", "fails"},
      {"(-7) % 3", "2"},
      {"7 % 3", "1"},
      {"7 % 0", "fails"},
      {"7 % (-3)", "fails"},
      {"1..0", "{}"},
      {"-1..1", "{-1, 0, 1}"},
      {"\"a\"..2", "fails"},
      {"1 + TRUE", "fails"},
      {"1 < \"a\"", "fails"},
      {"\\b101", "5"},
      {"\\o17", "15"},
      {"\\hFf", "255"},
  });
}

TEST(Semantics, PrecedenceTraps) {
  check({
      {"-3 \\div 2", "-1"},
      {"-3 % 2", "1"},
      {"-2^2", "-4"},
      {"2 - 1 - 1", "0"},
      {"1 - 2 + 3", "2"},
      {"2 * 3 + 4 * 5", "26"},
      {"1 .. 1 + 1", "{1, 2}"},
      {"~ FALSE /\\ FALSE", "FALSE"},
      {"~ TRUE \\/ TRUE", "TRUE"},
      {"~ 1 = 2", "TRUE"},
      {"FALSE => FALSE /\\ FALSE", "TRUE"},
      {"{1} \\cup {2} = {1, 2}", "TRUE"},
      {"1 \\in {1} \\cup {2}", "TRUE"},
      {"<<1>> \\o <<2>> = <<1, 2>>", "TRUE"},
      {"DOMAIN <<1>> \\cup {5}", "{1, 5}"},
      {"SUBSET {1} \\cup {{2}}", "{{}, {1}, {2}}"},
      {"1 :> 2 @@ 2 :> 3", "<<2, 3>>"},
      {"{<<1>>} \\X {2}", "{<<<<1>>, 2>>}"},
      {"\\A x \\in {1} : x = 1 /\\ TRUE", "TRUE"},
      {"FALSE /\\ \\E x \\in {1} : x = 1 \\/ TRUE", "FALSE"},
      {"IF TRUE THEN 1 ELSE 2 + 5", "1"},
      {"TRUE /\\ FALSE \\/ TRUE", "does not load"},
      {"1 = 1 = TRUE", "does not load"},
      {"/\\ FALSE => FALSE\n  /\\ FALSE", "FALSE"},
      {"\\/ /\\ TRUE\n     /\\ FALSE\n  \\/ TRUE", "TRUE"},
      {"/\\ TRUE\n  /\\ \\/ FALSE\n     \\/ TRUE\n  /\\ FALSE", "FALSE"},
      {"/\\ IF TRUE THEN FALSE ELSE TRUE\n  /\\ TRUE", "FALSE"},
  });
}

TEST(Semantics, Except) {
  check({
      {"[<<1, 2>> EXCEPT ![1] = 5]", "<<5, 2>>"},
      {"[<<1, 2>> EXCEPT ![1] = @ + 1, ![2] = @ * 10]", "<<2, 20>>"},
      {"[<<1, 2>> EXCEPT ![1] = @ + 1, ![1] = @ * 10]", "<<20, 2>>"},
      {"[<<1, 2>> EXCEPT ![3] = 5]", "<<1, 2>>"},
      {"[[a |-> 1] EXCEPT !.b = 5] = [a |-> 1]", "TRUE"},
      {"[[a |-> <<1, 2>>] EXCEPT !.a[2] = @ + 7]", "[a |-> <<1, 9>>]"},
      {"[[a |-> <<1, 2>>] EXCEPT !.a = [@ EXCEPT ![1] = @ + 1]]", "[a |-> <<2, 2>>]"},
      {"[[x, y \\in 1..2 |-> 0] EXCEPT ![1, 2] = 3][1, 2]", "3"},
      {"[<<<<1>>, <<2>>>> EXCEPT ![1][1] = @ + 1, ![2] = <<@[1] + 5>>]", "<<<<2>>, <<7>>>>"},
      {"[<<1>> EXCEPT ![\"a\"] = 2]", "fails"},
      {"[1 EXCEPT ![1] = 2]", "fails"},
      {"[<<1>> EXCEPT ![1] = LET k == @ + 1 IN k + k]", "<<4>>"},
      {"[<<1, 2>> EXCEPT ![1] = [<<5, 6>> EXCEPT ![@] = @ + 1]]", "<<<<6, 6>>, 2>>"},
  });
}

TEST(Semantics, Sequences) {
  check({
      {"Head(<<>>)", "fails"},
      {"Tail(<<>>)", "fails"},
      {"Head(<<1, 2>>)", "1"},
      {"Tail(<<1, 2>>)", "<<2>>"},
      {"Tail(<<1>>)", "<<>>"},
      {"SubSeq(<<1, 2, 3>>, 2, 3)", "<<2, 3>>"},
      {"SubSeq(<<1, 2, 3>>, 3, 2)", "<<>>"},
      {"SubSeq(<<1, 2, 3>>, 9, 5)", "<<>>"},
      {"SubSeq(<<1, 2, 3>>, 2, 4)", "fails"},
      {"SubSeq(<<1, 2, 3>>, 0, 1)", "fails"},
      {"Append(<<1>>, 2)", "<<1, 2>>"},
      {"Append(<<1>>, \"a\")", "<<1, \"a\">>"},
      {"Append(1, 2)", "fails"},
      {"Len([x \\in {1, 2} |-> 5])", "2"},
      {"Len([x \\in {2} |-> 5])", "fails"},
      {"SelectSeq(<<1, 2, 3>>, LAMBDA x : x # 2)", "<<1, 3>>"},
      {"\"ab\" \\o \"c\"", "\"abc\""},
      {"Len(\"abc\")", "3"},
      {"\"abc\"[1]", "fails"},
      {"<<1>> \\o \"a\"", "fails"},
      {"<<1, 2>> \\in Seq({1, 2})", "TRUE"},
      {"<<1, 3>> \\in Seq({1, 2})", "FALSE"},
      {"<<>> \\in Seq({})", "TRUE"},
      {"1 \\in Seq({1})", "fails"},
  });
}

TEST(Semantics, Choose) {
  check({
      {"CHOOSE x \\in {3, 1, 2} : x > 1", "2"},
      {"CHOOSE x \\in BOOLEAN : TRUE", "FALSE"},
      {"CHOOSE x \\in {{2}, {1, 2}, {}} : x # {}", "{2}"},
      {"CHOOSE x \\in {<<2, 1>>, <<1, 5>>, <<1, 3>>} : TRUE", "<<1, 3>>"},
      {"CHOOSE x \\in {<<2>>, <<1, 1>>} : TRUE", "<<2>>"},
      {"CHOOSE x \\in -2..2 : TRUE", "-2"},
      {"CHOOSE <<x, y>> \\in {<<1, 2>>, <<2, 1>>} : x > y", "<<2, 1>>"},
      {"CHOOSE x \\in {1} : x = 2", "fails"},
      {"CHOOSE x \\in {} : TRUE", "fails"},
      {"CHOOSE x : x = 1", "fails"},
      {"CHOOSE x \\in Nat : x > 1", "fails"},
  });
}

TEST(Semantics, InfiniteAndDescribedSets) {
  check({
      {"5 \\in Nat", "TRUE"},
      {"-5 \\in Nat", "FALSE"},
      {"-5 \\in Int", "TRUE"},
      {"\"a\" \\in Nat", "fails"},
      {"\"a\" \\in STRING", "TRUE"},
      {"1 \\in STRING", "fails"},
      {"5 \\in {x \\in Nat : x > 3}", "TRUE"},
      {"2 \\in {x \\in Nat : x > 3}", "FALSE"},
      {"2 \\notin {x \\in Nat : x > 3}", "TRUE"},
      {"LET T == {x \\in Nat : x > 3} IN <<4 \\in T, 3 \\in T>>", "<<TRUE, FALSE>>"},
      {"\\E x \\in Nat : x > 3", "fails"},
      {"{x + 1 : x \\in Nat}", "fails"},
      {"Cardinality(Nat)", "fails"},
      {"IsFiniteSet(Nat)", "FALSE"},
      {"IsFiniteSet({1})", "TRUE"},
      {"{1, 2} \\subseteq Nat", "TRUE"},
      {"Nat \\subseteq Int", "fails"},
      {"1 \\in Nat \\cup {-1}", "TRUE"},
      {"-1 \\in Nat \\cup {-1}", "TRUE"},
      {"-1 \\in Int \\ Nat", "TRUE"},
      {"Nat \\cap {-1, 1}", "{1}"},
      {"{1, 2} \\in SUBSET Nat", "TRUE"},
      {"{-1} \\in SUBSET Nat", "FALSE"},
      {"1 \\in SUBSET Nat", "fails"},
      {"<<1, 2>> \\in [{1, 2} -> Nat]", "TRUE"},
      {"<<1, -2>> \\in Int \\X Nat", "FALSE"},
      {"<<1>> \\in Nat \\X Nat", "FALSE"},
      {"1..30 \\in SUBSET (1..40)", "TRUE"},
      {"[x \\in 1..30 |-> x] \\in [1..30 -> 1..30]", "TRUE"},
      {"Cardinality(SUBSET (1..10))", "1024"},
      {"Cardinality([1..3 -> 1..2] \\cap {<<1, 1, 1>>})", "1"},
  });
}

TEST(Semantics, BooleansAreTakenFromLeftToRight) {
  check({
      {"FALSE /\\ (1 = \"a\")", "FALSE"},
      {"(1 = \"a\") /\\ FALSE", "fails"},
      {"TRUE \\/ (1 = \"a\")", "TRUE"},
      {"(1 = \"a\") \\/ TRUE", "fails"},
      {"FALSE => (1 = \"a\")", "TRUE"},
      {"TRUE => (1 = \"a\")", "fails"},
      {"TRUE <=> (1 = \"a\")", "fails"},
      {"1 /\\ TRUE", "fails"},
      {"FALSE /\\ 1", "FALSE"},
      {"TRUE /\\ 1", "fails"},
      {"~1", "fails"},
      {"\\E x \\in {1, 2} : x = 1 \\/ x = \"a\"", "TRUE"},
      {"\\A x \\in {1, 2} : x = 2 /\\ x = \"a\"", "FALSE"},
      {"\\E x \\in {} : 1", "FALSE"},
      {"\\A x \\in {}, y \\in 5 : TRUE", "fails"},
      {"\\A x : TRUE", "fails"},
      {"IF 1 THEN 2 ELSE 3", "fails"},
      {"IF TRUE THEN 2 ELSE 1 = \"a\"", "2"},
      {"CASE FALSE -> 1 [] TRUE -> 2 [] TRUE -> 3", "2"},
      {"CASE FALSE -> 1", "fails"},
      {"CASE FALSE -> 1 [] OTHER -> 2", "2"},
      {"CASE 1 -> 1 [] OTHER -> 2", "fails"},
      {"CASE TRUE -> 1 [] 1 -> 2", "1"},
  });
}

TEST(Semantics, OperatorsAndTheirArguments) {
  check(
      {
          {"First(1, 1 = \"a\")", "1"},
          {"First(1 = \"a\", 1)", "fails"},
          {"LET wrong == 1 = \"a\" IN 5", "5"},
          {"Twice(LAMBDA x : x * 3, 2)", "18"},
          {"Twice(Inc, 2)", "4"},
          {"Fold(+, <<1, 2, 3>>)", "6"},
          {"LET Op(x) == x + 1 IN Twice(Op, 1)", "3"},
          {"LET k == 10 Op(x) == x + k IN Twice(Op, 1)", "21"},
          {"Factorial(5)", "120"},
          {"Sum({1, 5, 7})", "13"},
          {"fib[10]", "55"},
          {"fib[-1]", "fails"},
          {"square[3] + square[4]", "25"},
          {"square", "<<1, 4, 9, 16>>"},
          {"[square EXCEPT ![1] = 0]", "<<0, 4, 9, 16>>"},
          {"pairs[1, 2]", "12"},
          {"mixed[<<1, 2>>, 3]", "6"},
          {"1 (+) 2", "<<1, 2>>"},
          {"LET RECURSIVE F(_) F(n) == IF n = 0 THEN 0 ELSE n + F(n - 1) IN F(4)", "10"},
          {"LET f[n \\in Nat] == IF n = 0 THEN 1 ELSE 2 * f[n - 1] IN f[6]", "64"},
          {"Lazy(3, 1 = \"a\")", "0"},
          {"{Inc(x) : x \\in {1, 2}}", "{2, 3}"},
          {"{<<x, y>> : x \\in {1, 2}, y \\in {3}}", "{<<1, 3>>, <<2, 3>>}"},
          {"{<<x, y>> \\in {1, 2} \\X {1, 2} : x < y}", "{<<1, 2>>}"},
          {"{x + y : <<x, y>> \\in {<<1, 2>>}}", "{3}"},
          {"\\E <<x, y>> \\in {<<1, 2, 3>>} : TRUE", "fails"},
          {"Even(6)", "TRUE"},
          {"Nested(3)", "<<3, <<4, 3>>>>"},
      },
      "First(a, b) == a\n"
      "Inc(x) == x + 1\n"
      "Twice(F(_), v) == F(F(v))\n"
      "Fold(F(_, _), s) == LET RECURSIVE G(_)\n"
      "                        G(t) == IF Len(t) = 1 THEN t[1] ELSE F(Head(t), G(Tail(t)))\n"
      "                    IN G(s)\n"
      "RECURSIVE Factorial(_)\n"
      "Factorial(n) == IF n = 0 THEN 1 ELSE n * Factorial(n - 1)\n"
      "RECURSIVE Sum(_)\n"
      "Sum(S) == IF S = {} THEN 0 ELSE LET e == CHOOSE e \\in S : TRUE IN e + Sum(S \\ {e})\n"
      "fib[n \\in Nat] == IF n < 2 THEN n ELSE fib[n - 1] + fib[n - 2]\n"
      "square[n \\in 1..4] == n * n\n"
      "pairs[m \\in 0..3, n \\in 0..3] == 10 * m + n\n"
      "mixed[<<m, n>> \\in (0..3) \\X (0..3), k \\in 0..3] == m + n + k\n"
      "m (+) n == <<m, n>>\n"
      "RECURSIVE Lazy(_, _)\n"
      "Lazy(n, unused) == IF n = 0 THEN 0 ELSE Lazy(n - 1, unused)\n"
      "RECURSIVE Even(_), Odd(_)\n"
      "Even(n) == n = 0 \\/ Odd(n - 1)\n"
      "Odd(n) == n # 0 /\\ Even(n - 1)\n"
      "Nested(n) == LET a == n + 1\n"
      "                 B(k) == LET c == <<a, k>> IN <<k, c>>\n"
      "             IN B(n)\n");
}

}  // namespace
}  // namespace lorelei::modelcheck
