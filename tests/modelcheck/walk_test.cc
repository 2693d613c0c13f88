// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/walk.hh"

#include <gmock/gmock.h>

#include "model_of_text.hh"
#include "modelcheck/coverage.hh"
#include "modelcheck/dump.hh"
#include "modelcheck/replay.hh"
#include "modelcheck/report.hh"
#include "modelcheck/shorten.hh"
#include "modelcheck/simulate.hh"

namespace lorelei::modelcheck {

using testing::HasSubstr;

static const char* const kGrid = R"(EXTENDS Naturals
VARIABLES x, y
Init == x \in {0, 1} /\ y = 0
Right == x' = (x + 1) % 7 /\ UNCHANGED y
Up == y' = (y + 1) % 5 /\ UNCHANGED x
Never == x = 100 /\ UNCHANGED <<x, y>>
Next == Right \/ Up \/ Never
Spec == Init /\ [][Next]_<<x, y>>
Near == x < 5
Corner == ~(x = 6 /\ y = 4)
Low == y < 3)";

TEST(Walk, ReachesWhatTheSearchReaches) {
  for (const std::string config : {"SPECIFICATION Spec", "SPECIFICATION Spec\nCONSTRAINT Low"}) {
    auto model = model_of(kGrid, config);
    ExploreOptions options;
    options.checks_deadlock = false;
    const auto explored = Explorer(*model, options).run();
    std::size_t states = 0, steps = 0, initial = 0;
    Walker::Visit visit;
    visit.state = [&](std::size_t number, const State&, bool is_initial) {
      EXPECT_EQ(number, states);
      ++states;
      initial += is_initial;
      return true;
    };
    visit.step = [&](std::size_t, std::size_t, const StepName& step) {
      ++steps;
      EXPECT_THAT(step.action, testing::AnyOf("Right", "Up"));
    };
    Walker(*model).each_reachable(visit);
    EXPECT_EQ(states, explored.distinct);
    EXPECT_EQ(initial, explored.initial);
    if (model->constraints.empty()) {
      EXPECT_EQ(steps + initial, explored.generated);
    }
  }
}

TEST(Walk, ASimulationFindsTheSameForTheSameSeed) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    auto one = model_of(kGrid, "SPECIFICATION Spec\nINVARIANT Corner");
    auto two = model_of(kGrid, "SPECIFICATION Spec\nINVARIANT Corner");
    SimulateOptions options;
    options.seed = seed;
    const auto first = simulate(*one, options), second = simulate(*two, options);
    ASSERT_EQ(first.outcome, Outcome::kInvariant);
    EXPECT_EQ(to_json(*one, first), to_json(*two, second));
    EXPECT_EQ(first.trace->states.size(), verdict_of(*one).trace->states.size()) << "not made as short as it can be";
  }
}

TEST(Walk, ShorteningKeepsToTheActionsOfTheBehaviour) {
  auto model = model_of(kGrid, "SPECIFICATION Spec\nINVARIANT Near");
  const auto state = [&](int x, int y) { return State{model->heap.integer(x), model->heap.integer(y)}; };
  Finding wrong;
  wrong.name = "Near";
  const std::vector<State> around = {state(0, 0), state(0, 1), state(1, 1), state(2, 1),
                                     state(3, 1), state(4, 1), state(5, 1)};
  EXPECT_EQ(shortened(*model, around, wrong).size(), 5u);
  EXPECT_EQ(shortened(*model, {state(1, 0), state(1, 1)}, wrong).size(), 2u) << "no way to it with these actions";
}

TEST(Walk, CoverageTellsStepsAndConditionsThatAlwaysComeOutTheSame) {
  auto model = model_of(R"(EXTENDS Naturals
(* --algorithm M
variables x = 0;
begin
  a: while x < 3 do
  b:   if x < 5 then x := x + 1; else x := 0; end if;
     end while;
  c: await x > 7;
  d: skip;
end algorithm *)
\* BEGIN TRANSLATION
\* END TRANSLATION)");
  ASSERT_TRUE(model);
  CheckOptions wish;
  wish.explore.checks_deadlock = false;
  wish.has_coverage = true;
  const auto verdict = check(*model, wish);
  ASSERT_TRUE(verdict.coverage);
  std::string steps, conditions;
  for (const auto& one : verdict.coverage->actions)
    steps += one.name + " " + std::to_string(one.distinct) + ":" + std::to_string(one.generated) + " ";
  for (const auto& one : verdict.coverage->conditions)
    conditions += one.text + (one.is_never_true ? " never true; " : " never false; ");
  EXPECT_EQ(steps, "a 4:4 b 3:3 c 0:0 d 0:0 ");
  EXPECT_EQ(conditions, "x < 5 never false; x > 7 never true; ");
}

TEST(Walk, AGraphOfTooManyStatesIsRefused) {
  auto model = model_of(kGrid);
  DumpOptions options;
  options.is_graph = options.has_labels = true;
  options.max_states = 34;
  EXPECT_FALSE(dump(*model, options));
  options.max_states = 35;
  const auto graph = dump(*model, options);
  ASSERT_TRUE(graph);
  EXPECT_THAT(*graph, HasSubstr("1 -> 2 [label=\"Right\"]"));
  options.is_graph = false;
  EXPECT_THAT(dump(*model, options).value(), HasSubstr("State 35:\n/\\ x = "));
}

TEST(Walk, AReplayFollowsWhatWasWritten) {
  auto model = model_of(R"(EXTENDS Naturals, FiniteSets, Sequences
CONSTANT M
VARIABLES s, f
Init == s = {} /\ f = [a |-> <<>>, b |-> [i \in 2..3 |-> M]]
Next == \E i \in 1..3 : s' = s \cup {{i}, {}} /\ f' = [f EXCEPT !.a = Append(@, "x")]
Spec == Init /\ [][Next]_<<s, f>>
Few == Cardinality(s) < 4)",
                        "SPECIFICATION Spec\nINVARIANT Few\nCONSTANT M = M");
  const auto verdict = verdict_of(*model);
  ASSERT_EQ(verdict.outcome, Outcome::kInvariant);
  for (const auto& text : {to_counterexample(*model, verdict), to_json(*model, verdict)}) {
    auto replay = Replay::begin(*model);
    ASSERT_TRUE(replay);
    const auto followed = (*replay)->follow(text);
    ASSERT_TRUE(followed) << followed.error().why;
    EXPECT_THAT((*replay)->run("continue"), HasSubstr("state 4 of 4"));
    EXPECT_EQ((*replay)->run("print Few"), "FALSE\n");
    EXPECT_EQ((*replay)->run("print Len(f.a)"), "3\n");
  }
}

}  // namespace lorelei::modelcheck
