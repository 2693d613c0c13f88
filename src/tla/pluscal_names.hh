// SPDX-License-Identifier: GPL-3.0-or-later
// Names that would clash in the translation, where labels, variables, procedures and processes are all on one level.
//
// In the order globals, labels, procedures, processes, locals of processes, locals of procedures, parameters (0 to 6),
// each in the order of the source, procedures first: a name that another one has too gets "_", then one letter after
// another of the name of its procedure or process, then its number above again and again, until no other name, renamed
// or not, is the same. So of two equal labels the last one keeps its name. Globals are never renamed.
//
// Properties in the module name labels and variables as they are afterwards: this must be what every translator does.
#pragma once
#include <string>
#include <vector>

#include "tla/pluscal_syntax.hh"

namespace lorelei::tla::pluscal {

struct Renaming {
  std::string what;  // "Label", "Parameter", ...
  std::string name, renamed;
  std::string of;  // "procedure cvwait", or "" for what is in no procedure or process
  Place place;
};

// Before: labels are there. Sets Name::renamed everywhere. Errors: a name that is there twice in one scope, a local
// that is called as a global, and names that the translation needs for itself. False if there was one.
bool resolve_names(Algorithm&, std::vector<Renaming>&, std::vector<Diagnostic>&);

}  // namespace lorelei::tla::pluscal
