// SPDX-License-Identifier: GPL-3.0-or-later
// Behaviours taken by chance, for models that have too many states to see them all.
//
// The n-th behaviour depends on the seed and n alone: from a first state on, each time one of the next states within
// the constraints, all with the same chance. It ends at the depth, where nothing else can come, or where something is
// wrong. What was found is made shorter: a search through the states that the same actions reach, level by level, for
// one with the same thing wrong.
#pragma once
#include <functional>

#include "modelcheck/check.hh"

namespace lorelei::modelcheck {

struct SimulateOptions {
  std::uint64_t behaviours = 0;      // 0: without end
  std::uint64_t depth = 100;         // states of a behaviour at most
  std::uint64_t seed = 0, aril = 0;  // aril: the number of the first behaviour
  bool checks_deadlock = true, checks_spinning = true;
  bool minimises = true;
  std::function<bool()> is_cancelled = [] { return false; };
  std::function<void(std::uint64_t states)> progress = nullptr;       // so many more
  std::function<bool(std::uint64_t number, const Trace&)> each = {};  // of each behaviour; false: no more
};

// Invariants, deadlock and what is said of steps are checked; properties of whole behaviours are not.
Verdict simulate(Model&, const SimulateOptions&);

}  // namespace lorelei::modelcheck
