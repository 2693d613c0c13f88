// SPDX-License-Identifier: GPL-3.0-or-later
// RECURSIVE: operators that are declared before they are defined, and may use each other.
#include <fmt/core.h>

#include <algorithm>

#include "tla/resolver.hh"

namespace lorelei::tla {

void Resolver::recursive(Unit& unit) {
  for (auto& parameter : unit.parameters) {
    auto* symbol = make(SymbolKind::kOperator, parameter.name, parameter.arity);
    symbol->is_recursive = true;
    symbol->is_defined = false;
    symbol->parameters.assign(parameter.arity, {0, true, Level::kTemporal});
    parameter.symbol = symbol;
    if (!define(symbol)) continue;
    pending_.push_back(symbol);
    pending_depth_[symbol] = let_depth_;
  }
}

// The symbol of a definition, which may have been declared by RECURSIVE. Null: it is in error.
Symbol* Resolver::symbol_of(Unit& unit, std::uint32_t arity) {
  auto* declared = find(unit.name.text);
  const bool is_declared = declared && declared->is_recursive && !declared->is_defined;
  if (!is_declared) {
    auto* symbol = make(SymbolKind::kOperator, unit.name, arity);
    symbol->unit = &unit;
    symbol->is_local = unit.is_local;
    return symbol;
  }
  if (pending_depth_[declared] != let_depth_) {
    error(4293, unit.name.place, fmt::format("{} is declared RECURSIVE outside this LET", unit.name.text),
          "define it where it is declared");
    declared->is_defined = true;
    std::erase(pending_, declared);
    return nullptr;
  }
  declared->is_defined = true;
  std::erase(pending_, declared);
  declared->place = unit.name.place;
  declared->unit = &unit;
  declared->is_local = unit.is_local;
  if (declared->arity == arity) return declared;
  error(4292, unit.name.place,
        fmt::format("{} is declared RECURSIVE with {} parameters and defined with {}", unit.name.text, declared->arity,
                    arity));
  return nullptr;
}

// Between RECURSIVE and the definitions it announces nothing else than definitions of operators may stand.
void Resolver::check_recursive_section(const Unit& unit) {
  const auto is_here = [&](const auto* symbol) { return pending_depth_.at(symbol) == let_depth_; };
  const auto open = std::find_if(pending_.begin(), pending_.end(), is_here);
  if (open == pending_.end()) return;
  error(4294, unit.place,
        fmt::format("this cannot stand between RECURSIVE {} and the definition of it", (*open)->name));
}

void Resolver::check_all_defined(std::size_t since) {
  while (pending_.size() > since) {
    const auto* symbol = pending_.back();
    error(4291, symbol->place, fmt::format("{} is declared RECURSIVE, but not defined", symbol->name));
    pending_.pop_back();
  }
}

// Who uses what was not defined yet did not know its level: once all of a section are defined, they are raised.
void Resolver::end_of_recursive() {
  if (!pending_.empty()) return;
  std::unordered_map<Symbol*, std::vector<Symbol*>> users;
  std::vector<Symbol*> all;
  for (const auto& [user, used] : recursive_uses_) {
    users[used].push_back(user);
    all.insert(all.end(), {user, used});
  }
  for (const auto level : {Level::kTemporal, Level::kAction, Level::kState}) {
    std::vector<Symbol*> raised;
    std::copy_if(all.begin(), all.end(), std::back_inserter(raised),
                 [&](const auto* one) { return one->level == level; });
    while (!raised.empty()) {
      const auto found = users.find(raised.back());
      raised.pop_back();
      if (found == users.end()) continue;
      for (auto* user : found->second) {
        if (user->level >= level) continue;
        user->level = level;
        raised.push_back(user);
      }
    }
  }
  recursive_uses_.clear();
}

}  // namespace lorelei::tla
