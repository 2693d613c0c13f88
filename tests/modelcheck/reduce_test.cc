// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/reduce.hh"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "model_of_text.hh"

namespace lorelei::modelcheck {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kCounters = R"(
EXTENDS Naturals, FiniteSets, TLC
CONSTANTS P, p1, p2, p3
VARIABLES n, last
Init == n = [p \in P |-> 0] /\ last = {}
Step(p) == n' = [n EXCEPT ![p] = (@ + 1) % 3] /\ last' = {<<p, n[p]>>}
Next == \E p \in P : Step(p)
Spec == Init /\ [][Next]_<<n, last>>
Of(S) == Permutations(S)
PermsP == Of(P)
Generators == {[p \in {p1, p2} |-> IF p = p1 THEN p2 ELSE p1], [p \in {p2, p3} |-> IF p = p2 THEN p3 ELSE p2]}
Numbers == n
Few == \A p \in P : n[p] # 2
)";

static std::string config(const std::string& more) {
  return "SPECIFICATION Spec\nCONSTANTS p1 = p1 p2 = p2 p3 = p3 P = {p1, p2, p3}\n" + more;
}

static std::string counts(const std::string& more) {
  std::string first;
  for (const unsigned threads : {1u, 3u}) {
    auto model = model_of(kCounters, config(more));
    if (!model) return "wrong";
    const auto verdict = verdict_of(*model, threads);
    const auto& explored = verdict.explored;
    auto text = std::to_string(explored.distinct) + "/" + std::to_string(explored.generated) + "/" +
                std::to_string(explored.levels);
    if (verdict.finding) text += " " + verdict.finding->name + "@" + std::to_string(verdict.trace->states.size());
    if (first.empty()) first = text;
    EXPECT_EQ(text, first) << "with " << threads << " threads";
  }
  return first;
}

// What the permutations make of each other, counted without any of it: states by what is left when names are gone.
static std::size_t orbits() {
  auto model = model_of(kCounters, config(""));
  Explorer explorer(*model, {});
  explorer.run();
  auto& heap = model->heap;
  std::set<std::multiset<std::pair<std::int64_t, std::int64_t>>> kinds;
  const auto& store = explorer.store();
  for (std::uint32_t shard = 0; shard < kShards; ++shard)
    for (std::uint32_t place = 0; place < store.count(shard); ++place) {
      const auto* state = store.state(StateStore::id(shard, place));
      const auto numbers = heap.values(state[0]);
      const auto names = heap.elements(heap.domain(state[0]));
      std::multiset<std::pair<std::int64_t, std::int64_t>> kind;
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        std::int64_t mark = -1;
        for (const auto last : heap.elements(state[1]))
          if (heap.values(last)[0] == names[i]) mark = heap.number(heap.values(last)[1]);
        kind.emplace(heap.number(numbers[i]), mark);
      }
      kinds.insert(kind);
    }
  return kinds.size();
}

TEST(Reduce, StatesThatAPermutationMakesTheSameAreOne) {
  EXPECT_EQ(counts(""), "82/247/8");
  EXPECT_EQ(counts("SYMMETRY PermsP\n"), std::to_string(orbits()) + "/58/8");
}

TEST(Reduce, PermutationsAreTakenOneAfterTheOther) {
  EXPECT_EQ(counts("SYMMETRY Generators\n"), counts("SYMMETRY PermsP\n"));
}

TEST(Reduce, ViewSaysWhatAStateIsKnownBy) {
  EXPECT_EQ(counts("VIEW Numbers\n"), "27/82/7");
  EXPECT_EQ(counts("VIEW Numbers\nSYMMETRY PermsP\n"), "10/31/7");
}

TEST(Reduce, TracesAreOfStatesThatFollowEachOther) {
  for (const auto* more : {"", "SYMMETRY PermsP\n", "VIEW Numbers\n"}) {
    auto model = model_of(kCounters, config(std::string(more) + "INVARIANT Few\n"));
    const auto verdict = verdict_of(*model, 2);
    ASSERT_TRUE(verdict.trace) << more;
    ASSERT_EQ(verdict.trace->states.size(), 3u) << more;
    for (std::size_t i = 1; i < 3; ++i) EXPECT_EQ(verdict.trace->states[i].step.action, "Step") << more;
  }
}

// Each of two takes turns, and the reduced graph has a loop that is none.
TEST(Reduce, PropertiesAboutBehavioursAreLookedAtAmongAllStates) {
  const std::string body = R"(
EXTENDS Naturals, TLC
CONSTANT P
VARIABLES who, n
Other == CHOOSE p \in P : p # who
Init == who \in P /\ n = 0
Next == IF n = 0 THEN n' = 1 /\ who' \in P ELSE n' = 0 /\ who' \in P /\ who' # who
Spec == Init /\ [][Next]_<<who, n>> /\ WF_<<who, n>>(Next)
Perms == Permutations(P)
Changes == \A p \in P : []<>(who = p)
)";
  const std::string reduced = "SPECIFICATION Spec\nCONSTANT P = {a, b}\nSYMMETRY Perms\nPROPERTY Changes\n";
  auto model = model_of(body, reduced);
  auto verdict = verdict_of(*model);
  EXPECT_EQ(verdict.outcome, Outcome::kHolds);
  EXPECT_EQ(verdict.explored.distinct, 2u);
  ASSERT_FALSE(verdict.notes.empty());
  EXPECT_THAT(verdict.notes[0].text, HasSubstr("are checked without SYMMETRY"));

  CheckOptions wish;
  wish.trusts_reduction = true;
  model = model_of(body, reduced);
  EXPECT_EQ(check(*model, wish).outcome, Outcome::kProperty) << "and this is why";
}

TEST(Reduce, WhatIsNoPermutationIsRefused) {
  Heap heap;
  const auto a = heap.model_value("a"), b = heap.model_value("b");
  std::vector<Value> both{a, b};
  const auto domain = heap.set(both);
  const Value twice[] = {a, a}, swapped[] = {b, a}, numbers[] = {Heap::small(1), a};
  const auto refusal = [&](Value function) {
    try {
      group_of(heap, {function});
    } catch (const EvaluationError& error) {
      return error.text;
    }
    return std::string("taken");
  };
  EXPECT_EQ(refusal(heap.function(domain, twice)), "(a :> a @@ b :> a) is no permutation: nothing leads to b");
  EXPECT_EQ(refusal(heap.function(domain, numbers)), "(a :> 1 @@ b :> a) is no permutation of model values");
  EXPECT_EQ(refusal(Heap::small(3)), "3 is no permutation: it is an integer");
  EXPECT_EQ(group_of(heap, {heap.function(domain, swapped)}).size(), 1u);
}

TEST(Reduce, AGroupHasAFewGeneratorsAndALimit) {
  Heap heap;
  const auto permutations_of = [&heap](int count) {
    std::vector<Value> names;
    for (int i = 0; i < count; ++i) names.push_back(heap.model_value("m" + std::to_string(count) + std::to_string(i)));
    const auto domain = heap.set(names);
    std::vector<Value> functions, images = names;
    const auto by_bits = [](Value a, Value b) { return a.bits < b.bits; };
    std::sort(images.begin(), images.end(), by_bits);
    do functions.push_back(heap.function(domain, images));
    while (std::next_permutation(images.begin(), images.end(), by_bits));
    return functions;
  };
  EXPECT_EQ(group_of(heap, permutations_of(7)).size(), 5039u);
  EXPECT_THROW(group_of(heap, permutations_of(9)), EvaluationError);
}

TEST(Reduce, WhatTheConfigurationWantsIsAboutNoMoreThanItMayBe) {
  const std::string body =
      "EXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == x' = 1 - x\nSpec == Init /\\ [][Next]_x\n"
      "Moves == x' # x\nHere == {x}";
  for (const auto* wrong :
       {"SYMMETRY Here\n", "POSTCONDITION Here\n", "INVARIANT Moves\n", "CONSTRAINT Moves\n", "VIEW Moves\n"}) {
    auto directory = TempDir::create(std::filesystem::temp_directory_path(), "model-").value();
    ModelFiles files;
    files.specification = directory.path() / "M.tla";
    ASSERT_TRUE(replace_file(files.specification, "---- MODULE M ----\n" + body + "\n====\n", Sync::kNo));
    ASSERT_TRUE(replace_file(directory.path() / "M.cfg", std::string("SPECIFICATION Spec\n") + wrong, Sync::kNo));
    std::vector<tla::Diagnostic> diagnostics;
    const auto loaded = Model::load(files, diagnostics);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->state, Model::State::kWrongConfig) << wrong;
  }
}

}  // namespace lorelei::modelcheck
