// SPDX-License-Identifier: GPL-3.0-or-later
// How a behaviour came about: which step was taken from each state to the next, by which process, at which label.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "modelcheck/liveness.hh"

namespace lorelei::modelcheck {

// What a step is in the words of whoever wrote the model.
struct StepName {
  std::string action;                   // the definition; "" if it has none
  std::vector<std::string> parameters;  // of it
  std::vector<Value> arguments;
  tla::Place place;  // of its label, or of its definition

  // Of PlusCal.
  const tla::pluscal::LabelAction* label = nullptr;
  const tla::pluscal::BodyFacts* body = nullptr;
};

// named: the step, or null. arguments: of its definition.
StepName name_of(const Model&, const Step* named, std::vector<Value> arguments);

using Shown = std::vector<std::pair<std::string, Value>>;

struct TraceState {
  std::vector<Value> values;  // of the variables
  StepName step;              // that led here; empty for the first
  Shown shown = {};           // what ALIAS makes of it; empty: the variables as they are
};

// Whether the condition asks for a control state of PlusCal and nothing else.
bool reads_only_pc(const Expression&, const std::vector<const tla::Symbol*>& variables);

struct Trace {
  std::vector<TraceState> states;
  // Of a loop: where it goes back to, and by which step. The last state alone: it stays there for ever.
  std::optional<std::size_t> back_to;
  StepName back_step;
  bool is_stuttering = false;
  bool is_shortest = true;
};

// A process that cannot go on.
struct StuckProcess {
  Value process{};                                    // none: the algorithm has no processes
  StepName step;                                      // that it is about to take
  const tla::Node* condition = nullptr;               // that is false; null: the label has no step, as that of "Error"
  std::vector<std::pair<std::string, Value>> values;  // of the variables in the condition
};

class Tracer {
 public:
  Tracer(Model&, const Explorer&);
  explicit Tracer(Model&);  // for of(), apply_alias() and stuck_in()

  // To the last state that the finding names, and the one behind it if there is one.
  Trace to(const Finding&);
  Trace along(const Lasso&);
  Trace of(const std::vector<std::vector<Value>>& states);
  // What ALIAS makes of the states: the fields of a record that may be about the next state too. The last state is
  // followed by the one that the loop goes back to, or by itself. What cannot be evaluated is left as it is; then why.
  std::optional<std::string> apply_alias(Trace&);
  // The step that cannot be evaluated in a state; nothing: all of them can.
  std::optional<StepName> failing_in(const std::vector<Value>& state);
  // What stops each process in a state in which nothing goes on.
  std::vector<StuckProcess> stuck_in(const std::vector<Value>& state);

 private:
  Trace through(const std::vector<StateId>& path);
  StepName step_between(const Value* from, const Value* to);
  StepName step_at();
  void begin_at(const Value* state);

  Model& model_;
  const Explorer* explorer_ = nullptr;
  Machine machine_;
};

}  // namespace lorelei::modelcheck
