// SPDX-License-Identifier: GPL-3.0-or-later
// INSTANCE: what stands for the constants and variables of a module, and its definitions seen through that.
#include <fmt/core.h>

#include <algorithm>

#include "tla/resolver.hh"

namespace lorelei::tla {

void Resolver::instance(Unit& unit, ModuleFacts* facts) {
  check_recursive_section(unit);
  const auto found = modules_.find(unit.module_name.text);
  const bool is_known = found != modules_.end();
  if (!is_known && unit.name.text.empty()) knows_all_ = false;
  const ModuleFacts of = is_known ? found->second : ModuleFacts{{}, {}, false};
  const bool is_constant = std::none_of(of.declared.begin(), of.declared.end(),
                                        [](const auto* symbol) { return symbol->kind == SymbolKind::kVariable; });

  // What stands for each, and how high that raises what is seen.
  std::map<std::string, const Substitution*> given;
  Actuals actuals;
  std::vector<Symbol*> parameters;
  {
    const Scope scope(*this);
    parameters = bind_parameters(unit.parameters);
    for (const auto& one : unit.substitutions) {
      const auto declared = std::find_if(of.declared.begin(), of.declared.end(),
                                         [&](const auto* symbol) { return symbol->name == one.name.text; });
      if (!given.emplace(one.name.text, &one).second)
        error(4241, one.name.place, fmt::format("{} is substituted twice", one.name.text));
      else if (declared != of.declared.end())
        actuals[*declared] = {substitute(one, **declared, is_constant),
                              one.value->kind == NodeKind::kLambda ? one.value.get() : nullptr,
                              const_cast<Symbol*>(one.value->symbol)};
      else if (of.is_known)
        error(4242, one.name.place,
              fmt::format("{} is no constant or variable of module {}", one.name.text, unit.module_name.text));
    }
    for (auto* declared : of.declared)
      if (!given.contains(declared->name))
        actuals[declared] = {implicit_substitution(unit, *declared, is_constant), nullptr, find(declared->name)};
    check_uses(unit, of, actuals);
  }

  if (unit.name.text.empty()) {
    for (auto* symbol : of.exports) {
      const bool is_declared = std::find(of.declared.begin(), of.declared.end(), symbol) != of.declared.end();
      if (is_declared) continue;
      take_in(unit, of.declared.empty() ? symbol : seen_through(unit, *symbol, actuals), facts);
    }
    return;
  }
  auto* symbol = make(SymbolKind::kInstance, unit.name, static_cast<std::uint32_t>(unit.parameters.size()));
  symbol->unit = &unit;
  symbol->is_local = unit.is_local;
  for (const auto& parameter : unit.parameters) symbol->parameters.push_back({parameter.arity, true});
  unit.symbol = symbol;
  auto& names = instances_[symbol];
  names.is_known = of.is_known;
  for (auto* original : of.exports) {
    if (std::find(of.declared.begin(), of.declared.end(), original) != of.declared.end()) continue;
    auto* seen = seen_through(unit, *original, actuals);
    names.names.emplace(seen->name, seen);
  }
  if (define(symbol) && facts && !unit.is_local) facts->exports.push_back(symbol);
}

// Of an operator that stands for a constant.
static bool looks_elsewhere(const Node& node) {
  if (node.kind == NodeKind::kLambda)
    return std::any_of(node.parameters.begin(), node.parameters.end(),
                       [](const auto& parameter) { return !parameter.symbol->is_leibniz; });
  return node.symbol && std::any_of(node.symbol->parameters.begin(), node.symbol->parameters.end(),
                                    [](const auto& parameter) { return !parameter.is_leibniz; });
}

// What may stand for it.
static Level highest_for(const Symbol& declared, bool is_constant) {
  if (declared.kind == SymbolKind::kVariable) return Level::kState;
  return is_constant ? declared.highest : Level::kConstant;
}

// Gives what the value adds to everything that depends on it.
Resolver::Facts Resolver::substitute(const Substitution& one, const Symbol& declared, bool is_constant) {
  const auto before = diagnostics_.size();
  Facts facts;
  if (declared.arity > 0) {
    facts = operator_argument(*one.value, declared.arity);
    for (auto i = before; i < diagnostics_.size(); ++i)
      if (diagnostics_[i].code == 4270 || diagnostics_[i].code == 4271) diagnostics_[i].code = 4243;
    if (looks_elsewhere(*one.value)) {
      error(
          4244, one.value->place,
          fmt::format("what stands for {} looks at its argument in another state, so that equals need not give equals",
                      declared.name));
      return {};
    }
  } else {
    facts = value(*one.value);
    for (auto i = before; i < diagnostics_.size(); ++i)
      if (diagnostics_[i].code == 4204 && diagnostics_[i].place.begin == one.value->place.begin)
        diagnostics_[i].code = 4243;
  }
  const auto highest = highest_for(declared, is_constant);
  if (facts.level > highest)
    error(
        4245, one.value->place,
        fmt::format("what stands for {} is {}, and must be {}", declared.name, name_of(facts.level), name_of(highest)));
  for (auto* parameter : facts.parameters) parameter->highest = std::min(parameter->highest, highest);
  return facts;
}

// What no WITH names stands for itself.
Resolver::Facts Resolver::implicit_substitution(const Unit& unit, Symbol& declared, bool is_constant) {
  auto* own = find(declared.name);
  if (own == &declared) return of_reference(*own);
  if (!own || own->kind == SymbolKind::kInstance) {
    error(4240, unit.module_name.place,
          fmt::format("{} of module {} has nothing that stands for it", declared.name, unit.module_name.text),
          fmt::format("write INSTANCE {} WITH {} <- ...", unit.module_name.text, declared.name));
    return {};
  }
  if (own->arity != declared.arity) {
    error(4243, unit.module_name.place,
          fmt::format("{} takes {} arguments, that of module {} {}", own->name, own->arity, unit.module_name.text,
                      declared.arity));
    return {};
  }
  const auto highest = highest_for(declared, is_constant);
  if (own->level > highest)
    error(
        4245, unit.module_name.place,
        fmt::format("what stands for {} is {}, and must be {}", declared.name, name_of(own->level), name_of(highest)));
  return of_reference(*own);
}

// What the module gives the operators that are its constants, put to what stands for these.
void Resolver::check_uses(const Unit& unit, const ModuleFacts& of, const Actuals& actuals) {
  Facts uses;
  for (const auto* symbol : of.exports)
    for (const auto& use : symbol->uses) uses.add(use);
  for (const auto& [key, use] : uses.uses) {
    const auto actual = actuals.find(use.of);
    if (actual == actuals.end()) continue;
    const auto given = std::find_if(unit.substitutions.begin(), unit.substitutions.end(),
                                    [&](const auto& one) { return one.name.text == use.of->name; });
    const auto& place = given == unit.substitutions.end() ? unit.module_name.place : given->value->place;
    Facts ignored;
    check_use(use, with_actuals(use, actuals), actual->second, place, {4246, 4247}, ignored);
  }
}

Symbol* Resolver::seen_through(const Unit& unit, Symbol& original, const Actuals& actuals) {
  auto& seen = out_.symbols.emplace_back(original);
  seen.original = &original;
  seen.instance = &unit;
  seen.is_local = unit.is_local;
  Facts facts{original.level};
  for (auto* parameter : original.outer_parameters)
    if (const auto actual = actuals.find(parameter); actual != actuals.end())
      facts.add(Facts{actual->second.facts.level, actual->second.facts.parameters});
    else
      facts.parameters.insert(parameter);
  // What an instance is given as arguments counts where it is given.
  for (const auto& parameter : unit.parameters) facts.parameters.erase(const_cast<Symbol*>(parameter.symbol));
  if (original.kind == SymbolKind::kOperator) seen.level = facts.level;
  seen.outer_parameters.assign(facts.parameters.begin(), facts.parameters.end());
  seen.uses.clear();
  for (const auto& use : original.uses) {
    auto after = with_actuals(use, actuals);
    const auto actual = actuals.find(use.of);
    if (actual != actuals.end()) {
      after.of = actual->second.symbol;
      if (!after.of || (after.of->kind != SymbolKind::kParameter && after.of->kind != SymbolKind::kConstant)) continue;
    }
    seen.uses.push_back(std::move(after));
  }
  if (const auto inner = instances_.find(&original); inner != instances_.end()) {
    const auto copy = inner->second;
    instances_[&seen] = copy;
  }
  return &seen;
}

// An unnamed INSTANCE brings its definitions in as if they were written here.
void Resolver::take_in(const Unit& unit, Symbol* symbol, ModuleFacts* facts) {
  const auto* before = find(symbol->name);
  if (before == symbol) return;
  if (before) {
    const bool is_alike = before->kind == symbol->kind && before->arity == symbol->arity;
    const auto text = fmt::format("{} of module {} is already {}", symbol->name, unit.module_name.text, said(*before));
    if (is_alike)
      warn(4801, unit.module_name.place, text, "only the first of them can be seen");
    else
      error(4201, unit.module_name.place, text, "name the instance");
    return;
  }
  bind(symbol);
  if (facts && !unit.is_local) facts->exports.push_back(symbol);
}

}  // namespace lorelei::tla
