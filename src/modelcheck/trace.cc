// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/trace.hh"

#include <fmt/format.h>

#include <algorithm>

#include "modelcheck/operations.hh"

namespace lorelei::modelcheck {

Tracer::Tracer(Model& model, const Explorer& explorer) : Tracer(model) { explorer_ = &explorer; }
Tracer::Tracer(Model& model)
    : model_(model), machine_(model.heap, model.world, model.width(), model.compiler->frame_size()) {}

StepName name_of(const Model& model, const Step* named, std::vector<Value> arguments) {
  StepName made;
  if (!named) return made;
  const auto& action = model.compiler->actions()[named->action];
  made.action = action.symbol->name;
  made.place = action.place;
  made.arguments = std::move(arguments);
  for (const auto& parameter : action.symbol->unit->parameters) made.parameters.push_back(parameter.name.text);
  if (!model.translation) return made;
  for (const auto& label : model.translation->actions) {
    if (label.action != made.action) continue;
    made.label = &label;
    made.body = &model.translation->bodies[label.body];
    made.place = label.place;
  }
  return made;
}

void Tracer::begin_at(const Value* state) {
  machine_.restart(model_.compiler->frame_size());
  std::fill(machine_.next.begin(), machine_.next.end(), Value{});
  machine_.now = state;
  machine_.named = nullptr;
}

// That the machine is taking.
StepName Tracer::step_at() {
  std::vector<Value> arguments;
  if (machine_.named)
    for (const auto* argument : machine_.named->tests) arguments.push_back(machine_.evaluate(*argument));
  return name_of(model_, machine_.named, std::move(arguments));
}

// The first step in order that leads there.
StepName Tracer::step_between(const Value* from, const Value* to) {
  const Silence silence(model_);
  StepName found;
  begin_at(from);
  const std::function<bool()> emit = [&] {
    if (!std::equal(machine_.next.begin(), machine_.next.end(), to)) return true;
    found = step_at();
    return false;
  };
  machine_.emit = &emit;
  try {
    if (model_.next) take(*model_.next, machine_);
  } catch (const EvaluationError&) {
    // It failed behind the step that was found, or the state would not be known.
  }
  machine_.emit = nullptr;
  std::fill(machine_.next.begin(), machine_.next.end(), Value{});
  return found;
}

Trace Tracer::through(const std::vector<StateId>& path) { return of(explorer_->states_along(path)); }

Trace Tracer::of(const std::vector<std::vector<Value>>& states) {
  Trace made;
  for (const auto& values : states) {
    machine_.level = std::max<std::size_t>(1, made.states.size());
    TraceState state{values, {}, {}};
    if (!made.states.empty()) state.step = step_between(made.states.back().values.data(), state.values.data());
    made.states.push_back(std::move(state));
  }
  return made;
}

Trace Tracer::to(const Finding& finding) {
  Trace made;
  if (finding.state != kNoState) made = through(explorer_->path_to(finding.state));
  if (finding.beyond.empty()) return made;
  machine_.level = std::max<std::size_t>(1, made.states.size());
  TraceState last{finding.beyond, {}, {}};
  if (!made.states.empty()) last.step = step_between(made.states.back().values.data(), last.values.data());
  made.states.push_back(std::move(last));
  return made;
}

Trace Tracer::along(const Lasso& lasso) {
  auto made = through(lasso.states);
  made.back_to = lasso.back_to;
  made.is_stuttering = lasso.is_stuttering;
  made.is_shortest = lasso.is_shortest;
  if (!made.is_stuttering)
    made.back_step = step_between(made.states.back().values.data(), made.states[lasso.back_to].values.data());
  return made;
}

std::optional<StepName> Tracer::failing_in(const std::vector<Value>& state) {
  const Silence silence(model_);
  std::optional<StepName> found;
  begin_at(state.data());
  const std::function<bool()> emit = [] { return true; };
  machine_.emit = &emit;
  try {
    if (model_.next) take(*model_.next, machine_);
  } catch (const EvaluationError&) {
    found = step_at();
  }
  machine_.emit = nullptr;
  std::fill(machine_.next.begin(), machine_.next.end(), Value{});
  return found;
}

std::optional<std::string> Tracer::apply_alias(Trace& trace) {
  if (!model_.alias) return std::nullopt;
  const Silence silence(model_);
  std::optional<std::string> wrong;
  const auto& heap = model_.heap;
  for (std::size_t i = 0; i < trace.states.size(); ++i) {
    const auto next = i + 1 < trace.states.size() ? i + 1 : trace.back_to.value_or(i);
    machine_.restart(model_.compiler->frame_size());
    machine_.now = trace.states[i].values.data();
    machine_.next = trace.states[next].values;
    machine_.level = i + 1;
    try {
      const auto made = operations::normal_value(*model_.alias, machine_);
      if (heap.kind(made) != Kind::kFunction || heap.values(made).empty())
        fail(fmt::format("{} is no record", modelcheck::shown(heap, made)));
      const auto names = heap.elements(heap.domain(made));
      for (std::size_t field = 0; field < names.size(); ++field) {
        const auto is_name = heap.kind(names[field]) == Kind::kString;
        trace.states[i].shown.emplace_back(is_name ? std::string(heap.text(names[field])) : to_text(heap, names[field]),
                                           heap.values(made)[field]);
      }
    } catch (const EvaluationError& error) {
      if (!wrong) wrong = error.text;
    }
  }
  std::fill(machine_.next.begin(), machine_.next.end(), Value{});
  return wrong;
}

namespace {

void collect_variables(const Expression& expression, const std::vector<const tla::Symbol*>& variables,
                       std::vector<std::uint32_t>& out) {
  if (expression.evaluate == operations::variable && variables[expression.slot]->name != "pc" &&
      std::find(out.begin(), out.end(), expression.slot) == out.end())
    out.push_back(expression.slot);
  for (const auto* part : expression.parts) collect_variables(*part, variables, out);
}

}  // namespace

bool reads_only_pc(const Expression& expression, const std::vector<const tla::Symbol*>& variables) {
  if (expression.evaluate != operations::constant_equality) return false;
  const auto& left = *expression.parts[0];
  const auto& subject = left.evaluate == operations::application || left.evaluate == operations::variable_application
                            ? *left.parts[0]
                            : left;
  return subject.evaluate == operations::variable && variables[subject.slot]->name == "pc";
}

std::vector<StuckProcess> Tracer::stuck_in(const std::vector<Value>& state) {
  std::vector<StuckProcess> out;
  if (!model_.translation || !model_.next) return out;
  const Silence silence(model_);
  std::vector<Blocked> blocked;
  const std::function<bool()> emit = [] { return true; };
  begin_at(state.data());
  machine_.emit = &emit;
  machine_.blocked = &blocked;
  try {
    take(*model_.next, machine_);
  } catch (const EvaluationError&) {
    // What was noted so far is true all the same.
  }
  machine_.blocked = nullptr;
  machine_.emit = nullptr;
  const auto& variables = model_.compiler->variables();
  for (const auto& one : blocked) {
    if (!one.named || reads_only_pc(*one.test->expression, variables)) continue;
    auto step = name_of(model_, one.named, one.arguments);
    if (!step.label) continue;
    StuckProcess made;
    made.process = one.arguments.empty() ? Value{} : one.arguments[0];
    made.step = std::move(step);
    made.condition = one.test->expression->node;
    std::vector<std::uint32_t> read;
    collect_variables(*one.test->expression, variables, read);
    for (const auto number : read) made.values.emplace_back(variables[number]->name, state[number]);
    out.push_back(std::move(made));
  }
  return out;
}

}  // namespace lorelei::modelcheck
