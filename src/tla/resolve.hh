// SPDX-License-Identifier: GPL-3.0-or-later
// Names bound to what they mean, arities, levels: what can be known of modules without evaluating anything.
//
// Sets Node::symbol and Node::level, Bound::symbols, Parameter::symbol and Unit::symbol of all modules. Names of paths:
// I!J!Op has the symbol of Op, seen through the instances (Symbol::original, Symbol::instance); I and J have theirs.
// Op!lab!1 names a part of a definition: it gets a definition of its own, in ResolvedNames::parts.
//
// Errors, by the numbers of the usual checker:
//   4200 undefined             4201 redefined              4202 built-in redefined      4203 a name that is no value
//   4204 number of arguments   4205 level too high         4206 assumption not constant 4224 EXTENDS conflict
//   4240-4247 substitutions of an INSTANCE                4260 function arity          4261 "@" outside EXCEPT
//   4262 field twice           4270-4273 operator arguments                            4274, 4275 LAMBDA
//   4290-4294 RECURSIVE        4310, 4311 [] and <> of an action                        4312 ~> of an action
//   4313 actions mixed with temporal formulas              4314, 4315 bounds of quantifiers
//   4330-4337 labels; what a path with selectors cannot name has no number
// Warnings: 4800 and 4801 one name twice by EXTENDS or INSTANCE, 4802 a field with the name of a definition.
//
// Where a unit could not be parsed, names that it defines are undefined here: resolve what was parsed without errors.
#pragma once
#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tla/module_loader.hh"
#include "tla/symbol.hh"

namespace lorelei::tla {

// Symbols live as long as this, and point into the specification's trees.
struct ResolvedNames {
  std::deque<Symbol> symbols;
  std::deque<Unit> parts;                               // what paths with selectors name, as definitions
  std::unordered_map<std::string, const Symbol*> root;  // what the root module defines, declares and extends

  const Symbol* find(std::string_view name) const;  // in root; null: nothing
};

ResolvedNames resolve(Specification&, std::vector<Diagnostic>&);

// An expression that is read after all that, with the names of the root module but for paths through instances.
void resolve_later(const Specification&, ResolvedNames&, Node&, std::vector<Diagnostic>&);

}  // namespace lorelei::tla
