// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/explore.hh"

#include <gmock/gmock.h>

#include "model_of_text.hh"

namespace lorelei::modelcheck {

// "initial/distinct/generated/levels" of everything that can be reached.
static std::string counts(const std::string& body, const std::string& config = "SPECIFICATION Spec\n") {
  std::string first;
  for (const unsigned threads : {1u, 3u}) {
    auto model = model_of(body, config);
    if (!model) return "wrong";
    ExploreOptions options;
    options.threads = threads;
    options.checks_deadlock = false;
    const auto found = Explorer(*model, options).run();
    std::string text;
    for (const auto& finding : found.findings) text += finding.name + finding.text + " ";
    text += std::to_string(found.initial) + "/" + std::to_string(found.distinct) + "/" +
            std::to_string(found.generated) + "/" + std::to_string(found.levels);
    if (first.empty()) first = text;
    EXPECT_EQ(text, first) << "with " << threads << " threads";
  }
  return first;
}

TEST(Explore, CountsEveryWayToANextState) {
  struct Case {
    const char *what, *next, *counts;
  };
  const Case cases[] = {
      {"a step", "x' = (x + 1) % 3", "1/3/4/3"},
      {"the same step twice", "x' = (x + 1) % 3 \\/ x' = (x + 1) % 3", "1/3/7/3"},
      {"a choice", "\\E y \\in 0..2 : x' = y", "1/3/10/2"},
      {"a choice of which only the condition differs", "(\\E y \\in 0..2 : y >= 0) /\\ x' = 1 - x", "1/2/7/2"},
      {"a set", "x' \\in {1, 2}", "1/3/7/2"},
      {"a condition on what is chosen", "x' \\in 0..5 /\\ x' < 2", "1/2/5/2"},
      {"what is said twice", "x' = 1 /\\ x' = 1", "1/2/3/2"},
      {"what contradicts itself", "x' = 1 /\\ x' = 2", "1/1/1/1"},
      {"nothing changes", "UNCHANGED x", "1/1/2/1"},
      {"a case", "CASE x = 0 -> x' = 1 [] x = 1 -> x' = 2 [] OTHER -> x' = x", "1/3/4/3"},
      {"all of them", "\\A y \\in 1..2 : x' \\in {y, 1, 2}", "1/3/7/2"},
      {"implication", "(x = 7 => FALSE) /\\ x' = 0", "1/1/2/1"},
      {"a definition with a primed argument", "LET Set(v, e) == v = e IN Set(x', 1)", "1/2/3/2"},
      {"a definition that is needed twice", "LET y == x + 1 IN x' = y % 2 /\\ y > 0", "1/2/3/2"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    EXPECT_EQ(counts(std::string("EXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == ") + one.next +
                     "\nSpec == Init /\\ [][Next]_x"),
              one.counts);
  }
}

TEST(Explore, InitialStates) {
  const auto of = [](const std::string& init) {
    return counts("EXTENDS Naturals\nVARIABLES x, y\nInit == " + init +
                  "\nNext == UNCHANGED <<x, y>>\nSpec == Init /\\ [][Next]_<<x, y>>");
  };
  EXPECT_EQ(of("x \\in 0..2 /\\ y = x"), "3/3/6/1");
  EXPECT_EQ(of("(x = 0 \\/ x = 1) /\\ y \\in {x, 0}"), "3/3/6/1");
  EXPECT_EQ(of("\\E z \\in 1..2 : x = z /\\ y = z + x"), "2/2/4/1");
  EXPECT_EQ(of("x \\in [1..2 -> BOOLEAN] /\\ y = x[1]"), "4/4/8/1");
  EXPECT_THAT(of("x = 0"), testing::StartsWith("y is given no value"));
}

TEST(Explore, WhatIsBeyondAConstraintIsNotGoneInto) {
  const std::string body =
      "EXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == x' = x + 1\nSpec == Init /\\ [][Next]_x\n"
      "Small == x < 5\nFew == x' < 4\nBelow == x < 5";
  EXPECT_EQ(counts(body, "SPECIFICATION Spec\nCONSTRAINT Small"), "1/5/6/5");
  EXPECT_EQ(counts(body, "SPECIFICATION Spec\nACTION_CONSTRAINT Few"), "1/4/5/4");
  // But it is looked at.
  EXPECT_THAT(counts(body, "SPECIFICATION Spec\nCONSTRAINT Small\nINVARIANT Below"),
              testing::StartsWith("Below 1/5/6/5"));
}

TEST(Explore, InstancesStandForTheirSubstitutions) {
  const std::string body = R"(EXTENDS Naturals
VARIABLES a, b
---- MODULE Counter ----
EXTENDS Naturals
CONSTANT Limit
VARIABLE n
Start == n = 0
Step == n < Limit /\ n' = n + 1
====
A == INSTANCE Counter WITH n <- a, Limit <- 2
B(k) == INSTANCE Counter WITH n <- b, Limit <- k
Init == A!Start /\ B(3)!Start
Next == (A!Step /\ UNCHANGED b) \/ (B(3)!Step /\ UNCHANGED a)
Spec == Init /\ [][Next]_<<a, b>>)";
  EXPECT_EQ(counts(body), "1/12/18/6");
}

TEST(Explore, ConstantsOfTheConfiguration) {
  const std::string body = R"(EXTENDS Naturals, FiniteSets
CONSTANTS S, F(_), None
Limit == 10
VARIABLE x
Init == x = None
Next == x' \in S \/ x' = F(2)
Spec == Init /\ [][Next]_x
Small == Cardinality(S) < Limit)";
  EXPECT_EQ(counts(body, "SPECIFICATION Spec\nINVARIANT Small\nCONSTANTS S = {a, b} F(2) = 7 None = None"), "1/4/13/2");
  EXPECT_THAT(counts(body, "SPECIFICATION Spec\nINVARIANT Small\nCONSTANTS S = {a, b} F(2) = 7 None = None Limit = 2"),
              testing::StartsWith("Small"));
}

TEST(Explore, ARecursionWithoutEndIsAnError) {
  EXPECT_THAT(
      counts("EXTENDS Naturals\nVARIABLE x\nRECURSIVE F(_)\nF(n) == F(n + 1)\nInit == x = 0\nNext == x' = F(x)\n"
             "Spec == Init /\\ [][Next]_x"),
      testing::HasSubstr("too deep"));
}

TEST(Explore, ASetThatIsTooLargeFailsWhereItIsNeeded) {
  const std::string body =
      "EXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == x' = (x + 1) % 3\nSpec == Init /\\ [][Next]_x\n"
      "Holds == x < 3 \\/ \\A s \\in {SUBSET (1..40)} : s = {}\nFails == \\A s \\in {SUBSET (1..40)} : s = {}";
  EXPECT_EQ(counts(body, "SPECIFICATION Spec\nINVARIANT Holds"), "1/3/4/3");
  EXPECT_THAT(counts(body, "SPECIFICATION Spec\nINVARIANT Fails"), testing::HasSubstr("more than 1000000 elements"));
}

TEST(Explore, ManyConditionsTakeNoStack) {
  std::string next = "Next ==\n";
  for (int i = 0; i < 20'000; ++i) next += "  /\\ x >= 0\n";
  EXPECT_EQ(counts("EXTENDS Naturals\nVARIABLE x\nInit == x = 0\n" + next +
                   "  /\\ x' = (x + 1) % 3\nSpec == Init /\\ [][Next]_x"),
            "1/3/4/3");
}

TEST(Explore, TheShortestTraceForAnyNumberOfThreads) {
  const std::string body = R"(EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\ y = 0
Next == (x' = (x + 1) % 50 /\ UNCHANGED y) \/ (y' = (y + 1) % 50 /\ UNCHANGED x)
Spec == Init /\ [][Next]_<<x, y>>
Never == ~(x * y = 100))";
  for (const unsigned threads : {1u, 2u, 4u}) {
    auto model = model_of(body, "SPECIFICATION Spec\nINVARIANT Never");
    const auto verdict = verdict_of(*model, threads);
    ASSERT_EQ(verdict.outcome, Outcome::kInvariant);
    EXPECT_EQ(verdict.trace->states.size(), 21u);  // 10 and 10
  }
}

TEST(Explore, WhatIsSetBeforeTheSearchIsThereForAll) {
  const std::string body = R"(
EXTENDS Naturals, TLC
VARIABLES x, y
ASSUME TLCSet(1, 7)
Init == x = 0 /\ y = 0
Next == (x < 40 /\ x' = x + 1 /\ y' = y) \/ (y < 40 /\ y' = y + 1 /\ x' = x)
Spec == Init /\ [][Next]_<<x, y>>
Set == TLCGet(1) = 7
Numbers == TLCGet("generated") = 3281 /\ TLCGet("distinct") = 1681 /\ TLCGet(1) = 7
)";
  for (const unsigned threads : {1u, 3u}) {
    auto model = model_of(body, "SPECIFICATION Spec\nINVARIANT Set\nPOSTCONDITION Numbers\nCHECK_DEADLOCK FALSE\n");
    ASSERT_TRUE(model);
    EXPECT_EQ(verdict_of(*model, threads).outcome, Outcome::kHolds) << threads;
  }
}

// Three alternatives are looked up by their constants; these cannot all be compared with a string.
TEST(Explore, AComparisonThatFailsIsNotLookedUp) {
  auto model = model_of(
      "EXTENDS Naturals\nVARIABLE x\nInit == x = \"z\"\n"
      "Next == (x = \"a\" /\\ x' = 1) \\/ (x = 1 /\\ x' = 2) \\/ (x = 2 /\\ x' = 3)\n"
      "Spec == Init /\\ [][Next]_x");
  const auto verdict = verdict_of(*model);
  EXPECT_EQ(verdict.outcome, Outcome::kFailure);
}

TEST(Explore, WhatIsChosenAtRandomInTheBeginningIsTheSameInEachRun) {
  std::string first;
  for (int run = 0; run < 3; ++run) {
    auto model = model_of(
        "EXTENDS Naturals, TLC\nVARIABLES x, y\nInit == x \\in 1..4 /\\ y = RandomElement(1..100000)\n"
        "Next == UNCHANGED <<x, y>> /\\ x = 9\nSpec == Init /\\ [][Next]_<<x, y>>");
    const auto verdict = verdict_of(*model);
    ASSERT_TRUE(verdict.trace);
    const auto text = to_text(model->heap, verdict.trace->states[0].values[1]);
    if (run == 0) first = text;
    EXPECT_EQ(text, first);
  }
}

}  // namespace lorelei::modelcheck
