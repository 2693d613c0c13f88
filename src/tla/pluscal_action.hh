// SPDX-License-Identifier: GPL-3.0-or-later
// One step: what is done from a label to the next one on every path, as a conjunction.
//
//   a: x := x + 1; y := x;        pc = "a" /\ x' = x + 1 /\ y' = x' /\ pc' = ...
//
// On each path the variables that were assigned are known; what is read behind an assignment is read primed. Where
// paths meet, each says UNCHANGED for what only others have changed.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tla/pluscal_options.hh"
#include "tla/pluscal_scope.hh"
#include "tla/pluscal_syntax.hh"

namespace lorelei::tla::pluscal {

struct Conjunct;
using Conjunction = std::vector<Conjunct>;
struct Conjunct {
  enum class Kind { kPlain, kIf, kEither, kExists, kLet, kUnchanged };
  Kind kind = Kind::kPlain;
  Tokens head = {};                           // the expression; the condition; "x \in S"; "x == e"
  std::vector<Conjunction> parts = {};        // then and else; clauses; the body
  std::vector<std::uint32_t> unchanged = {};  // kUnchanged: which variables
  Place place = {};                           // of the statement
};

struct Action {
  Conjunction conjunction;        // without the test of pc
  std::set<std::string> goes_to;  // labels, renamed; "Done", "Error"
};

// What all actions of an algorithm share.
struct Context {
  const Algorithm& algorithm;
  const Variables& variables;
  const Definitions& definitions;
  const Options& options;
  bool has_pc;
  std::vector<Diagnostic>& diagnostics;
};

// The steps of one body, in the order of the source.
struct Step {
  const Label* label;
  Action action;
};
std::vector<Step> steps_of(const Context&, const Body&);

// The label of its first statement, renamed.
const std::string& first_label(const Body&);
// Whether an expression is the word TRUE.
bool is_true(const Tokens&);
// "self", the identity of the process, or nothing.
Tokens index_in(const Algorithm&, const Body&);

}  // namespace lorelei::tla::pluscal
