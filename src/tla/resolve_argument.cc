// SPDX-License-Identifier: GPL-3.0-or-later
// Operators that are arguments, or stand for the constants of an instance: whether what they are given there is of a
// level that they take.
//
// Who reads "H(F(_), a) == F(a')" notes that F is given what is about a step. That is checked where F is known, by
// itself (the step) and with what stands for the parameters (a).
#include <fmt/core.h>

#include <algorithm>

#include "tla/resolver.hh"

namespace lorelei::tla {

Resolver::Facts Resolver::of_reference(Symbol& symbol) {
  Facts facts{symbol.level, {symbol.outer_parameters.begin(), symbol.outer_parameters.end()}};
  if (symbol.kind == SymbolKind::kParameter || symbol.kind == SymbolKind::kConstant) facts.parameters.insert(&symbol);
  for (const auto& use : symbol.uses) facts.add(use);
  return facts;
}

// What looks at another state does not give the same for what is equal in this one.
void Resolver::forbid_leibniz(const Facts& facts) {
  for (auto* parameter : facts.parameters) parameter->is_leibniz = false;
}

ArgumentUse Resolver::with_actuals(const ArgumentUse& use, const Actuals& actuals) const {
  ArgumentUse after{use.of, use.index, use.level, {}};
  for (auto* parameter : use.parameters) {
    const auto actual = actuals.find(parameter);
    if (actual == actuals.end()) {
      after.parameters.push_back(parameter);
      continue;
    }
    const auto& facts = actual->second.facts;
    after.level = std::max(after.level, facts.level);
    after.parameters.insert(after.parameters.end(), facts.parameters.begin(), facts.parameters.end());
  }
  return after;
}

// actual: what stands for the operator. Where that is a parameter in turn, its use is added to the facts.
void Resolver::check_use(const ArgumentUse& before, ArgumentUse after, const Actual& actual, const Place& place,
                         UseCodes codes, Facts& facts) {
  ParameterFacts takes;
  if (actual.lambda && before.index < actual.lambda->parameters.size()) {
    const auto* parameter = actual.lambda->parameters[before.index].symbol;
    takes.highest = parameter->highest;
    takes.is_leibniz = parameter->is_leibniz;
  } else if (actual.symbol) {
    const auto kind = actual.symbol->kind;
    if (kind == SymbolKind::kParameter || kind == SymbolKind::kConstant) {
      after.of = actual.symbol;
      return facts.add(after);
    }
    if (before.index < actual.symbol->parameters.size()) takes = actual.symbol->parameters[before.index];
  }
  for (auto* parameter : after.parameters) {
    parameter->highest = std::min(parameter->highest, takes.highest);
    if (!takes.is_leibniz) parameter->is_leibniz = false;
  }
  const auto name = actual.symbol ? actual.symbol->name : "this LAMBDA";
  if (before.level > takes.highest)
    error(codes.itself, place,
          fmt::format("{} stands for {}, which is given an argument {}, and takes only what is at most {}", name,
                      before.of->name, name_of(before.level), name_of(takes.highest)));
  else if (after.level > takes.highest)
    error(codes.by_parameter, place,
          fmt::format("{} stands for {}, whose argument is {} here, and takes only what is at most {}", name,
                      before.of->name, name_of(after.level), name_of(takes.highest)));
}

}  // namespace lorelei::tla
