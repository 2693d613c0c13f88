// SPDX-License-Identifier: GPL-3.0-or-later
// One module given to the model checker and to the oracle.
#pragma once
#include <string>
#include <vector>

#include "modelcheck/explore.hh"
#include "tests/modelcheck/naive.hh"

namespace lorelei::modelcheck {

struct Case {
  std::string module;  // of the name M
  std::vector<std::string> invariants;
  naive::Constants constants;
};

// What the oracle says of it, and in which way the model checker with 1 and with 3 threads says something else.
struct Compared {
  naive::Explored expected;
  std::string difference;
};
Compared compare(const Case&, std::uint64_t max_states);

// The value of the module's definition Result, without variables; what fails is "fails".
struct Results {
  std::string engine, naive, why;
};
Results results(const std::string& module, const naive::Constants& constants);

}  // namespace lorelei::modelcheck
