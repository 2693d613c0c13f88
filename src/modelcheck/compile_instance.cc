// SPDX-License-Identifier: GPL-3.0-or-later
// What the names of an instantiated module stand for.
#include "modelcheck/compiler.hh"

namespace lorelei::modelcheck {

void Compiler::Work::collect_modules(const tla::Module& module) {
  modules_.emplace(module.name.text, &module);
  for (const auto& unit : module.units) {
    module_of_.emplace(unit.get(), &module);
    if (unit->module) collect_modules(*unit->module);
  }
}

// Its own constants and variables, and those of the modules that it extends.
void Compiler::Work::collect_declared(const tla::Module& module, std::vector<const Symbol*>& out) const {
  for (const auto& name : module.extends)
    if (const auto found = modules_.find(name.text); found != modules_.end()) collect_declared(*found->second, out);
  for (const auto& unit : module.units)
    if (unit->kind == tla::UnitKind::kConstants || unit->kind == tla::UnitKind::kVariables)
      for (const auto& parameter : unit->parameters) out.push_back(parameter.symbol);
}

// What a name means at the end of a module; null: nothing that is known.
const tla::Symbol* Compiler::Work::visible(const tla::Module& module, const std::string& name) const {
  for (const auto& unit : module.units) {
    for (const auto& parameter : unit->parameters)
      if ((unit->kind == tla::UnitKind::kConstants || unit->kind == tla::UnitKind::kVariables) &&
          parameter.name.text == name)
        return parameter.symbol;
    if (unit->symbol && unit->name.text == name) return unit->symbol;
  }
  for (const auto& extended : module.extends)
    if (const auto found = modules_.find(extended.text); found != modules_.end())
      if (const auto* symbol = visible(*found->second, name)) return symbol;
  return nullptr;
}

// outer: in which the INSTANCE stands.
const Environment* Compiler::Work::instance(const tla::Unit& unit, const Environment* outer,
                                            const std::vector<tla::NodePtr>* arguments,
                                            const Environment* of_arguments) {
  const auto key = std::make_pair(&unit, outer);
  if (unit.parameters.empty())
    if (const auto known = instances_.find(key); known != instances_.end()) return known->second;
  const auto found = modules_.find(unit.module_name.text);
  if (found == modules_.end())
    throw CompileError{
        {tla::Diagnostic::Severity::kError, 4220, unit.place, "module " + unit.module_name.text + " is not here", ""}};
  const auto* substitutes = outer;
  if (!unit.parameters.empty() && arguments) {
    auto& with = environment(outer);
    for (std::size_t i = 0; i < unit.parameters.size() && i < arguments->size(); ++i) {
      const auto& argument = *(*arguments)[i];
      if (unit.parameters[i].arity > 0) {
        with.names.emplace_back(unit.parameters[i].symbol, operator_meaning(argument, of_arguments));
        continue;
      }
      Meaning meaning;
      meaning.kind = Meaning::Kind::kText;
      meaning.node = &argument;
      meaning.environment = of_arguments;
      with.names.emplace_back(unit.parameters[i].symbol, meaning);
    }
    substitutes = &with;
  }
  std::vector<const Symbol*> declared;
  collect_declared(*found->second, declared);
  auto& made = environment(outer);
  made.context = &made;
  for (const auto* symbol : declared) {
    Meaning meaning;
    meaning.environment = substitutes;
    for (const auto& one : unit.substitutions)
      if (one.name.text == symbol->name) meaning.node = one.value.get();
    if (meaning.node && symbol->arity > 0) {
      meaning = operator_meaning(*meaning.node, substitutes);
    } else if (meaning.node) {
      meaning.kind = Meaning::Kind::kText;
    } else {
      meaning.kind = Meaning::Kind::kSymbol;
      for (const auto* at = outer; at && !meaning.symbol; at = at->outer)
        for (const auto& [name, what] : at->names)
          if (name->name == symbol->name) meaning.symbol = name;
      const auto module = module_of_.find(&unit);
      if (!meaning.symbol && module != module_of_.end()) meaning.symbol = visible(*module->second, symbol->name);
      if (!meaning.symbol)
        throw CompileError{{tla::Diagnostic::Severity::kError, 4240, unit.place,
                            symbol->name + " of module " + unit.module_name.text + " has nothing that stands for it",
                            ""}};
    }
    if (meaning.symbol == symbol) continue;  // the same one, of a module that both extend
    made.names.emplace_back(symbol, meaning);
  }
  if (unit.parameters.empty()) instances_.emplace(key, &made);
  return &made;
}

// A symbol that is seen through instances without a name, as it is in its own module. environment: where it is seen,
// and then where its module's names are read.
const tla::Symbol* Compiler::Work::without_instances(const Symbol* symbol, const Environment*& environment) {
  while (symbol->original) {
    environment = instance(*symbol->instance, environment, nullptr, nullptr);
    symbol = symbol->original;
  }
  return symbol;
}

}  // namespace lorelei::modelcheck
