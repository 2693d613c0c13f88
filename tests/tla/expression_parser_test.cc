// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/expression_parser.hh"

#include <gtest/gtest.h>

#include "tests/tla/parsing.hh"

namespace lorelei::tla {
namespace {

struct Case {
  const char *text, *expected;
};
template <std::size_t N>
void expect_all(const Case (&cases)[N]) {
  for (const auto& c : cases) EXPECT_EQ(parsed(c.text), c.expected) << c.text;
}

TEST(TlaExpressions, OperatorsByPrecedence) {
  expect_all({
      {"a + b * c", "(+ a (* b c))"},
      {"a * b + c", "(+ (* a b) c)"},
      {"a - b - c", "(- (- a b) c)"},
      {"a + b - c", "(+ a (- b c))"},
      {"a => b /\\ c", "(=> a (/\\ b c))"},
      {"a /\\ b /\\ c", "(/\\ a b c)"},
      {"(a /\\ b) /\\ c", "(/\\ (/\\ a b) c)"},
      {"a = b /\\ c \\in S \\cup T", "(/\\ (= a b) (\\in c (\\cup S T)))"},
      {"1..n+1", "(.. 1 (+ n 1))"},
      {"a :> b @@ c :> d", "(@@ (:> a b) (:> c d))"},
      {"x ^ 2 ' ", "(^ x (' 2))"},
      {"A \\cdot B", "(\\cdot A B)"},
      {"a # b", "(/= a b)"},
  });
}

TEST(TlaExpressions, PrefixAndPostfix) {
  expect_all({
      {"~a /\\ b", "(/\\ (~ a) b)"},
      {"~ ~ a = b", "(~ (~ (= a b)))"},
      {"-3 \\div 2", "(-. (\\div 3 2))"},
      {"-3 % 2", "(% (-. 3) 2)"},
      {"a - -b", "(- a (-. b))"},
      {"SUBSET S \\cup T", "(\\cup (SUBSET S) T)"},
      {"DOMAIN f'", "(DOMAIN (' f))"},
      {"f[x]'", "(' ([] f x))"},
      {"f'[x].a", "(. ([] (' f) x) a)"},
      {"-f[x]", "(-. ([] f x))"},
      {"R^+ \\cup S^*", "(\\cup (^+ R) (^* S))"},
      {"[]<>P => Q", "(=> ([] (<> P)) Q)"},
      {"UNCHANGED <<x, y>>", "(UNCHANGED (<<>> x y))"},
      {"ENABLED (A) /\\ B", "(/\\ (ENABLED A) B)"},
      {"r.IF.b[1, 2]", "([] (. (. r IF) b) 1 2)"},
  });
}

TEST(TlaExpressions, ProductsAreOfAllTheirFactors) {
  expect_all({
      {"A \\X B \\X C", "(\\X A B C)"},
      {"(A \\X B) \\X C", "(\\X (\\X A B) C)"},
      {"A \\X (B \\X C)", "(\\X A (\\X B C))"},
      {"A \\times B \\cup C", "(\\cup (\\X A B) C)"},
  });
}

TEST(TlaExpressions, WhatHasNoOrderNeedsParentheses) {
  expect_all({
      {"a /\\ b \\/ c", "1:8 '/\\' and '\\/' have no order of precedence\n"},
      {"a = b = c", "1:7 '=' cannot follow '=' without parentheses\n"},
      {"1 + 2 ++ 3", "1:7 '+' and '++' have no order of precedence\n"},
      {"a => b => c", "1:8 '=>' cannot follow '=>' without parentheses\n"},
      {"a \\ b \\ c", "1:7 '\\' cannot follow '\\' without parentheses\n"},
      {"a \\cup b \\cap c", "1:10 '\\cup' and '\\cap' have no order of precedence\n"},
      {"ENABLED A = B", "1:11 'ENABLED' and '=' have no order of precedence\n"},
      {"A \\X B * C", "1:8 '\\X' and '*' have no order of precedence\n"},
  });
}

TEST(TlaExpressions, BindersReachAsFarRightAsTheyCan) {
  expect_all({
      {"a /\\ \\E x \\in S : b /\\ c", "(/\\ a (\\E (x \\in S) (/\\ b c)))"},
      {"\\A x, y \\in S, <<a, b>> \\in T : p", "(\\A (x y \\in S) (<<a b>> \\in T) p)"},
      {"\\A x : \\E y, z : p", "(\\A (x) (\\E (y z) p))"},
      {"\\AA x : \\EE y, z : p", "(\\AA (x) (\\EE (y z) p))"},
      {"CHOOSE x \\in S : p", "(CHOOSE (x \\in S) p)"},
      {"CHOOSE <<x, y>> \\in S : p", "(CHOOSE (<<x y>> \\in S) p)"},
      {"CHOOSE x : x \\notin S", "(CHOOSE (x) (\\notin x S))"},
      {"F(LAMBDA x, y : x + y, 1)", "(F (LAMBDA x y (+ x y)) 1)"},
      {"IF a THEN b ELSE c + 1", "(IF a b (+ c 1))"},
      {"1 + IF a THEN b ELSE c", "(+ 1 (IF a b c))"},
      {"CASE a -> 1 [] b -> 2 [] OTHER -> 3", "(CASE (WHEN a 1) (WHEN b 2) (OTHER 3))"},
      {"CASE a -> []p [] b -> 2", "(CASE (WHEN a ([] p)) (WHEN b 2))"},
  });
}

TEST(TlaExpressions, SetsFunctionsRecords) {
  expect_all({
      {"{}", "{}"},
      {"{1, a + 2}", "({} 1 (+ a 2))"},
      {"{x \\in S : p}", "(FILTER (x \\in S) p)"},
      {"{<<x, y>> \\in S : p}", "(FILTER (<<x y>> \\in S) p)"},
      {"{x \\in S}", "({} (\\in x S))"},
      {"{f[x] : x \\in S, y, z \\in T}", "(MAP (x \\in S) (y z \\in T) ([] f x))"},
      {"{(x \\in S) : x \\in T}", "(MAP (x \\in T) (\\in x S))"},
      {"<<>>", "<<>>"},
      {"<<1, <<2>>>>", "(<<>> 1 (<<>> 2))"},
      {"[x \\in S |-> x]", "(|-> (x \\in S) x)"},
      {"[x, y \\in S, <<a, b>> \\in T |-> x]", "(|-> (x y \\in S) (<<a b>> \\in T) x)"},
      {"[<<a, b>> \\in T |-> a]", "(|-> (<<a b>> \\in T) a)"},
      {"[S -> T \\cup U]", "(-> S (\\cup T U))"},
      {"[a |-> 1, IF |-> 2]", "(RECORD (a |-> 1) (IF |-> 2))"},
      {"[a : S, b : T]", "(RECORDS (a : S) (b : T))"},
      {"[f EXCEPT ![a].b[c, d] = e, !.d = @ + 1]", "(EXCEPT f (= (AT a) .b (AT c d) e) (= .d (+ @ 1)))"},
  });
}

TEST(TlaExpressions, ActionsAndFairness) {
  expect_all({
      {"[A]_v", "([]_ A v)"},
      {"[][Next]_<<x, y>>", "([] ([]_ Next (<<>> x y)))"},
      {"<<A>>_I!v", "(<<>>_ A (! I v))"},
      {"Init /\\ [][Next]_vars /\\ WF_vars(Next)", "(/\\ Init ([] ([]_ Next vars)) (WF_ vars Next))"},
      {"SF_<<x>>(A(1))", "(SF_ (<<>> x) (A 1))"},
      {"P ~> Q", "(~> P Q)"},
      {"[x \\in S]_v", "([]_ (\\in x S) v)"},
  });
}

TEST(TlaExpressions, NamesPathsLabels) {
  expect_all({
      {"F(a, +, SUBSET, -.)", "(F a + SUBSET -.)"},
      {"F(-, /\\)", "(F - /\\)"},
      {"A!B(x)!C", "(! A (B x) C)"},
      {"I(3)!Op", "(! (I 3) Op)"},
      {"I!+(1, 2)", "(! I (+ 1 2))"},
      {"Op!1!<<!:", "(! Op 1 << :)"},
      {"Op!(1, 2)!@", "(! Op (() 1 2) @)"},
      {"lab(x, y) :: x + y", "(:: lab x y (+ x y))"},
      {"lab:: /\\ a", "(:: lab (AND a))"},
  });
}

TEST(TlaExpressions, DefinitionsInALet) {
  expect_all({
      {"LET x == 1 IN x", "(LET (== x 1) x)"},
      {"LET F(a, G(_)) == G(a)\n    f[x \\in S] == f[x]\n    a ++ b == 1\n    -. a == 2\n    a ^# == 3\nIN 1",
       "(LET (== F a G/1 (G a)) ([]== f (x \\in S) ([] f x)) (== ++ a b 1) (== -. a 2) (== ^# a 3) 1)"},
      {"LET RECURSIVE F(_), G(_, _)\n F(x) == 1 IN F(1)", "(LET (RECURSIVE F/1 G/2) (== F x 1) (F 1))"},
      {"LET I(x) == INSTANCE M WITH a <- x, b <- + IN I(1)!y",
       "(LET (INSTANCE I x : M (a <- x) (b <- +)) (! (I 1) y))"},
  });
}

TEST(TlaExpressions, JunctionListsByColumns) {
  expect_all({
      {"/\\ a => b\n/\\ c", "(AND (=> a b) c)"},
      {"/\\ a\n  /\\ b\n/\\ c", "(AND (/\\ a b) c)"},
      {"/\\ a\n/\\ \\/ b\n   \\/ c\n/\\ d", "(AND a (OR b c) d)"},
      {"/\\ a\n\\/ b", "(\\/ (AND a) b)"},
      {"  /\\ a\n  /\\ b\n=> c", "(=> (AND a b) c)"},
      {"  /\\ a\n /\\ b", "(/\\ (AND a) b)"},
      {"x = /\\ a\n    /\\ b", "(= x (AND a b))"},
      {"~ \\/ a\n  \\/ b", "(~ (OR a b))"},
      {"( /\\ a\n  /\\ b )", "(AND a b)"},
      {"F(/\\ a\n  /\\ b, c)", "(F (AND a b) c)"},
      {"/\\ \\A x \\in S :\n     x = 1\n/\\ b", "(AND (\\A (x \\in S) (= x 1)) b)"},
      {"/\\ IF a THEN b\n   ELSE c\n/\\ d", "(AND (IF a b c) d)"},
      {"/\\ LET x == 1\n       y == 2\n   IN  /\\ x\n       /\\ y\n/\\ d", "(AND (LET (== x 1) (== y 2) (AND x y)) d)"},
      {"/\\ a /\\ b\n/\\ c", "(AND (/\\ a b) c)"},
      {"∧ x ≠ 1\n∧ b", "(AND (/= x 1) b)"},
      {"\"é\" = /\\ a\n      /\\ b", "(= \"é\" (AND a b))"},
  });
}

TEST(TlaExpressions, BracketsDoNotHideWhatEndsAList) {
  expect_all({
      {"/\\ (a\n)", "2:1 expected ')', not ')'\n"},
      {"/\\ F(a,\nb)", "2:1 expected an expression, not 'b'\n"},
      {"/\\ (a\n/\\ b)", "2:1 expected ')', not '/\\'\n"},
  });
}

TEST(TlaExpressions, ErrorsNameThePlaceAndWhatWasExpected) {
  expect_all({
      {"", "0:0 expected an expression, not the end\n"},
      {"a +", "1:4 expected an expression, not the end\n"},
      {"a b", "1:3 expected an operator or the end of the expression, not 'b'\n"},
      {"(a", "1:3 expected ')', not the end\n"},
      {"IF a THEN b", "1:12 expected ELSE, not the end\n"},
      {"[f EXCEPT .a = 1]", "1:11 expected '!', not '.'\n"},
      {"\\E x \\in : p", "1:10 expected an expression, not ':'\n"},
      {"[a, b]", "1:6 expected '\\in', not ']'\n"},
      {"[a]", "1:3 expected '->', '|->', EXCEPT or ']_' in brackets, not ']'\n"},
      {"WF_(x)", "1:7 expected '(', not the end\n"},
      {"LET IN x", "1:5 expected a definition, not 'IN'\n"},
      {"OTHER", "1:1 expected an expression, not 'OTHER'\n"},
      {"\"+\" + +", "1:7 expected an expression, not '+'\n"},
  });
}

TEST(TlaExpressions, LowerCaseKeywordsGetAHint) {
  const Source source("m.tla", "if a then b");
  std::vector<Diagnostic> diagnostics;
  const auto tokens = read_tokens(source, 0, 11, diagnostics);
  EXPECT_EQ(parse_expression(tokens, 0, tokens.size(), diagnostics), nullptr);
  ASSERT_EQ(diagnostics.size(), 1u);
  EXPECT_EQ(diagnostics[0].hint, "keywords are written in capitals: IF");
}

TEST(TlaExpressions, AnExpressionEndsWhereItCannotGoOn) {
  const Source source("m.tla", "x := y + f[1]; skip");
  std::vector<Diagnostic> diagnostics;
  const auto tokens = read_tokens(source, 0, 19, diagnostics);
  const auto read = parse_expression_at(tokens, 2, tokens.size(), diagnostics);
  ASSERT_TRUE(read.expression);
  EXPECT_EQ(to_text(*read.expression), "(+ y ([] f 1))");
  EXPECT_EQ(tokens[read.end].text, ";");
}

std::string times(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

TEST(TlaExpressions, WhatIsTooDeepIsAnError) {
  const std::string openings[] = {"(", "~", "{", "IF ", "x => ", "/\\ ", "LET x == ", "\\E x : ", "a[", "f(", "<<"};
  for (const auto& opening : openings) {
    const auto got = parsed(times(opening, 20'000) + "x");
    EXPECT_NE(got.find(opening == "x => " ? "cannot follow" : "deep"), std::string::npos) << opening << got;
  }
  for (const auto* ending : {"'", "[1]", ".a", " + 1", " \\cup x"})
    EXPECT_NE(parsed("x" + times(ending, 20'000)).find("deep"), std::string::npos) << ending;
}

TEST(TlaExpressions, ChainsOfConjunctionsAreNotDeep) {
  EXPECT_EQ(parsed("x" + times(" /\\ x", 50'000)).substr(0, 8), "(/\\ x x ");
}

}  // namespace
}  // namespace lorelei::tla
