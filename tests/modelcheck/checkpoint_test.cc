// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/checkpoint.hh"

#include <gmock/gmock.h>

#include "model_of_text.hh"
#include "modelcheck/trace_json.hh"

namespace lorelei::modelcheck {

using testing::HasSubstr;

// 4,096 states in 13 levels, each with a new value; and one step that is wrong at the end.
constexpr auto kCounters = R"(
EXTENDS Naturals, Sequences
VARIABLES n, log
Init == n = [p \in 1..4 |-> 0] /\ log = {}
Next == \E p \in 1..4 : n[p] < 7 /\ n' = [n EXCEPT ![p] = @ + 1] /\ log' = {<<p, n[p]>>}
Spec == Init /\ [][Next]_<<n, log>>
Few == n # [p \in 1..4 |-> 6]
)";

static std::string told(const Model& model, const Verdict& verdict) {
  const auto& of = verdict.explored;
  auto text = std::to_string(of.initial) + "/" + std::to_string(of.distinct) + "/" + std::to_string(of.generated) +
              "/" + std::to_string(of.levels) + "/" + std::to_string(of.deadlocks);
  for (const auto& action : of.action_distinct) text += " " + std::to_string(action);
  if (verdict.finding) text += " " + verdict.finding->name;
  if (verdict.trace)
    for (const auto& state : verdict.trace->states)
      for (const auto value : state.values) text += " " + to_text(model.heap, value);
  return text;
}

class Checkpoint : public testing::Test {
 protected:
  TempDir directory_ = TempDir::create(std::filesystem::temp_directory_path(), "model-").value();
  std::filesystem::path file_ = directory_.path() / "search";
  std::filesystem::path copy_ = directory_.path() / "then";

  // Stops after so many blocks; 0: not at all.
  std::string run(const std::string& config, unsigned threads, int blocks, bool resumes, bool keeps_hashes = false) {
    auto model = model_of(kCounters, config);
    if (!model) return "wrong";
    CheckOptions wish;
    wish.explore.threads = threads;
    wish.explore.keeps_hashes = keeps_hashes;
    wish.explore.checkpoint = file_;
    if (resumes) wish.resume = copy_;
    int seen = 0;
    wish.explore.is_cancelled = [&] { return blocks > 0 && ++seen > blocks; };
    const auto verdict = check(*model, wish);
    if (verdict.error) return to_text(*verdict.error);
    if (verdict.outcome == Outcome::kStopped) {
      std::filesystem::rename(file_, copy_);
      return "stopped";
    }
    return told(*model, verdict);
  }
};

TEST_F(Checkpoint, ASearchGoesOnAsIfItHadNotBeenStopped) {
  for (const auto* config : {"SPECIFICATION Spec\n", "SPECIFICATION Spec\nINVARIANT Few\n"})
    for (const bool keeps_hashes : {false, true}) {
      SCOPED_TRACE(std::string(config) + (keeps_hashes ? "hashes" : "states"));
      const auto whole = run(config, 1, 0, false, keeps_hashes);
      for (const int blocks : {1, 9}) {
        EXPECT_EQ(run(config, 2, blocks, false, keeps_hashes), "stopped");
        EXPECT_EQ(run(config, 3, 2, true, keeps_hashes), "stopped") << "again, on the way";
        EXPECT_EQ(run(config, 1, 0, true, keeps_hashes), whole);
        EXPECT_EQ(run(config, 3, 0, true, keeps_hashes), whole);
      }
    }
}

TEST_F(Checkpoint, AnotherModelIsNotGoneOnWith) {
  EXPECT_EQ(run("SPECIFICATION Spec\n", 1, 3, false), "stopped");
  EXPECT_THAT(run("SPECIFICATION Spec\nINVARIANT Few\n", 1, 0, true), HasSubstr("it is of another model"));
}

TEST_F(Checkpoint, WhatIsDamagedIsNotGoneOnWith) {
  EXPECT_EQ(run("SPECIFICATION Spec\n", 1, 3, false), "stopped");
  const auto whole = read_file(copy_).value();
  ASSERT_GT(whole.size(), 4096u);
  for (std::size_t at : {std::size_t{0}, std::size_t{35}, std::size_t{50}, whole.size() / 2, whole.size() - 3}) {
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    ASSERT_TRUE(replace_file(copy_, damaged, Sync::kNo));
    EXPECT_THAT(run("SPECIFICATION Spec\n", 1, 0, true), HasSubstr("cannot go on with the search of")) << at;
  }
  for (std::size_t size : {std::size_t{0}, std::size_t{8}, std::size_t{48}, whole.size() / 16 * 8, whole.size() - 8}) {
    ASSERT_TRUE(replace_file(copy_, whole.substr(0, size), Sync::kNo));
    EXPECT_THAT(run("SPECIFICATION Spec\n", 1, 0, true), HasSubstr("cannot go on with the search of")) << size;
  }
}

TEST_F(Checkpoint, WhereItCannotBeWrittenTheSearchGoesOn) {
  auto model = model_of(kCounters);
  ExploreOptions options;
  options.checkpoint = directory_.path() / "no" / "such";
  options.is_checkpoint_due = [] { return true; };
  std::string said;
  options.checkpointed = [&](const Result<void>& status) { said = status ? "written" : to_text(status.error()); };
  EXPECT_EQ(Explorer(*model, options).run().levels, 29u);
  EXPECT_THAT(said, HasSubstr("cannot write the search to"));
}

TEST_F(Checkpoint, OnlyAnOlderSearchIsReplaced) {
  ASSERT_TRUE(replace_file(file_, "a letter to somebody that is longer than the first line of a search", Sync::kNo));
  auto refused = CheckpointWriter::begin(file_, 1);
  ASSERT_FALSE(refused);
  EXPECT_THAT(to_text(refused.error()), HasSubstr("something else is there"));
  EXPECT_THAT(read_file(file_).value(), HasSubstr("a letter to somebody"));
  std::filesystem::remove(file_);
  for (int i = 0; i < 2; ++i) {
    auto writer = CheckpointWriter::begin(file_, 1);
    ASSERT_TRUE(writer);
    EXPECT_TRUE(writer->commit());
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path()), {}), 1);
}

TEST(Traces, DeeplyNestedJsonIsRefused) {
  const std::string deep(2'000'000, '[');
  const auto trace = JsonTrace::parse("{\"counterexample\": {\"state\": [[1, {\"x\": " + deep);
  ASSERT_FALSE(trace);
  EXPECT_THAT(to_text(trace.error()), HasSubstr("nested too deeply"));
}

TEST(Hashes, TracesAreMadeAgain) {
  auto model = model_of(kCounters, "SPECIFICATION Spec\nINVARIANT Few\n");
  const auto exact = told(*model, verdict_of(*model));
  CheckOptions wish;
  wish.explore.keeps_hashes = true;
  model = model_of(kCounters, "SPECIFICATION Spec\nINVARIANT Few\n");
  const auto verdict = check(*model, wish);
  EXPECT_EQ(told(*model, verdict), exact);
  EXPECT_GT(verdict.explored.missed, 0);
  EXPECT_LT(verdict.explored.missed, 1e-9);
}

// The file is there, and what was sent to it comes back.
TEST(Memory, MoreStatesThanMemory) {
  auto directory = TempDir::create(std::filesystem::temp_directory_path(), "model-").value();
  auto model = model_of(kCounters, "SPECIFICATION Spec\nINVARIANT Few\n");
  const auto exact = told(*model, verdict_of(*model));
  CheckOptions wish;
  wish.explore.memory_bytes = 1;  // sent there after each shard
  wish.explore.spill_directory = directory.path();
  for (const unsigned threads : {1u, 3u}) {
    wish.explore.threads = threads;
    model = model_of(kCounters, "SPECIFICATION Spec\nINVARIANT Few\n");
    EXPECT_EQ(told(*model, check(*model, wish)), exact);
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path())) << "it has no name";
  Explorer explorer(*model, wish.explore);
  explorer.run();
  EXPECT_GE(explorer.file_bytes(), 1u << 20) << "the first piece of the file, which holds all of them";

  wish.explore.spill_directory = directory.path() / "nowhere";
  const auto verdict = check(*model, wish);
  EXPECT_EQ(verdict.outcome, Outcome::kTooLarge);
  EXPECT_THAT(verdict.finding->text, HasSubstr("need a file, which cannot be made in"));
}

}  // namespace lorelei::modelcheck
