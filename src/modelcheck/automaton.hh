// SPDX-License-Identifier: GPL-3.0-or-later
// A formula about behaviours as an automaton that reads them.
//
// Formulas are of [], <>, and what is made of them by "and", "or", "not". A place of the automaton says what must hold
// of the state (and of the step out of it) that is read there, and which places may come next. A behaviour fulfils the
// formula if it can be read for ever so that of each of the sets in `often` some place comes again and again.
//
// Source: R. Gerth, D. Peled, M. Vardi, P. Wolper, "Simple on-the-fly automatic verification of linear temporal
// logic" (1995).
#pragma once
#include <cstdint>
#include <vector>

#include "modelcheck/compile.hh"

namespace lorelei::modelcheck {

// What is true or false of one state, or of one step.
struct Atom {
  const Expression* expression = nullptr;  // of a state, or of a step where is_of_step
  const Step* enabled = nullptr;           // else: that such a step can be taken
  bool is_of_step = false;
};

struct Literal {
  std::uint32_t atom = 0;
  bool is_negated = false;
};

struct Automaton {
  struct Place {
    std::vector<Literal> literals;    // of the state and the step out of it
    std::vector<std::uint32_t> next;  // places
    bool is_initial = false;
  };
  std::vector<Atom> atoms;
  std::vector<Place> places;
  std::vector<std::vector<bool>> often;  // each: by place

  std::vector<std::uint32_t> initial() const;
};

// Of what must all hold, and one that must not. Throws CompileError where the formula is too large.
Automaton automaton_of(Compiler&, const std::vector<const Formula*>& must_hold, const Formula& must_not);

}  // namespace lorelei::modelcheck
