// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>

#include "modelcheck/compiler.hh"

namespace lorelei::modelcheck {

using tla::Node;
using tla::NodeKind;
using tla::NodePtr;
using tla::SymbolKind;

Step& Compiler::Work::make_step(const Node& node, Step::Kind kind) {
  auto& made = compiler_.steps_.emplace_back();
  made.kind = kind;
  made.node = &node;
  return made;
}

const Step* Compiler::Work::step(const Node& node, const Environment* environment, StepMode mode) {
  const StepMode inner{mode.is_initial, false};
  switch (node.kind) {
    case NodeKind::kName:
    case NodeKind::kPath: {
      const auto target = target_of(node, environment);
      if (!target.symbol) fail_at(node, fmt::format("{} is not defined", node.text));
      return step_of_name(node, *target.symbol, *target.arguments, target.environment, environment, mode);
    }
    case NodeKind::kPrefix:
    case NodeKind::kInfix:
    case NodeKind::kPostfix:
      return step_of_operator(node, environment, mode);
    case NodeKind::kJunction:
      return node.text == "/\\" ? all_of(node, node.parts, environment, inner)
                                : any_of(node, node.parts, environment, mode);
    case NodeKind::kExists:
      return bounded(node, Step::Kind::kExists, environment, mode);
    case NodeKind::kForall:
      return bounded(node, Step::Kind::kForall, environment, inner);
    case NodeKind::kIf: {
      auto& made = make_step(node, Step::Kind::kIf);
      made.expression = test(*node.parts[0], environment, mode)->expression;
      made.parts = {step(*node.parts[1], environment, inner), step(*node.parts[2], environment, inner)};
      return &made;
    }
    case NodeKind::kCase: {
      auto& made = make_step(node, Step::Kind::kCase);
      for (const auto& arm : node.parts) {
        if (arm->parts.size() == 2) made.tests.push_back(test(*arm->parts[0], environment, mode)->expression);
        made.parts.push_back(step(*arm->parts.back(), environment, inner));
      }
      return &made;
    }
    case NodeKind::kLet: {
      auto& emptied = emptied_.emplace_back();
      const auto* within = let_environment(node, environment, emptied, true);
      return with_emptied(node, step(*node.parts[0], within, mode), emptied);
    }
    case NodeKind::kLabel:
      return step(*node.parts[0], environment, mode);
    case NodeKind::kPart: {
      auto& emptied = emptied_.emplace_back();
      const auto* within = part_environment(node, environment, emptied, true);
      return with_emptied(node, step(*node.shared.back(), within, mode), emptied);
    }
    case NodeKind::kBoxAction:
      return any_of(node, {step(*node.parts[0], environment, mode), kept(*node.parts[1], node, environment)});
    case NodeKind::kAngleAction: {
      auto& changed = make_step(node, Step::Kind::kTest);
      auto& differs = make(node, operations::negation);
      differs.parts = {unchanged(*node.parts[1], node, environment, Reads::kNow)};
      changed.expression = done(differs);
      auto& made = make_step(node, Step::Kind::kAll);
      made.parts = {step(*node.parts[0], environment, inner), &changed};
      return &made;
    }
    default:
      return test(node, environment, mode);
  }
}

const Step* Compiler::Work::test(const Node& node, const Environment* environment, StepMode mode) {
  auto& made = make_step(node, Step::Kind::kTest);
  made.expression = expression(node, environment, mode.is_initial ? Reads::kNext : Reads::kNow);
  return &made;
}

const Step* Compiler::Work::step_of_operator(const Node& node, const Environment* environment, StepMode mode) {
  const StepMode inner{mode.is_initial, false};
  const auto* symbol = node.symbol;
  if (!symbol) fail_at(node, fmt::format("{} is not defined", node.text));
  if (symbol->kind != SymbolKind::kBuiltIn || (environment && environment->find(symbol)))
    return step_of_name(node, *symbol, node.parts, environment, environment, mode);
  const auto& name = symbol->name;
  if (name == "/\\") return all_of(node, node.parts, environment, inner);
  if (name == "\\/") return any_of(node, node.parts, environment, mode);
  if (name == "=") return binder(node, Step::Kind::kAssign, environment, mode);
  if (name == "\\in") return binder(node, Step::Kind::kIn, environment, mode);
  if (name == "\\subseteq") return binder(node, Step::Kind::kSubset, environment, mode);
  if (name == "UNCHANGED" && !mode.is_initial) return kept(*node.parts[0], node, environment);
  if (name == "=>") {
    auto& made = make_step(node, Step::Kind::kIf);
    made.expression = test(*node.parts[0], environment, mode)->expression;
    made.parts = {step(*node.parts[1], environment, inner), &make_step(node, Step::Kind::kAll)};
    return &made;
  }
  return test(node, environment, mode);
}

// Whether it may say what a variable is, and uses itself.
static bool is_called(const tla::Symbol& symbol, bool is_initial) {
  return symbol.is_recursive && symbol.level >= (is_initial ? tla::Level::kState : tla::Level::kAction);
}

const Step* Compiler::Work::step_of_name(const Node& node, const Symbol& symbol, const std::vector<NodePtr>& arguments,
                                         const Environment* environment, const Environment* of_arguments,
                                         StepMode mode) {
  if (const auto* known = environment ? environment->find(&symbol) : nullptr) {
    // Opened up as well where it is no action: a guard that is true in two ways lets the step be taken twice.
    if (known->kind == Meaning::Kind::kText || known->kind == Meaning::Kind::kNeeded)
      return step(*known->node, known->environment, mode);
    if (known->kind == Meaning::Kind::kSymbol)
      return step_of_name(node, *known->symbol, arguments, known->environment, of_arguments, mode);
    if (known->kind == Meaning::Kind::kOperator && !symbol.is_recursive && known->parameters &&
        !(known->unit && known->unit->kind == tla::UnitKind::kFunction))
      return put_in_step(node, *known->parameters, *known->node, arguments, known->environment, of_arguments, mode);
    if (known->kind == Meaning::Kind::kOperator && is_called(symbol, mode.is_initial) && known->unit)
      return called_step(node, *known->unit, arguments, known->environment, of_arguments, mode);
    return test(node, of_arguments, mode);
  }
  if (const auto other = compiler_.assignments_.replaced.find(&symbol); other != compiler_.assignments_.replaced.end())
    return step_of_name(node, *other->second, arguments, nullptr, of_arguments, mode);
  if (symbol.kind != SymbolKind::kOperator || compiler_.assignments_.values.contains(&symbol))
    return test(node, of_arguments, mode);
  const auto* lexical = environment ? environment->context : nullptr;
  if (const auto* original = without_instances(&symbol, lexical); original != &symbol)
    return step_of_name(node, *original, arguments, lexical, of_arguments, mode);
  const auto* unit = symbol.unit;
  const bool is_definition = !symbol.is_standard && unit && unit->kind == tla::UnitKind::kOperator;
  if (is_definition && is_called(symbol, mode.is_initial))
    return called_step(node, *unit, arguments, lexical, of_arguments, mode);
  if (symbol.is_recursive || !is_definition) return test(node, of_arguments, mode);
  const auto* body = put_in_step(node, unit->parameters, *unit->body, arguments, lexical, of_arguments, mode);
  if (!mode.is_named) return body;
  const auto [number, is_new] = action_numbers_.emplace(&symbol, static_cast<std::uint32_t>(compiler_.actions_.size()));
  if (is_new) compiler_.actions_.push_back({&symbol, unit->body->place});
  auto& made = make_step(node, Step::Kind::kNamed);
  made.action = number->second;
  for (std::size_t i = 0; i < unit->parameters.size() && i < arguments.size(); ++i)
    if (unit->parameters[i].arity == 0) made.tests.push_back(expression(*arguments[i], of_arguments, Reads::kNow));
  made.parts = {body};
  return &made;
}

const Step* Compiler::Work::put_in_step(const Node& node, const std::vector<tla::Parameter>& parameters,
                                        const Node& body, const std::vector<NodePtr>& arguments,
                                        const Environment* lexical, const Environment* of_arguments, StepMode mode) {
  if (++depth_ > 1000) fail_at(node, "definitions are nested too deep here", "one of them may need RECURSIVE");
  auto& emptied = emptied_.emplace_back();
  const auto* inner =
      parameters.empty() ? lexical : with_arguments(parameters, arguments, lexical, of_arguments, emptied, true);
  const auto* made = with_emptied(node, step(body, inner, mode), emptied);
  --depth_;
  return made;
}

const Step* Compiler::Work::with_emptied(const Node& node, const Step* body,
                                         const std::vector<std::uint32_t>& emptied) {
  if (emptied.empty()) return body;
  auto& made = make_step(node, Step::Kind::kWithSlots);
  made.variables = emptied;
  made.parts = {body};
  return &made;
}

const Step* Compiler::Work::all_of(const Node& node, const std::vector<NodePtr>& parts, const Environment* environment,
                                   StepMode mode) {
  auto& made = make_step(node, Step::Kind::kAll);
  for (const auto& part : parts) {
    const auto* one = step(*part, environment, mode);
    if (one->kind == Step::Kind::kAll)
      made.parts.insert(made.parts.end(), one->parts.begin(), one->parts.end());
    else
      made.parts.push_back(one);
  }
  return &made;
}

const Step* Compiler::Work::bounded(const Node& node, Step::Kind kind, const Environment* environment, StepMode mode) {
  auto& made = make_step(node, kind);
  const auto first_slot = scope_->next_slot;
  auto& bounds = make(node, operations::exists);
  const auto* inner = bind_bounds(node.bounds, environment, mode.is_initial ? Reads::kNext : Reads::kNow, bounds);
  made.expression = &bounds;
  made.parts = {step(*node.parts[0], inner, mode)};
  if (kind == Step::Kind::kForall) made.variables = {first_slot, scope_->next_slot};
  return &made;
}

// Variables that are given values

// The body of a definition without parameters, and where its names are read; null: it is something else.
const Node* Compiler::Work::definition_body(const Symbol* symbol, const Environment*& environment) {
  if (symbol->kind != SymbolKind::kOperator || symbol->arity > 0 || compiler_.assignments_.replaced.contains(symbol) ||
      compiler_.assignments_.values.contains(symbol))
    return nullptr;
  const auto* lexical = environment ? environment->context : nullptr;
  symbol = without_instances(symbol, lexical);
  if (!symbol->unit || symbol->unit->kind != tla::UnitKind::kOperator || symbol->is_recursive) return nullptr;
  environment = lexical;
  return symbol->unit->body.get();
}

// The number of the variable that a name stands for, also through definitions; -1: it stands for none.
int Compiler::Work::variable_of(const Node& node, const Environment* environment) {
  if (node.kind != NodeKind::kName || !node.symbol) return -1;
  const auto* symbol = node.symbol;
  while (const auto* known = environment ? environment->find(symbol) : nullptr) {
    if (known->kind == Meaning::Kind::kText || known->kind == Meaning::Kind::kNeeded)
      return variable_of(*known->node, known->environment);
    if (known->kind != Meaning::Kind::kSymbol) return -1;
    symbol = known->symbol;
    environment = known->environment;
  }
  if (const auto number = variable_numbers_.find(symbol); number != variable_numbers_.end())
    return static_cast<int>(number->second);
  const auto* body = definition_body(symbol, environment);
  return body ? variable_of(*body, environment) : -1;
}

// Of what stands on the left of =, \in or \subseteq.
int Compiler::Work::assigned_variable(const Node& node, const Environment* environment, StepMode mode) {
  if (mode.is_initial) return variable_of(node, environment);
  if (node.kind == NodeKind::kPostfix && node.text == "'") return variable_of(*node.parts[0], environment);
  if (node.kind != NodeKind::kName || !node.symbol) return -1;
  const auto* known = environment ? environment->find(node.symbol) : nullptr;
  if (known && (known->kind == Meaning::Kind::kText || known->kind == Meaning::Kind::kNeeded))
    return assigned_variable(*known->node, known->environment, mode);
  const auto* body = known ? nullptr : definition_body(node.symbol, environment);
  return body ? assigned_variable(*body, environment, mode) : -1;
}

const Step* Compiler::Work::binder(const Node& node, Step::Kind kind, const Environment* environment, StepMode mode) {
  const auto variable = assigned_variable(*node.parts[0], environment, mode);
  if (variable < 0) return test(node, environment, mode);
  auto& made = make_step(node, kind);
  made.variable = static_cast<std::uint32_t>(variable);
  made.expression = expression(*node.parts[1], environment, mode.is_initial ? Reads::kNext : Reads::kNow);
  return &made;
}

bool Compiler::Work::variables_in(const Node& node, const Environment* environment, std::vector<std::uint32_t>& out) {
  if (node.kind == NodeKind::kTuple)
    return std::all_of(node.parts.begin(), node.parts.end(),
                       [&](const auto& part) { return variables_in(*part, environment, out); });
  if (const auto variable = variable_of(node, environment); variable >= 0) {
    out.push_back(static_cast<std::uint32_t>(variable));
    return true;
  }
  if (node.kind != NodeKind::kName || !node.symbol || !node.parts.empty()) return false;
  const auto* symbol = node.symbol;
  if (const auto* known = environment ? environment->find(symbol) : nullptr)
    return known->node && (known->kind == Meaning::Kind::kText || known->kind == Meaning::Kind::kNeeded) &&
           variables_in(*known->node, known->environment, out);
  const auto* body = definition_body(symbol, environment);
  return body && variables_in(*body, environment, out);
}

const Step* Compiler::Work::kept(const Node& operand, const Node& node, const Environment* environment) {
  auto& made = make_step(node, Step::Kind::kUnchanged);
  if (variables_in(operand, environment, made.variables)) return &made;
  made.kind = Step::Kind::kTest;
  made.variables.clear();
  made.expression = unchanged(operand, node, environment, Reads::kNow);
  return &made;
}

// Choices

static bool is_same(const Expression& a, const Expression& b) {
  if (a.evaluate != b.evaluate || a.slot != b.slot || a.hops != b.hops || a.value != b.value ||
      a.parts.size() != b.parts.size() || a.definition || b.definition || a.step || b.step || !a.slots.empty() ||
      !a.dimensions.empty())
    return false;
  for (std::size_t i = 0; i < a.parts.size(); ++i)
    if (!is_same(*a.parts[i], *b.parts[i])) return false;
  return true;
}

// "E = constant" at the very beginning of a step.
struct Guard {
  const Expression* subject = nullptr;
  Value value{};
};
static Guard guard_of(const Step& step) {
  const auto* at = &step;
  while (at->kind == Step::Kind::kNamed || at->kind == Step::Kind::kWithSlots ||
         (at->kind == Step::Kind::kAll && !at->parts.empty()))
    at = at->parts[0];
  if (at->kind != Step::Kind::kTest || at->expression->evaluate != operations::constant_equality) return {};
  const auto *left = at->expression->parts[0], *right = at->expression->parts[1];
  if (right->evaluate != operations::constant) std::swap(left, right);
  if (right->evaluate != operations::constant || left->evaluate == operations::constant) return {};
  return {left, right->value};
}

// A table in which no two values meet. False: there is none that is small.
static bool index_cases(Step& step) {
  for (std::uint32_t bits = 1; bits <= 12; ++bits) {
    step.case_shift = 32 - bits;
    step.case_of.assign(std::size_t{1} << bits, 0);
    bool is_free = true;
    for (std::size_t i = 0; i < step.cases.size() && is_free; ++i) {
      auto& place = step.case_of[step.case_slot(step.cases[i].value)];
      is_free = place == 0;
      place = static_cast<std::uint16_t>(i + 1);
    }
    if (is_free) return true;
  }
  return false;
}

const Step* Compiler::Work::any_of(const Node& node, const std::vector<NodePtr>& parts, const Environment* environment,
                                   StepMode mode) {
  std::vector<const Step*> steps;
  for (const auto& part : parts) {
    const auto* one = step(*part, environment, mode);
    if (one->kind == Step::Kind::kAny || one->kind == Step::Kind::kSwitch)
      steps.insert(steps.end(), one->parts.begin(), one->parts.end());
    else
      steps.push_back(one);
  }
  return any_of(node, std::move(steps));
}

// Where most parts begin by comparing one thing with different constants, only those are tried that may be right.
const Step* Compiler::Work::any_of(const Node& node, std::vector<const Step*> parts) {
  auto& made = make_step(node, Step::Kind::kAny);
  made.parts = std::move(parts);
  std::vector<Guard> guards;
  const Expression* subject = nullptr;
  std::size_t count = 0;
  for (const auto* part : made.parts) {
    auto guard = guard_of(*part);
    if (guard.subject && !subject) subject = guard.subject;
    if (guard.subject && !is_same(*guard.subject, *subject)) guard = {};
    count += guard.subject ? 1 : 0;
    guards.push_back(guard);
  }
  // Where comparing with one of them fails, it must fail: all are of one kind, that can be compared among itself.
  const auto kind_of = [this](Value value) { return compiler_.heap_.kind(value); };
  std::optional<Kind> kind;
  for (const auto& guard : guards) {
    if (!guard.subject) continue;
    const auto of = kind_of(guard.value);
    if ((kind && *kind != of) || (of != Kind::kString && of != Kind::kInteger && of != Kind::kBoolean)) return &made;
    kind = of;
  }
  if (count < 3) return &made;
  made.kind = Step::Kind::kSwitch;
  made.expression = subject;
  for (const auto& guard : guards)
    if (guard.subject &&
        std::none_of(made.cases.begin(), made.cases.end(), [&](const auto& one) { return one.value == guard.value; }))
      made.cases.push_back({guard.value, {}});
  if (!index_cases(made)) {
    made.kind = Step::Kind::kAny;
    return &made;
  }
  for (std::size_t i = 0; i < guards.size(); ++i) {
    const auto* unguarded = guards[i].subject ? without_guard(*made.parts[i]) : made.parts[i];
    for (auto& one : made.cases)
      if (!guards[i].subject || guards[i].value == one.value) one.parts.push_back(unguarded);
    if (!guards[i].subject) made.other_parts.push_back(made.parts[i]);
  }
  return &made;
}

// The same step for when what guard_of() found is known to be true.
const Step* Compiler::Work::without_guard(const Step& step) {
  auto& made = make_step(*step.node, step.kind);
  made = step;
  if (step.kind == Step::Kind::kTest) {
    made.kind = Step::Kind::kAll;
    made.expression = nullptr;
  } else if (step.kind == Step::Kind::kAll && step.parts[0]->kind == Step::Kind::kTest) {
    made.parts.erase(made.parts.begin());
  } else {
    made.parts[0] = without_guard(*step.parts[0]);
  }
  return &made;
}

}  // namespace lorelei::modelcheck
