// SPDX-License-Identifier: GPL-3.0-or-later
// A model checked from its assumptions to its properties, and what came of it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "modelcheck/explore.hh"
#include "modelcheck/trace.hh"

namespace lorelei::modelcheck {

struct CheckOptions {
  ExploreOptions explore;
  bool checks_liveness = true;
  // Properties about whole behaviours are looked at among the states that SYMMETRY and VIEW leave over, as the usual
  // checker does it. That may miss a loop, or see one that there is none of.
  bool trusts_reduction = false;
  std::optional<std::filesystem::path> resume;  // what an earlier search was written to
  bool has_coverage = false;
};

// The exit statuses of the usual checker.
enum class Outcome : int {
  kHolds = 0,
  kAssumption = 10,
  kDeadlock = 11,
  kInvariant = 12,
  kProperty = 13,
  kAssertion = 14,
  kFailure = 75,
  kFailureInInvariant = 76,
  kNotCheckable = 77,
  kTooLarge = 152,
  kStopped = 255,
};

// Of a search by chance.
struct Simulated {
  std::uint64_t behaviours = 0, states = 0, longest = 0;  // states: of all behaviours together
  std::uint64_t seed = 0, aril = 0;                       // of the behaviour that is wrong, or the first one
  std::uint64_t found_length = 0;                         // states of that behaviour before it was made shorter
};

// What of a model was made use of.
struct Coverage {
  struct Action {
    std::string name;  // "lock.try", or the definition
    tla::Place place;
    std::uint64_t distinct = 0, generated = 0;  // new states, all states that it led to
  };
  // An await, an if or another condition of a step that was asked, and gave one answer only.
  struct Condition {
    std::string text;
    tla::Place place;
    std::uint64_t asked = 0;
    bool is_never_true = false;  // else never false, of an if whose other part would do something
  };
  std::vector<Action> actions;        // in the order of the source
  std::vector<Condition> conditions;  // likewise
};

struct Verdict {
  Outcome outcome = Outcome::kHolds;
  Explored explored;
  std::optional<Finding> finding;      // the first that is wrong
  std::optional<Trace> trace;          // how it came about
  std::vector<StuckProcess> stuck;     // of a deadlock
  std::optional<StepName> failed_in;   // the step behind the trace that could not be evaluated
  std::optional<Error> error;          // it could not be gone on with the earlier search; the rest is empty
  std::vector<tla::Diagnostic> notes;  // what is doubtful about the model
  std::optional<Coverage> coverage;
  std::optional<Simulated> simulated;  // then explored has only what was generated
};

Outcome outcome_of(const Finding&);

// Of a finding with its trace: what stops whom, or which step failed.
void explain_end(Tracer&, Verdict&);

// Notes of every EXCEPT, and every assignment to an element, that has named an element that is not there.
void note_missed_changes(const Model&, Verdict&);

// Throws nothing. world.print is set by the caller.
Verdict check(Model&, const CheckOptions&);

}  // namespace lorelei::modelcheck
