// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/walk.hh"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace lorelei::modelcheck {

std::size_t StateHash::operator()(const State& state) const {
  std::uint64_t hash = 0x9E3779B97F4A7C15;
  for (const auto value : state) hash = (hash ^ value.bits) * 0xD6E8FEB86659FD93, hash ^= hash >> 32;
  return hash;
}

Walker::Walker(Model& model)
    : model_(model), machine_(model.heap, model.world, model.width(), model.compiler->frame_size()) {}

// Also after something failed in the middle.
void Walker::begin() {
  machine_.restart(model_.compiler->frame_size());
  std::fill(machine_.next.begin(), machine_.next.end(), Value{});
  machine_.named = nullptr;
  machine_.emit = nullptr;
}

void Walker::require_values() {
  std::string missing;
  for (std::size_t i = 0; i < machine_.next.size(); ++i)
    if (!machine_.next[i])
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", model_.compiler->variables()[i]->name);
  if (missing.empty()) return;
  machine_.at = nullptr;
  fail(fmt::format("{} is given no value", missing));
}

void Walker::each_initial(const std::function<bool(const State&)>& each) {
  if (!model_.initial) return;
  begin();
  machine_.now = nullptr;
  machine_.level = 1;
  // What is done with a state evaluates in a machine of its own, or after this.
  std::vector<State> all;
  const std::function<bool()> emit = [&] {
    require_values();
    all.push_back(machine_.next);
    return true;
  };
  machine_.emit = &emit;
  take(*model_.initial, machine_);
  machine_.emit = nullptr;
  for (const auto& one : all)
    if (!each(one)) return;
}

void Walker::each_next(const State& state, const std::function<bool(const State&, const How&)>& each) {
  if (!model_.next) return;
  begin();
  now_ = state;
  machine_.now = now_.data();
  const std::function<bool()> emit = [&] {
    require_values();
    return each(machine_.next, {machine_.named});
  };
  machine_.emit = &emit;
  take(*model_.next, machine_);
  machine_.emit = nullptr;
}

void Walker::each_reachable(const Visit& visit) {
  std::unordered_map<State, std::size_t, StateHash> numbers;
  std::vector<const State*> states;  // keys of numbers, which stay where they are
  bool goes_on = true;
  const auto number_of = [&](const State& state, bool is_initial) {
    const auto [entry, is_new] = numbers.try_emplace(state, states.size());
    if (!is_new) return entry->second;
    states.push_back(&entry->first);
    goes_on = goes_on && visit.state(entry->second, entry->first, is_initial);
    return entry->second;
  };
  each_initial([&](const State& state) {
    if (is_in_model(state)) number_of(state, true);
    return goes_on;
  });
  std::vector<std::pair<State, StepName>> all;
  for (std::size_t from = 0; from < states.size() && goes_on; ++from) {
    all.clear();
    each_next(*states[from], [&](const State& next, const How& how) {
      all.emplace_back(next, visit.step ? name(how) : StepName{});
      return true;
    });
    for (const auto& [next, step] : all) {
      if (!is_in_model(*states[from], next)) continue;
      const auto to = number_of(next, false);
      if (!goes_on) return;
      if (visit.step) visit.step(from, to, step);
    }
  }
}

StepName Walker::name(const How& how) {
  std::vector<Value> arguments;
  if (how.named)
    for (const auto* argument : how.named->tests) arguments.push_back(machine_.evaluate(*argument));
  return name_of(model_, how.named, std::move(arguments));
}

bool Walker::is_in_model(const State& state) {
  return std::all_of(model_.constraints.begin(), model_.constraints.end(),
                     [&](const auto& one) { return evaluate(*one.expression, state) == kTrue; });
}
bool Walker::is_in_model(const State& before, const State& state) {
  if (!is_in_model(state)) return false;
  begin();
  now_ = before;
  machine_.now = now_.data();
  machine_.next = state;
  const auto& all = model_.action_constraints;
  return std::all_of(all.begin(), all.end(), [&](const auto& one) { return machine_.is_true(*one.expression); });
}

std::optional<Finding> Walker::first_broken(const std::vector<NamedExpression>& all, Finding::Kind kind,
                                            const char* what) {
  for (const auto& one : all) {
    try {
      if (machine_.is_true(*one.expression)) continue;
    } catch (const EvaluationError& error) {
      return failure(error, fmt::format("{} {}", what, one.name));
    }
    Finding made;
    made.kind = kind;
    made.name = one.name;
    return made;
  }
  return std::nullopt;
}

std::optional<Finding> Walker::wrong_with(const State& state) {
  begin();
  now_ = state;
  machine_.now = now_.data();
  return first_broken(model_.invariants, Finding::Kind::kInvariant, "invariant");
}
std::optional<Finding> Walker::wrong_with_first(const State& state) {
  begin();
  now_ = state;
  machine_.now = now_.data();
  return first_broken(model_.initial_predicates, Finding::Kind::kInitialPredicate, "property");
}
std::optional<Finding> Walker::wrong_with_step(const State& before, const State& after) {
  if (model_.step_properties.empty()) return std::nullopt;
  begin();
  now_ = before;
  machine_.now = now_.data();
  machine_.next = after;
  return first_broken(model_.step_properties, Finding::Kind::kStepProperty, "property");
}

bool Walker::has_ended(const State& state) const {
  const auto& heap = model_.heap;
  const auto is_done = [&](Value label) { return heap.kind(label) == Kind::kString && heap.text(label) == "Done"; };
  for (std::size_t i = 0; i < state.size(); ++i) {
    if (!model_.translation || model_.compiler->variables()[i]->name != "pc") continue;
    if (heap.kind(state[i]) != Kind::kFunction) return is_done(state[i]);
    const auto labels = heap.values(state[i]);
    return std::all_of(labels.begin(), labels.end(), is_done);
  }
  return true;
}

Value Walker::evaluate(const Expression& expression, const State& state, const State* next) {
  begin();
  if (next) machine_.next = *next;
  now_ = state;
  machine_.now = now_.data();
  return machine_.evaluate(expression);
}

Finding Walker::failure(const EvaluationError& wrong, std::string during) {
  Finding made;
  made.kind = wrong.reason == EvaluationError::Reason::kAssertion ? Finding::Kind::kAssertion : Finding::Kind::kFailure;
  made.text = wrong.text;
  made.node = machine_.at ? machine_.at->node : nullptr;
  made.during = std::move(during);
  return made;
}

}  // namespace lorelei::modelcheck
