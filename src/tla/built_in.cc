// SPDX-License-Identifier: GPL-3.0-or-later
// The names that no module defines.
#include "tla/resolver.hh"

namespace lorelei::tla {

static Symbol built_in(std::string_view name, Level level, std::uint32_t arity, Level highest) {
  Symbol symbol;
  symbol.kind = SymbolKind::kBuiltIn;
  symbol.name = name;
  symbol.arity = arity;
  symbol.level = level;
  // What looks at states says itself of which level it is; everything else is as its operands.
  symbol.parameters.assign(arity, {0, true, highest});
  return symbol;
}

std::vector<Symbol> built_in_symbols() {
  std::vector<Symbol> all;
  for (const auto* name : {"TRUE", "FALSE", "BOOLEAN", "STRING"})
    all.push_back(built_in(name, Level::kConstant, 0, Level::kAction));
  for (const auto* name : {"=", "/=", "\\in", "\\notin", "\\subseteq", "\\cup", "\\cap", "\\", "\\X"})
    all.push_back(built_in(name, Level::kConstant, 2, Level::kAction));
  for (const auto* name : {"SUBSET", "UNION", "DOMAIN"})
    all.push_back(built_in(name, Level::kConstant, 1, Level::kAction));
  for (const auto* name : {"/\\", "\\/", "=>", "<=>"})
    all.push_back(built_in(name, Level::kConstant, 2, Level::kTemporal));
  all.push_back(built_in("~", Level::kConstant, 1, Level::kTemporal));
  all.push_back(built_in("'", Level::kAction, 1, Level::kState));
  all.push_back(built_in("UNCHANGED", Level::kAction, 1, Level::kState));
  all.push_back(built_in("ENABLED", Level::kState, 1, Level::kAction));
  all.back().parameters[0].counts = false;
  all.push_back(built_in("\\cdot", Level::kAction, 2, Level::kAction));
  for (const auto* name : {"[]", "<>"}) all.push_back(built_in(name, Level::kTemporal, 1, Level::kTemporal));
  for (const auto* name : {"~>", "-+->"}) all.push_back(built_in(name, Level::kTemporal, 2, Level::kTemporal));
  return all;
}

const char* name_of(Level level) {
  switch (level) {
    case Level::kConstant:
      return "a constant";
    case Level::kState:
      return "about one state";
    case Level::kAction:
      return "about a step";
    case Level::kTemporal:
      return "about a whole behaviour";
  }
  return "";
}

}  // namespace lorelei::tla
