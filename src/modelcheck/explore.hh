// SPDX-License-Identifier: GPL-3.0-or-later
// All states that can be reached, level by level, and the first thing that is wrong on the shortest way.
//
// The one idea: work is cut by the model alone, never by the threads. Blocks of the frontier are gone through in two
// phases, between which all threads wait for each other. First each thread takes pieces of the block and puts every
// next state it finds into a list for its shard; then each takes shards and enters what is in their lists, in the order
// of the pieces. So no table is ever written by two, nothing is locked, and every number, every parent and every
// finding is the same for any number of threads.
//
// What is wrong is looked for as the usual checker does it: invariants of new states and of those just outside of the
// constraints, step properties of all steps, deadlock of states without any next state. The level in which something
// was found is finished; then the finding counts whose trace is shortest, and of those the first in order.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "modelcheck/checkpoint.hh"
#include "modelcheck/model.hh"
#include "modelcheck/store.hh"

namespace lorelei::modelcheck {

// Finding::during, of a step.
constexpr const char* kNextState = "the next-state relation";

struct Finding {
  enum class Kind {
    kInvariant,
    kInitialPredicate,
    kStepProperty,
    kDeadlock,
    kSpinDeadlock,  // every next state is the same one again
    kAssumption,
    kPostcondition,
    kTemporal,
    kAssertion,  // of Assert()
    kFailure,    // something could not be evaluated
  };
  Kind kind = Kind::kInvariant;
  std::string name, text;           // of what does not hold; of a failure why
  const tla::Node* node = nullptr;  // where it failed
  std::string during;               // of a failure: kNextState, "invariant TypeOK"
  StateId state = kNoState;         // the last state of the trace that is stored
  std::vector<Value> beyond = {};   // of a step that leads out of the stored ones: the state behind it
};

struct Edge {
  StateId from, to;
};

struct Progress;

struct ExploreOptions {
  unsigned threads = 1;
  bool checks_deadlock = true;
  bool checks_spinning = true;  // states that are not final and all of whose next states are themselves
  bool goes_on = false;         // after findings
  bool keeps_edges = false;
  bool reduces = true;             // by SYMMETRY and VIEW of the model
  bool keeps_hashes = false;       // and not the states: two states of the same hash are taken for one. No edges then
  std::uint64_t memory_bytes = 0;  // that the process should take, the rest is in a file; 0: no limit
  std::filesystem::path spill_directory;  // of that file
  // Where the search is written when it is stopped and when is_checkpoint_due, which is asked now and then; empty: not
  // at all. Nothing is written once something was found.
  std::filesystem::path checkpoint;
  std::function<bool()> is_checkpoint_due = [] { return false; };
  std::function<void(const Result<void>&)> checkpointed = nullptr;
  std::function<void(const Progress&)> progress = nullptr;  // after a block, by one thread
  std::function<bool()> is_cancelled = [] { return false; };
};

struct Progress {
  std::uint64_t generated = 0, distinct = 0, queue = 0, level = 0;
};

struct Explored {
  std::uint64_t initial = 0;  // distinct
  std::uint64_t generated = 0, distinct = 0, queue = 0, levels = 0;
  std::vector<Finding> findings;                    // the one that counts first; more only where goes_on is set
  std::uint64_t deadlocks = 0, deadlock_level = 0;  // with checks_deadlock
  std::uint64_t spinning = 0, spinning_level = 0;   // states, the shallowest one's level
  std::vector<std::uint64_t> action_generated, action_distinct;  // by number of Compiler::actions
  std::vector<Edge> edges;                                       // with keeps_edges; each as often as it was generated
  std::vector<StateId> initial_states;
  double missed = 0;     // with keeps_hashes: how likely it is that two states were taken for one, at most
  bool is_whole = true;  // false: stopped
};

class Reducer;

class Explorer {
 public:
  Explorer(Model&, ExploreOptions);
  ~Explorer();
  // Before run(): that it goes on where a search of the same model stood when it was written here, with any number of
  // threads. Errors: those of CheckpointReader::open.
  Result<void> resume(const std::filesystem::path& checkpoint);
  // Throws EvaluationError (kTooLarge) and std::bad_alloc when there is no room for more, CheckpointError when what it
  // was to go on with makes no sense.
  Explored run();

  // Of what run() has found, as all that follows.
  const StateStore& store() const { return *store_; }
  std::uint64_t file_bytes() const { return arena_ ? arena_->file_bytes() : 0; }
  // From an initial state to this one. Level: 1 and up.
  std::vector<StateId> path_to(StateId) const;
  std::uint64_t level_of(StateId) const;
  // The states of a path, which starts with an initial one where only hashes are kept: they are made again then.
  std::vector<std::vector<Value>> states_along(const std::vector<StateId>& path) const;

 private:
  class Work;
  Reducer reducer() const;

  Model& model_;
  ExploreOptions options_;
  std::unique_ptr<Arena> arena_;
  std::unique_ptr<StateStore> store_;
  std::optional<CheckpointReader> resumed_;
};

}  // namespace lorelei::modelcheck
