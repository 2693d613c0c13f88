// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/resolve.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/nearest.hh"
#include "tla/c_habits.hh"
#include "tla/operators.hh"
#include "tla/resolver.hh"
#include "tla/standard_modules.hh"

namespace lorelei::tla {

const Symbol* ResolvedNames::find(std::string_view name) const {
  const auto found = root.find(std::string(name));
  return found == root.end() ? nullptr : found->second;
}

ResolvedNames resolve(Specification& specification, std::vector<Diagnostic>& diagnostics) {
  return Resolver(specification, diagnostics).run();
}

void resolve_later(const Specification& specification, ResolvedNames& names, Node& node,
                   std::vector<Diagnostic>& diagnostics) {
  Resolver(specification, diagnostics).run_later(names, node);
}

// Symbols stay where they are, and those of this walk are not needed.
void Resolver::run_later(ResolvedNames& names, Node& node) {
  names_.clear();
  for (auto& symbol : names.symbols)
    if (symbol.kind == SymbolKind::kBuiltIn) names_.emplace(symbol.name, &symbol);
  for (auto& symbol : names.symbols) {
    const auto found = names.root.find(symbol.name);
    if (found != names.root.end() && found->second == &symbol) names_[symbol.name] = &symbol;
  }
  out_ = std::move(names);
  expression(node);
  names = std::move(out_);
}

void Resolver::Facts::add(Facts other) {
  raise(other.level);
  if (other.parameters.size() > parameters.size()) parameters.swap(other.parameters);
  parameters.merge(other.parameters);
  if (other.uses.size() > uses.size()) uses.swap(other.uses);
  for (const auto& [key, use] : other.uses) add(use);
}

void Resolver::Facts::add(const ArgumentUse& use) {
  auto& known = uses.try_emplace({use.of, use.index}, use).first->second;
  known.level = std::max(known.level, use.level);
  for (auto* parameter : use.parameters)
    if (std::find(known.parameters.begin(), known.parameters.end(), parameter) == known.parameters.end())
      known.parameters.push_back(parameter);
}

Resolver::Resolver(const Specification& specification, std::vector<Diagnostic>& diagnostics)
    : specification_(specification), diagnostics_(diagnostics) {
  for (auto& symbol : built_in_symbols()) {
    out_.symbols.push_back(std::move(symbol));
    names_.emplace(out_.symbols.back().name, &out_.symbols.back());
  }
}

ResolvedNames Resolver::run() {
  for (const auto& loaded : specification_.modules) {
    if (!loaded.module) continue;
    const Scope scope(*this);
    module(*loaded.module, loaded.is_standard);
    if (loaded.module.get() != specification_.root()) continue;
    for (const auto& [name, before] : added_) out_.root.emplace(name, names_.at(name));
  }
  return std::move(out_);
}

void Resolver::error(int code, const Place& place, std::string text, std::string hint) {
  diagnostics_.push_back({Diagnostic::Severity::kError, code, place, std::move(text), std::move(hint)});
}
void Resolver::warn(int code, const Place& place, std::string text, std::string hint) {
  diagnostics_.push_back({Diagnostic::Severity::kWarning, code, place, std::move(text), std::move(hint)});
}

// Names

Symbol* Resolver::make(SymbolKind kind, const Name& name, std::uint32_t arity) {
  auto& symbol = out_.symbols.emplace_back();
  symbol.kind = kind;
  symbol.name = name.text;
  symbol.place = name.place;
  symbol.arity = arity;
  symbol.module = module_;
  symbol.is_standard = is_standard_;
  return &symbol;
}

Symbol* Resolver::find(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : found->second;
}

void Resolver::bind(Symbol* symbol) {
  auto& place = names_[symbol->name];
  added_.emplace_back(symbol->name, place);
  place = symbol;
}

std::string Resolver::said(const Symbol& symbol) const {
  if (!symbol.place.source) return "built in";
  return fmt::format("defined at {}:{}", symbol.place.source->file(),
                     symbol.place.source->position(symbol.place.begin).line);
}

bool Resolver::define(Symbol* symbol) {
  const auto* before = find(symbol->name);
  if (before && before->kind == SymbolKind::kBuiltIn) {
    error(4202, symbol->place, fmt::format("{} is built into TLA+ and cannot be defined", symbol->name));
    return false;
  }
  if (before) {
    error(4201, symbol->place, fmt::format("{} is already {}", symbol->name, said(*before)),
          "one name has one meaning wherever it can be seen: give one of them another");
    return false;
  }
  bind(symbol);
  return true;
}

Symbol* Resolver::undefined(const Name& name) {
  if (!knows_all_) return nullptr;  // it may well be in the module that is missing
  std::string hint;
  if (std::find(defining_.begin(), defining_.end(), name.text) != defining_.end())
    hint = fmt::format("what is used in its own definition is declared before it: RECURSIVE {}", name.text);
  const bool is_logic = name.text == "&&" || name.text == "||";
  if (hint.empty() && (is_logic || !is_operator(name.text))) hint = in_place_of(name.text);
  if (const auto module = standard_module_with(name.text); hint.empty() && !module.empty())
    hint = fmt::format("EXTENDS {}", module);
  if (hint.empty() && is_operator(name.text)) hint = "EXTENDS the module that defines it";
  if (hint.empty() && name.text.size() <= 64) {
    std::vector<std::string> candidates;
    for (const auto& [known, symbol] : names_)
      if (known.size() <= 64) candidates.push_back(known);
    std::sort(candidates.begin(), candidates.end());
    const auto near = nearest(name.text, candidates);
    if (!near.empty()) hint = fmt::format("did you mean {}?", near);
  }
  error(4200, name.place, fmt::format("{} is not defined here", name.text), std::move(hint));
  return nullptr;
}

// Modules and units

void Resolver::module(Module& module, bool is_standard) {
  const auto* outer = std::exchange(module_, &module);
  const bool outer_knows = knows_all_;
  const bool outer_standard = std::exchange(is_standard_, is_standard);
  const auto outer_pending = std::exchange(pending_, {});
  ModuleFacts facts;
  for (const auto& name : module.extends) extend(name, facts);
  units(module.units, &facts);
  check_all_defined(0);
  facts.is_known = knows_all_;
  modules_[module.name.text] = std::move(facts);
  module_ = outer;
  knows_all_ = outer_knows;
  is_standard_ = outer_standard;
  pending_ = outer_pending;
}

void Resolver::extend(const Name& name, ModuleFacts& facts) {
  const auto found = modules_.find(name.text);
  if (found == modules_.end() || !found->second.is_known) knows_all_ = false;
  if (found == modules_.end()) return;
  for (auto* symbol : found->second.exports) {
    const auto* before = find(symbol->name);
    if (before == symbol) continue;
    if (before && before->kind != symbol->kind) {
      error(4224, name.place,
            fmt::format("{} of module {} is already {} as something else", symbol->name, name.text, said(*before)));
      continue;
    }
    if (before) {
      warn(4800, name.place, fmt::format("{} of module {} is already {}", symbol->name, name.text, said(*before)),
           "only the first of them can be seen");
      continue;
    }
    bind(symbol);
    facts.exports.push_back(symbol);
  }
  for (auto* symbol : found->second.declared)
    if (std::find(facts.declared.begin(), facts.declared.end(), symbol) == facts.declared.end())
      facts.declared.push_back(symbol);
}

void Resolver::units(std::vector<UnitPtr>& all, ModuleFacts* facts) {
  for (auto& one : all) unit(*one, facts);
}

void Resolver::unit(Unit& unit, ModuleFacts* facts) {
  switch (unit.kind) {
    case UnitKind::kConstants:
      return declare(unit, SymbolKind::kConstant, facts);
    case UnitKind::kVariables:
      return declare(unit, SymbolKind::kVariable, facts);
    case UnitKind::kRecursive:
      return recursive(unit);
    case UnitKind::kAssume:
    case UnitKind::kTheorem:
      return fact(unit, facts);
    case UnitKind::kOperator:
    case UnitKind::kFunction:
      return operator_definition(unit, facts);
    case UnitKind::kInstance:
      return instance(unit, facts);
    case UnitKind::kModule:
      break;
  }
  check_recursive_section(unit);
  const Scope scope(*this);
  module(*unit.module, is_standard_);
}

void Resolver::declare(Unit& unit, SymbolKind kind, ModuleFacts* facts) {
  check_recursive_section(unit);
  for (auto& parameter : unit.parameters) {
    auto* symbol = make(kind, parameter.name, parameter.arity);
    if (kind == SymbolKind::kVariable) symbol->level = Level::kState;
    symbol->unit = &unit;
    symbol->parameters.assign(parameter.arity, {0, true, Level::kTemporal});
    parameter.symbol = symbol;
    if (!define(symbol) || !facts) continue;
    facts->exports.push_back(symbol);
    facts->declared.push_back(symbol);
  }
}

void Resolver::operator_definition(Unit& unit, ModuleFacts* facts) {
  const auto arity = static_cast<std::uint32_t>(unit.parameters.size());
  auto* symbol = symbol_of(unit, arity);
  const bool is_new = symbol && !symbol->is_recursive;
  if (unit.kind == UnitKind::kFunction && symbol) {
    for (const auto& bound : unit.bounds)
      symbol->function_arity += bound.is_tuple ? 1 : static_cast<std::uint32_t>(bound.names.size());
    // A function may be used in its own body.
    if (is_new && !define(symbol)) symbol = nullptr;
  }
  Facts body;
  std::vector<Symbol*> parameters;
  {
    const Scope scope(*this);
    const LabelScope labels(*this, {.of = &unit, .is_in_definition = true});
    open_units_.insert(&unit);
    auto* const outer_recursive = std::exchange(recursive_, symbol && symbol->is_recursive ? symbol : recursive_);
    defining_.push_back(unit.name.text);
    parameters = bind_parameters(unit.parameters);
    bind_bounds(unit.bounds, body, Level::kAction);
    body.add(value(*unit.body));
    defining_.pop_back();
    open_units_.erase(&unit);
    recursive_ = outer_recursive;
    if (unit.kind == UnitKind::kFunction) limit(*unit.body, body, Level::kAction, "the value of a function");
  }
  if (!symbol) return;
  symbol->level = body.level;
  symbol->parameters.clear();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    symbol->parameters.push_back({unit.parameters[i].arity, body.parameters.contains(parameters[i]),
                                  parameters[i]->highest, parameters[i]->is_leibniz});
    if (symbol->is_recursive && parameters[i]->highest < Level::kAction)
      error(4290, unit.parameters[i].name.place,
            fmt::format("{} is recursive and primes its parameter {}", symbol->name, parameters[i]->name));
  }
  for (auto* parameter : parameters) body.parameters.erase(parameter);
  symbol->outer_parameters.assign(body.parameters.begin(), body.parameters.end());
  for (const auto& [key, use] : body.uses) symbol->uses.push_back(use);
  unit.symbol = symbol;
  if (symbol->is_recursive) end_of_recursive();
  const bool is_there = !is_new || unit.kind == UnitKind::kFunction || define(symbol);
  if (is_there && facts && !symbol->is_local) facts->exports.push_back(symbol);
}

void Resolver::fact(Unit& unit, ModuleFacts* facts) {
  check_recursive_section(unit);
  const LabelScope labels(*this, {.of = &unit, .is_in_definition = !unit.name.text.empty()});
  Facts body;
  if (unit.body) body = value(*unit.body);
  if (unit.kind == UnitKind::kAssume && body.level > Level::kConstant)
    error(4206, unit.body->place, fmt::format("an assumption is about constants, and this is {}", name_of(body.level)));
  if (unit.name.text.empty()) return;
  auto* symbol = make(SymbolKind::kFact, unit.name);
  symbol->unit = &unit;
  symbol->level = body.level;
  unit.symbol = symbol;
  if (define(symbol) && facts) facts->exports.push_back(symbol);
}

std::vector<Symbol*> Resolver::bind_parameters(std::vector<Parameter>& parameters) {
  std::vector<Symbol*> all;
  for (auto& parameter : parameters) {
    auto* symbol = make(SymbolKind::kParameter, parameter.name, parameter.arity);
    symbol->parameters.assign(parameter.arity, {0, true, Level::kTemporal});
    parameter.symbol = symbol;
    all.push_back(symbol);
    define(symbol);
  }
  return all;
}

// The sets do not see the names that they bound.
void Resolver::bind_bounds(std::vector<Bound>& bounds, Facts& facts, Level highest) {
  for (auto& bound : bounds)
    if (bound.set) facts.add(limited(*bound.set, highest));
  for (auto& bound : bounds)
    for (const auto& name : bound.names) {
      auto* symbol = make(SymbolKind::kBound, name);
      bound.symbols.push_back(symbol);
      bind_for_labels(symbol);
      define(symbol);
    }
}

}  // namespace lorelei::tla
