// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/liveness.hh"

#include <set>

#include "model_of_text.hh"

namespace lorelei::modelcheck {

// A ring of four states with a way out: 0 1 2 3, from 3 back to 0 or on to 9, where it ends.
static const char* const kRing = R"(EXTENDS Naturals
VARIABLE x
Init == x = 0
Go == x < 3 /\ x' = x + 1
Back == x = 3 /\ x' = 0
Out == x = 3 /\ x' = 9
Next == Go \/ Back \/ Out
None == Init /\ [][Next]_x
Weak == None /\ WF_x(Next)
WeakOut == None /\ WF_x(Next) /\ WF_x(Out)
StrongOut == None /\ WF_x(Next) /\ SF_x(Out)
)";

// What is found: "holds", or the number of states and where the loop goes back to ("." for one that stands still).
static std::string found(const std::string& specification, const std::string& property) {
  auto model =
      model_of(kRing + ("P == " + property), "SPECIFICATION " + specification + "\nPROPERTY P\nCHECK_DEADLOCK FALSE");
  if (!model) return "wrong";
  const auto verdict = verdict_of(*model);
  if (!verdict.finding) return "holds";
  if (verdict.finding->kind != Finding::Kind::kTemporal) return verdict.finding->text;
  const auto& trace = *verdict.trace;
  return std::to_string(trace.states.size()) + (trace.is_stuttering ? "." : "^" + std::to_string(*trace.back_to + 1));
}

TEST(Liveness, FairnessDecides) {
  EXPECT_EQ(found("None", "<>(x = 1)"), "1.");
  EXPECT_EQ(found("Weak", "<>(x = 1)"), "holds");
  EXPECT_EQ(found("Weak", "<>(x = 9)"), "4^1");
  EXPECT_EQ(found("WeakOut", "<>(x = 9)"), "4^1");  // Out is possible again and again, but never for long
  EXPECT_EQ(found("StrongOut", "<>(x = 9)"), "holds");
}

TEST(Liveness, EachFormOfFormula) {
  struct Case {
    const char *property, *weak, *strong;
  };
  const Case cases[] = {
      {"[]<>(x = 0)", "5.", "5."},
      {"<>[](x = 9)", "4^1", "holds"},
      {"x = 0 ~> x = 3", "holds", "holds"},
      {"x = 3 ~> x = 9", "4^1", "holds"},
      {"x = 3 ~> x = 0", "5.", "5."},
      {"[](x = 2 => <>(x = 3))", "holds", "holds"},
      {"<>(x = 9) \\/ []<>(x = 0)", "holds", "holds"},
      {"<>(x = 9) /\\ []<>(x = 0)", "4^1", "5."},
      {"[]<>(x = 0) => <>(x = 9)", "4^1", "holds"},
      {"~[]<>(x = 0)", "4^1", "holds"},
      {"[]<><<Go>>_x", "5.", "5."},
      {"<>[][x' = x]_x", "4^1", "holds"},
      {"<><<Out>>_x", "4^1", "holds"},
      {"WF_x(Out)", "holds", "holds"},
      {"SF_x(Out)", "4^1", "holds"},
      {"\\A n \\in 0..3 : <>(x = n)", "holds", "holds"},
      {"\\E n \\in {7, 9} : <>(x = n)", "4^1", "holds"},
      {"<>(x = 7)", "4^1", "5."},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.property);
    EXPECT_EQ(found("Weak", one.property), one.weak);
    EXPECT_EQ(found("StrongOut", one.property), one.strong);
  }
}

// A star: from 0 to each of 45 states and back; of 40 it is strongly fair that they come.
static Verdict verdict_of_star(const std::string& property) {
  auto model = model_of(R"(EXTENDS Naturals
VARIABLE x
A(i) == x' = IF x = i THEN 0 ELSE i
Spec == x = 0 /\ [][\E i \in 1..45 : A(i)]_x /\ \A i \in 1..40 : SF_x(A(i))
P == )" + property,
                        "SPECIFICATION Spec\nPROPERTY P");
  return verdict_of(*model);
}

TEST(Liveness, ManyStrongConditionsCostNoPower) {
  EXPECT_EQ(verdict_of_star("[]<>(x = 1)").outcome, Outcome::kHolds);
  const auto verdict = verdict_of_star("[]<>(x = 43)");
  ASSERT_EQ(verdict.outcome, Outcome::kProperty);
  // Some loop, which has each of the forty, and is not said to be the shortest.
  EXPECT_FALSE(verdict.trace->is_shortest);
  std::set<std::uint32_t> in_loop;
  for (auto i = *verdict.trace->back_to; i < verdict.trace->states.size(); ++i)
    in_loop.insert(verdict.trace->states[i].values[0].bits);
  for (int i = 1; i <= 40; ++i) EXPECT_TRUE(in_loop.contains(Heap::small(i).bits)) << i;
  EXPECT_FALSE(in_loop.contains(Heap::small(43).bits));
}

}  // namespace lorelei::modelcheck
