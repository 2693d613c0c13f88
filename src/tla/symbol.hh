// SPDX-License-Identifier: GPL-3.0-or-later
// What a name means. tla/resolve makes symbols and hangs them on the nodes of the tree.
//
// Levels: an operator has the level of its body for constant arguments; on top of that comes the level of those of its
// arguments that count. An argument may have at most the parameter's highest level: F(x) == x' takes states only.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tla/syntax.hh"

namespace lorelei::tla {

enum class SymbolKind : std::uint8_t {
  kBuiltIn,    // of TLA+ itself: TRUE, \in, DOMAIN
  kConstant,   // declared
  kVariable,   // declared, or bound by \AA and \EE
  kOperator,   // defined; a function f[x \in S] too
  kParameter,  // of an operator, LAMBDA or instance
  kBound,      // by a quantifier or constructor
  kInstance,   // I == INSTANCE M
  kFact,       // a named assumption or theorem
};

struct ParameterFacts {
  std::uint32_t arity = 0;
  bool counts = false;
  Level highest = Level::kTemporal;
  bool is_leibniz = true;  // for equal arguments the result is equal
};

// That an operator, which is itself a parameter or a declared constant, is given an argument of this level.
struct ArgumentUse {
  Symbol* of = nullptr;
  std::uint32_t index = 0;
  Level level = Level::kConstant;
  std::vector<Symbol*> parameters;  // whose levels are on top of that
};

struct Symbol {
  SymbolKind kind = SymbolKind::kOperator;
  std::string name;
  Place place;              // of the name where it is defined; no source: built in
  std::uint32_t arity = 0;  // how many arguments it takes
  Level level = Level::kConstant;
  std::vector<ParameterFacts> parameters;  // kOperator, kInstance, kBuiltIn: as many as arity
  const Unit* unit = nullptr;              // that defines it
  const Module* module = nullptr;          // in which it is defined or declared
  bool is_local = false, is_recursive = false, is_defined = true, is_standard = false;
  std::uint32_t function_arity = 0;  // of f[x, y \in S] 2; 0: no function

  // Of a symbol that is seen through an instance: what it is in its module, and the unit with the substitutions.
  const Symbol* original = nullptr;
  const Unit* instance = nullptr;

  // Parameters of definitions around this one, a LET within them, and declared constants, that its value depends on.
  std::vector<Symbol*> outer_parameters;
  std::vector<ArgumentUse> uses;  // of its parameters, those around it, and declared constants

  // While a definition is read: what the uses of a kParameter or kConstant leave it.
  Level highest = Level::kTemporal;
  bool is_leibniz = true;
};

}  // namespace lorelei::tla
