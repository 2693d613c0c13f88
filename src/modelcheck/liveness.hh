// SPDX-License-Identifier: GPL-3.0-or-later
// Whether every behaviour that is fair has a property that is about whole behaviours; if not, a way into a loop that
// goes round for ever without it.
//
// A behaviour goes along the steps of the state graph, and may stay where it is at any time: staying is a step that
// changes nothing, which is no step of any fair action. What is looked for is a loop in the product of the graph with
// the automaton of "not the property", in which every fairness condition holds:
//
//   WF_v(A)   somewhere on the loop no step <<A>>_v is possible, or one is taken
//   SF_v(A)   nowhere on the loop a step <<A>>_v is possible, or one is taken
//
// Components are taken apart until one holds such a loop: if SF fails in one, the states where A is possible are left
// out and the rest is looked at again, so that the time grows with the number of conditions and not with its power.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "modelcheck/explore.hh"

namespace lorelei::modelcheck {

struct Lasso {
  std::vector<StateId> states;  // from an initial state, each once but for where the loop crosses itself
  std::size_t back_to = 0;      // where in states the loop begins
  bool is_stuttering = false;   // the loop is the last state alone
  bool is_shortest = true;      // of all that there are
};

struct TemporalFinding {
  std::string property;
  Lasso lasso;
};

// Before: explorer has run with keeps_edges, and found nothing else. Throws EvaluationError and CompileError.
std::optional<TemporalFinding> find_violation(Model&, const Explorer&, const Explored&);

}  // namespace lorelei::modelcheck
