// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>

#include "tla/resolver.hh"

namespace lorelei::tla {

Resolver::Facts Resolver::expression(Node& node) {
  auto facts = dispatch(node);
  node.level = facts.level;
  return facts;
}

Resolver::Facts Resolver::value(Node& node) {
  if (node.kind == NodeKind::kLambda)
    error(4275, node.place, "a LAMBDA is an operator, and a value is needed here",
          "define it, or pass it to an operator");
  return expression(node);
}

Resolver::Facts Resolver::dispatch(Node& node) {
  switch (node.kind) {
    case NodeKind::kError:
    case NodeKind::kNumber:
    case NodeKind::kString:
      return {};
    case NodeKind::kAt:
      if (updates_ == 0) error(4261, node.place, "@ is the old value in an EXCEPT, and this is in none");
      return {};
    case NodeKind::kName:
      return named(node);
    case NodeKind::kPath:
      return path(node);
    case NodeKind::kPrefix:
    case NodeKind::kInfix:
    case NodeKind::kPostfix:
      return application(node);
    case NodeKind::kJunction:
      return logical(node);
    case NodeKind::kForall:
    case NodeKind::kExists:
    case NodeKind::kChoose:
      return quantifier(node);
    case NodeKind::kTemporalForall:
    case NodeKind::kTemporalExists:
      return temporal_quantifier(node);
    case NodeKind::kSetFilter:
    case NodeKind::kSetMap:
    case NodeKind::kFunction:
      return constructor(node);
    case NodeKind::kRecord:
    case NodeKind::kRecordSet:
      return record(node);
    case NodeKind::kApply:
      return function_application(node);
    case NodeKind::kExcept:
      return except(node);
    case NodeKind::kLet:
      return let(node);
    case NodeKind::kLambda:
      return lambda(node);
    case NodeKind::kLabel:
      return label(node);
    case NodeKind::kBoxAction:
    case NodeKind::kAngleAction:
    case NodeKind::kFairness:
      return action(node);
    case NodeKind::kIf:
    case NodeKind::kCase:
    case NodeKind::kArm:
      return all_parts(node, Level::kTemporal);
    default:
      return all_parts(node, Level::kAction);
  }
}

Resolver::Facts Resolver::all_parts(Node& node, Level highest) {
  Facts facts;
  for (auto& part : node.parts) facts.add(limited(*part, highest));
  return facts;
}

Resolver::Facts Resolver::limited(Node& node, Level highest) {
  auto facts = value(node);
  limit(node, facts, highest, "what stands here");
  return facts;
}

// The expression may be of that level at most, whatever stands for the parameters in it.
void Resolver::limit(const Node& node, const Facts& facts, Level highest, const std::string& why) {
  for (auto* parameter : facts.parameters) parameter->highest = std::min(parameter->highest, highest);
  if (facts.level > highest)
    error(4205, node.place,
          fmt::format("{} is {}, and must be at most {}", why, name_of(facts.level), name_of(highest)));
}

Resolver::Facts Resolver::application(Node& node) {
  auto* symbol = find(node.text);
  if (!symbol) {
    undefined({node.text, node.word});
    return all_parts(node, Level::kTemporal);
  }
  node.symbol = symbol;
  if (symbol->kind == SymbolKind::kBuiltIn) return built_in(node, *symbol);
  return apply(node, *symbol);
}

Resolver::Facts Resolver::built_in(Node& node, const Symbol& symbol) {
  const auto& name = symbol.name;
  if (name == "/\\" || name == "\\/" || name == "=>" || name == "<=>") return logical(node);
  Facts facts{symbol.level, {}};
  for (std::size_t i = 0; i < node.parts.size(); ++i) {
    auto& part = *node.parts[i];
    const auto& parameter = symbol.parameters[std::min<std::size_t>(i, symbol.parameters.size() - 1)];
    const auto of_part = value(part);
    limit(part, of_part, parameter.highest, fmt::format("the operand of {}", name == "-." ? "-" : name));
    if (symbol.level > Level::kConstant) forbid_leibniz(of_part);
    if (parameter.counts) facts.add(of_part);
    if (of_part.level != Level::kAction) continue;
    if (name == "[]" && part.kind != NodeKind::kBoxAction)
      error(4310, part.place, "[] of an action holds of behaviours only if it allows steps that change nothing",
            "write [][A]_v");
    if (name == "<>" && part.kind != NodeKind::kAngleAction)
      error(4311, part.place, "<> of an action must be of a step that changes something", "write <><<A>>_v");
    if (name == "~>" || name == "-+->")
      error(4312, part.place,
            fmt::format("an operand of {} is about a step, and must be about states or behaviours", name));
  }
  return facts;
}

// /\ and its like take formulas of any level, but not a step beside a behaviour.
Resolver::Facts Resolver::logical(Node& node) {
  Facts facts;
  const Node* of_step = nullptr;
  for (auto& part : node.parts) {
    facts.add(value(*part));
    if (part->level == Level::kAction) of_step = part.get();
  }
  if (of_step && facts.level == Level::kTemporal)
    error(4313, of_step->place,
          fmt::format("{} has a formula about a step beside one about a whole behaviour", node.text),
          "write [][A]_v for a step that is always taken");
  return facts;
}

Resolver::Facts Resolver::quantifier(Node& node) {
  const Scope scope(*this);
  Facts sets;
  bind_bounds(node.bounds, sets, Level::kTemporal);
  const bool is_choose = node.kind == NodeKind::kChoose;
  auto facts = is_choose ? limited(*node.parts[0], Level::kAction) : value(*node.parts[0]);
  const auto set = std::find_if(node.bounds.begin(), node.bounds.end(),
                                [&](const auto& bound) { return bound.set && bound.set->level == sets.level; });
  if (sets.level == Level::kTemporal)
    error(4315, set->set->place, "a bound is a set, and not about a whole behaviour");
  else if (sets.level == Level::kAction && facts.level == Level::kTemporal)
    error(4314, set->set->place, "the bound of a formula about a whole behaviour cannot be about a step");
  facts.add(sets);
  return facts;
}

Resolver::Facts Resolver::temporal_quantifier(Node& node) {
  const Scope scope(*this);
  for (auto& bound : node.bounds)
    for (const auto& name : bound.names) {
      auto* symbol = make(SymbolKind::kVariable, name);
      symbol->level = Level::kState;
      bound.symbols.push_back(symbol);
      bind_for_labels(symbol);
      define(symbol);
    }
  auto facts = value(*node.parts[0]);
  facts.raise(Level::kTemporal);
  return facts;
}

Resolver::Facts Resolver::constructor(Node& node) {
  const Scope scope(*this);
  Facts facts;
  bind_bounds(node.bounds, facts, Level::kAction);
  facts.add(limited(*node.parts[0], Level::kAction));
  return facts;
}

Resolver::Facts Resolver::function_application(Node& node) {
  auto facts = all_parts(node, Level::kAction);
  const auto* symbol = node.parts[0]->symbol;
  const auto given = node.parts.size() - 1;
  if (symbol && symbol->function_arity > 0 && given != 1 && given != symbol->function_arity)
    error(4260, node.place,
          fmt::format("function {} has {} arguments, not {}", symbol->name, symbol->function_arity, given));
  return facts;
}

Resolver::Facts Resolver::record(Node& node) {
  std::set<std::string> seen;
  for (const auto& name : node.names) {
    if (!seen.insert(name.text).second)
      error(4262, name.place, fmt::format("the record has field {} twice", name.text));
    else if (const auto* symbol = is_standard_ ? nullptr : find(name.text); symbol && symbol->place.source)
      warn(4802, name.place, fmt::format("field {} has the name of something {}", name.text, said(*symbol)),
           "a field is a string, whatever else has that name");
  }
  return all_parts(node, Level::kAction);
}

Resolver::Facts Resolver::except(Node& node) {
  auto facts = limited(*node.parts[0], Level::kAction);
  for (std::size_t i = 1; i < node.parts.size(); ++i) {
    auto& update = *node.parts[i];
    Facts of_update;
    for (std::size_t step = 0; step + 1 < update.parts.size(); ++step)
      of_update.add(limited(*update.parts[step], Level::kAction));
    const auto outer = std::exchange(labels_.is_in_update, true);
    ++updates_;
    of_update.add(limited(*update.parts.back(), Level::kAction));
    --updates_;
    labels_.is_in_update = outer;
    update.level = of_update.level;
    facts.add(of_update);
  }
  return facts;
}

Resolver::Facts Resolver::let(Node& node) {
  const Scope scope(*this);
  const auto since = pending_.size();
  ++let_depth_;
  units(node.units, nullptr);
  check_all_defined(since);
  --let_depth_;
  return value(*node.parts[0]);
}

Resolver::Facts Resolver::lambda(Node& node) {
  const Scope scope(*this);
  const auto parameters = bind_parameters(node.parameters);
  for (const auto* parameter : parameters) bind_for_labels(parameter);
  auto facts = value(*node.parts[0]);
  for (auto* parameter : parameters) facts.parameters.erase(parameter);
  return facts;
}

// [A]_v, <<A>>_v, WF_v(A).
Resolver::Facts Resolver::action(Node& node) {
  const bool is_fairness = node.kind == NodeKind::kFairness;
  auto &step = *node.parts[is_fairness ? 1 : 0], &variables = *node.parts[is_fairness ? 0 : 1];
  auto facts = limited(step, Level::kAction);
  auto of_variables = value(variables);
  limit(variables, of_variables, Level::kState, "the subscript");
  forbid_leibniz(facts);
  forbid_leibniz(of_variables);
  facts.add(of_variables);
  facts.raise(is_fairness ? Level::kTemporal : Level::kAction);
  return facts;
}

}  // namespace lorelei::tla
