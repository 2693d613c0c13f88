// SPDX-License-Identifier: GPL-3.0-or-later
// A model one state at a time: where it begins, what can come next and by which step, what is checked of it.
//
// For who goes his own way through the states: by chance, by hand, or to draw all of them. The search for what is wrong
// in all states is modelcheck/explore.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "modelcheck/explore.hh"
#include "modelcheck/trace.hh"

namespace lorelei::modelcheck {

using State = std::vector<Value>;  // as many as the model has variables

struct StateHash {
  std::size_t operator()(const State& state) const;
};

class Walker {
 public:
  explicit Walker(Model&);

  // How the next state came about; only while a callback runs.
  struct How {
    const Step* named = nullptr;  // null: the step has no name
  };
  // In the order in which the model has them, each as often as it comes; false: no more. Throw EvaluationError, also
  // where a variable is left without a value.
  void each_initial(const std::function<bool(const State&)>& each);
  void each_next(const State&, const std::function<bool(const State&, const How&)>& each);
  // All states within the constraints, level by level, each with its number from 0; then the steps from it to such
  // states. False from `state`: no more. Throws EvaluationError.
  struct Visit {
    std::function<bool(std::size_t number, const State&, bool is_initial)> state;
    std::function<void(std::size_t from, std::size_t to, const StepName&)> step = nullptr;  // costs a name for each
  };
  void each_reachable(const Visit&);
  // Of the step that each_next() is at.
  StepName name(const How&);

  // The CONSTRAINTs and, with a state before it, the ACTION_CONSTRAINTs. Throw EvaluationError.
  bool is_in_model(const State& state);
  bool is_in_model(const State& before, const State& state);
  // What of a state, of a first state, of a step does not hold; a failure is a finding too. Its `beyond` is not set.
  std::optional<Finding> wrong_with(const State&);
  std::optional<Finding> wrong_with_first(const State&);
  std::optional<Finding> wrong_with_step(const State& before, const State& after);

  // Whether an algorithm has come to its end there; without one, true.
  bool has_ended(const State&) const;

  // Of this state, which is the level-th of its behaviour. Throws EvaluationError.
  Value evaluate(const Expression&, const State&, const State* next = nullptr);
  void set_level(std::uint64_t level) { machine_.level = level; }
  // While this is set, it is counted how often conditions were false and true.
  void count_tests(TestCounts* counts) { machine_.tests = counts; }
  // What is to be told of an evaluation that failed just now.
  Finding failure(const EvaluationError&, std::string during);

 private:
  void begin();
  void require_values();
  std::optional<Finding> first_broken(const std::vector<NamedExpression>&, Finding::Kind, const char* what);

  Model& model_;
  Machine machine_;
  State now_;
};

}  // namespace lorelei::modelcheck
