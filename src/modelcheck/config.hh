// SPDX-License-Identifier: GPL-3.0-or-later
// The file that says what of a specification is to be checked: NAME.cfg, in the words of the usual checker.
//
//   SPECIFICATION Spec | INIT Init NEXT Next        CONSTANT N = 3  Procs = {p1, p2}  Op <- MyOp  x <- [Module] Op
//   INVARIANT TypeOK Mutex                          PROPERTY Liveness
//   CONSTRAINT Small     ACTION_CONSTRAINT A        SYMMETRY Perms     VIEW v     ALIAS a     POSTCONDITION P
//   CHECK_DEADLOCK FALSE
//
// A word begins a statement, which goes on to the next such word; comments are those of TLA+. A value is an integer, a
// string, TRUE or FALSE, a set of values in braces, or a name: a value of its own kind, equal to itself alone.
//
// Foreign bytes: linear. Errors by the numbers of the usual checker: 5002 not understood, 5003 a name is missing, 5004
// a statement that can stand once stands twice, 5005 and 5006 something else was expected.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tla/source.hh"

namespace lorelei::modelcheck {

struct ConfigValue {
  enum class Kind { kNumber, kString, kBoolean, kName, kSet } kind = Kind::kName;
  std::string text;  // of kBoolean "TRUE" or "FALSE"
  std::vector<ConfigValue> elements;
  tla::Place place;
};

struct ConfigName {
  std::string text;  // "Op", or "I!Op"
  tla::Place place;
};

struct ConstantAssignment {
  ConfigName name;
  std::vector<ConfigValue> arguments;  // of F(1, 2) = 3
  std::optional<ConfigValue> value;    // "= value"
  ConfigName replacement;              // "<- Op"
  std::string module;                  // "[Module]", or ""
};

struct Config {
  ConfigName specification, init, next, symmetry, view, alias;
  std::vector<ConstantAssignment> constants;
  std::vector<ConfigName> invariants, properties, constraints, action_constraints, postconditions;
  std::optional<bool> check_deadlock;
};

// What a word that is none may have been meant for: "INVARIANT" for "invarient"; "" for nothing.
std::string nearest_statement(const std::string& word);

Config parse_config(const tla::Source&, std::vector<tla::Diagnostic>&);

}  // namespace lorelei::modelcheck
