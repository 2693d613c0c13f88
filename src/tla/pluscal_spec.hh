// SPDX-License-Identifier: GPL-3.0-or-later
// The sections of a translation, one after the other: declarations, Init, the actions, Next, Spec, Termination.
#pragma once
#include <string>
#include <vector>

#include "tla/pluscal_action.hh"
#include "tla/pluscal_names.hh"
#include "tla/pluscal_writer.hh"

namespace lorelei::tla::pluscal {

// Which fairness a process has in the end, and the procedures that it calls, directly or through others.
struct Fair {
  Fairness fairness = Fairness::kNone;
  std::vector<const Body*> procedures;
};

// What all sections are made of.
struct Plan {
  const Algorithm& algorithm;
  const Options& options;
  const Variables& variables;
  std::vector<Renaming> renamings;
  std::vector<std::vector<Step>> procedures, processes;  // as those of the algorithm
  std::vector<Fair> fair;                                // of the processes
  bool has_pc = true, has_termination = true, is_next_fair = false;

  bool needs_default_value() const;
};

void write_translation(const Plan&, Writer&);

}  // namespace lorelei::tla::pluscal
