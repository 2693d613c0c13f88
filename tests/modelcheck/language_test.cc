// SPDX-License-Identifier: GPL-3.0-or-later
// Actions that use themselves, sets that are only described, what is chosen at random, JSON: by whole models.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/modelcheck/model_of_text.hh"

namespace lorelei::modelcheck {
namespace {

constexpr auto kExtends =
    "EXTENDS Integers, Sequences, FiniteSets, Bags, TLC, TLCExt, Json, Randomization\nVARIABLE x\n";

struct Counts {
  Outcome outcome;
  std::uint64_t generated, distinct;
  friend bool operator==(const Counts&, const Counts&) = default;
};
void PrintTo(const Counts& counts, std::ostream* out) {
  *out << fmt::format("{}: {} generated, {} distinct", static_cast<int>(counts.outcome), counts.generated,
                      counts.distinct);
}

Counts counts_of(const std::string& body, const std::string& more = "", unsigned threads = 1) {
  auto model = model_of(kExtends + body, "INIT Init\nNEXT Next\n" + more);
  if (!model) return {};
  model->world.print = [](const std::string&) {};
  const auto verdict = verdict_of(*model, threads);
  if (verdict.finding) ADD_FAILURE_AT(__FILE__, __LINE__) << verdict.finding->text;
  return {verdict.outcome, verdict.explored.generated, verdict.explored.distinct};
}

// Each must be TRUE.
void hold(const std::vector<std::string>& expressions, const std::string& definitions = "") {
  for (const auto& expression : expressions) {
    SCOPED_TRACE(expression);
    EXPECT_EQ(counts_of(definitions + "Init == x = 0\nNext == UNCHANGED x\nASSUME " + expression).outcome,
              Outcome::kHolds);
  }
}

TEST(RecursiveActions, SayWhatIsNext) {
  EXPECT_EQ(counts_of("RECURSIVE Down(_)\n"
                      "Down(n) == IF n = 0 THEN x' = 0 ELSE \\/ x' = n\n"
                      "                                     \\/ Down(n - 1)\n"
                      "Init == x = 0\nNext == Down(3)"),
            (Counts{Outcome::kHolds, 1 + 4 * 4, 4}));
  // With an argument that only the state knows, something behind the call, and two variables.
  EXPECT_EQ(counts_of("VARIABLE y\nRECURSIVE Each(_, _)\n"
                      "Each(S, n) == IF S = {} THEN x' = n\n"
                      "              ELSE \\E e \\in S : Each(S \\ {e}, (n * 2 + e) % 5)\n"
                      "Init == x = 0 /\\ y = 1\n"
                      "Next == Each({1, 2, x}, x) /\\ y' = x' + y - x /\\ y' < 8"),
            counts_of("VARIABLE y\n"
                      "Init == x = 0 /\\ y = 1\n"
                      "M(n, e) == (n * 2 + e) % 5\n"
                      "Three(S) == \\E a \\in S : \\E b \\in S \\ {a} : \\E c \\in S \\ {a, b} : "
                      "x' = M(M(M(x, a), b), c)\n"
                      "Two(S) == \\E a \\in S : \\E b \\in S \\ {a} : x' = M(M(x, a), b)\n"
                      "Next == /\\ IF Cardinality({1, 2, x}) = 3 THEN Three({1, 2, x}) ELSE Two({1, 2, x})\n"
                      "        /\\ y' = x' + y - x /\\ y' < 8"));
}

TEST(RecursiveActions, ThatCallEachOther) {
  EXPECT_EQ(counts_of("RECURSIVE Even(_), Odd(_)\nEven(n) == Odd(n - 1)\n"
                      "Odd(n) == IF n < 1 THEN x' = 1 - x ELSE Even(n - 1)\nInit == x = 0\nNext == Even(4)"),
            (Counts{Outcome::kHolds, 3, 2}));
}

TEST(RecursiveActions, InALetAndInTheBeginning) {
  EXPECT_EQ(counts_of("Init == LET RECURSIVE From(_)\n"
                      "            From(n) == IF n = 3 THEN x = n ELSE x = n \\/ From(n + 1)\n"
                      "        IN From(0)\n"
                      "Next == LET RECURSIVE To(_)\n"
                      "            To(n) == IF n = 0 THEN x' = 0 ELSE IF x > n THEN x' = n ELSE To(n - 1)\n"
                      "        IN To(2)"),
            (Counts{Outcome::kHolds, 8, 4}));
  EXPECT_EQ(counts_of("RECURSIVE F(_)\nF(n) == IF n = 0 THEN x' = 1 ELSE F(n - 1)\n"
                      "Init == x = 0\nNext == (x = 0 /\\ ENABLED F(2) /\\ F(2)) \\/ (x = 1 /\\ UNCHANGED x)"),
            (Counts{Outcome::kHolds, 3, 2}));
}

TEST(DescribedSets, AreAskedForTheirElements) {
  hold(
      {
          "5 \\in {n \\in Nat : n > 3}",
          "3 \\notin {n \\in Nat : n > 3}",
          "{4, 5} \\subseteq Big",
          "~({3, 5} \\subseteq Big)",
          "{} \\subseteq Big",
          "[a |-> 5, b |-> \"s\"] \\in [a : Big, b : {\"s\"}]",
          "[a |-> 2, b |-> \"s\"] \\notin [a : Big, b : {\"s\"}]",
          "[a |-> 5] \\notin [a : Big, b : {\"s\"}]",
          "<<4, 5>> \\in [1..2 -> Big]",
          "<<4, 3>> \\notin [1..2 -> Big]",
          "<<4, 5, 6>> \\notin [1..2 -> Big]",
          "<<4, 5>> \\in Big \\X Nat",
          "<<4, 5, 6>> \\in Seq(Big)",
          "<<4, 1, 6>> \\notin Seq(Big)",
          "<<>> \\in Seq(Big)",
          "{4, 7} \\in SUBSET Big",
          "{4, 1} \\notin SUBSET Big",
          "2 \\in Big \\cup {2}",
          "7 \\notin Big \\ {7}",
          "7 \\in Big \\cap 1..9",
          "<<{4}, 1>> \\in (SUBSET Big) \\X Int",
          "\\A e \\in 4..6 : [v |-> <<e>>] \\in [v : Seq({n \\in Nat : n >= e})]",
          "{5} \\subseteq {n \\in Int : \\E m \\in 1..3 : n = m + 3}",
      },
      "Big == {n \\in Nat : n > 3}\n");
}

TEST(Modules, Randomization) {
  hold(
      {
          "RandomElement(1..9) \\in 1..9",
          "RandomSubset(3, 1..9) \\in SUBSET (1..9) /\\ Cardinality(RandomSubset(3, 1..9)) = 3",
          "RandomSubset(0, {}) = {}",
          "RandomSubset(9, 1..9) = 1..9",
          "RandomSetOfSubsets(5, 2, 1..9) \\subseteq SUBSET (1..9)",
          "Cardinality(RandomSetOfSubsets(5, 2, 1..9)) <= 5",
          "RandomSetOfSubsets(3, 0, 1..9) = {{}}",
          "RandomSubsetSet(3, \"1.0\", 1..3) = {1..3}",
          "Cardinality({RandomElement({i} \\X (1..1000)) : i \\in 1..20}) = 20",
          "Cardinality({RandomElement(IF i > 0 THEN 1..1000000 ELSE {}) : i \\in 1..20}) > 15",
          "Chosen = Chosen /\\ AssertError(\"\", RandomElement({})) /\\ AssertError(\"\", RandomSubset(4, {1}))",
      },
      "Chosen == RandomSubset(4, 1..100)\n");
}

TEST(Modules, WhatIsChosenIsTheSameForAnyNumberOfThreads) {
  const std::string body =
      "Start == RandomSubset(5, 1..50)\nInit == x \\in Start\n"
      "Next == \\/ x' = RandomElement(1..200)\n"
      "        \\/ \\E i \\in 1..2 : x' = x + i + RandomElement({0, 100}) /\\ x' < 400";
  const auto one = counts_of(body);
  EXPECT_EQ(one.outcome, Outcome::kHolds);
  EXPECT_GT(one.distinct, 50U);
  EXPECT_EQ(counts_of(body, "", 4), one);
  // A definition without arguments is chosen once.
  EXPECT_EQ(counts_of("S == RandomSubset(5, 1..50)\nInit == x \\in S\nNext == x' \\in S").distinct, 5U);
}

TEST(Modules, Json) {
  hold({
      R"(ToJson(1) = "1" /\ ToJson(TRUE) = "true" /\ ToJson("a\"b") = "\"a\\\"b\"")",
      R"(ToJson(<<1, {3, 2}, <<>>>>) = "[1,[2,3],[]]")",
      R"(ToJson([b |-> 1, a |-> <<2>>]) \in {"{\"b\":1,\"a\":[2]}", "{\"a\":[2],\"b\":1}"})",
      R"(ToJsonObject(<<5, 6>>) = "{\"1\":5,\"2\":6}")",
      R"(ToJsonArray([i \in {3, 4} |-> i * i]) = "[9,16]")",
      R"(ToJson(1..3) = "[1,2,3]")",
      R"(AssertError("", ToJson(Nat)) /\ AssertError("", ToJsonObject(1)))",
      R"(AssertError("", JsonDeserialize("x")))",
  });
}

TEST(Modules, TlcExtAndBags) {
  hold({
      "AssertEq(1 + 1, 2)",
      "AssertError(\"never\", 1 \\div 0) /\\ ~AssertError(\"never\", 1 \\div 1)",
      "AssertError(\"told\", Assert(FALSE, \"told\"))",
      "TLCGetOrDefault(17, \"none\") = \"none\"",
      "LET Plus(a, b) == a + b IN TLCGetAndSet(18, Plus, 2, 40) = 40 /\\ TLCGet(18) = 42",
      "LET Half(e) == e \\div 2 IN BagOfAll(Half, SetToBag(0..4)) = (0 :> 2 @@ 1 :> 2 @@ 2 :> 1)",
      "BagOfAll(LAMBDA e : e, EmptyBag) = EmptyBag",
  });
}

TEST(Config, MayStandInAModule) {
  auto directory = TempDir::create(std::filesystem::temp_directory_path(), "model-").value();
  const auto file = directory.path() / "M.tla";
  const auto load = [&](const std::string& text) {
    EXPECT_TRUE(replace_file(file, text, Sync::kNo));
    std::vector<tla::Diagnostic> diagnostics;
    ModelFiles files;
    files.specification = file;
    files.config = file;
    auto loaded = Model::load(files, diagnostics);
    if (!loaded) return loaded.error().why;
    std::string said;
    for (const auto& one : diagnostics)
      said += fmt::format("{}:{} ", one.place.source->file() == file.string() ? "M" : "?",
                          one.place.source->position(one.place.begin).line);
    return loaded->state == Model::State::kReady ? said + "ready" : said;
  };
  const std::string module = "---- MODULE M ----\nCONSTANT c\nVARIABLE x\nInit == x = c\nNext == x' = x\n====\n";
  EXPECT_EQ(load(module + "---- CONFIG M ----\nINIT Init\nNEXT Next\nCONSTANT c = 3\n====\nnot read"), "ready");
  EXPECT_EQ(load("----- CONFIG M -----\nINIT Init NEXT Next CONSTANT c = 3\n======\n" + module), "ready");
  EXPECT_EQ(load(module + "---- CONFIG N ----\nINIT Init\n====\n"), "it has no line ---- CONFIG M ----");
  EXPECT_EQ(load(module + "---- CONFIG M ----\nINIT Init\nNEXT 3\nCONSTANT c = 3\n====\n"), "M:9 M:9 ");
}

// What is said points into sources that stay, also where the algorithm cannot be read.
TEST(Model, MessagesOutliveWhatCannotBeLoaded) {
  auto directory = TempDir::create(std::filesystem::temp_directory_path(), "model-").value();
  ModelFiles files;
  files.specification = directory.path() / "M.tla";
  ASSERT_TRUE(replace_file(files.specification,
                           "---- MODULE M ----\n(* --algorithm A begin skip; end algorithm *) x == 1\n====\n",
                           Sync::kNo));
  std::vector<tla::Diagnostic> diagnostics;
  const auto loaded = Model::load(files, diagnostics);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->state, Model::State::kWrongSpecification);
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(tla::to_text(diagnostics[0]).substr(directory.path().string().size() + 1, 45),
            "M.tla:2:46: error: nothing may stand behind t");
}

}  // namespace
}  // namespace lorelei::modelcheck
