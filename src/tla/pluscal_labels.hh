// SPDX-License-Identifier: GPL-3.0-or-later
// Which statements must have a label, and labels for them.
//
// What stands between two labels is one step. A step ends where control goes elsewhere, and no step assigns to a
// variable twice; so a statement must be labelled if it is
//
//   1  the first one of a procedure, a process or the algorithm        2  a "while"
//   3  behind a "call" (unless it is the "return" or "goto" of it)     4  behind a "return" or "goto"
//   5  behind an "if", "either" or "with" that holds a label, "call", "return" or "goto"
//   6  one that assigns to what was assigned to since the last label. "call" and "return" assign to "stack"; "return",
//   a
//      "call" with "return" behind it, and a call of the procedure that it stands in, to all parameters and locals of
//      procedures.
//
// Within "with" there can be none: what would need one there is an error, but for 6, where the "with" gets it.
#pragma once
#include <vector>

#include "tla/pluscal_options.hh"
#include "tla/pluscal_syntax.hh"

namespace lorelei::tla::pluscal {

// Before: macros are expanded. Afterwards each such statement has a label, or there is an error for each that has none;
// false then. Labels are added where the options say so, and to an algorithm without processes that has none at all.
bool add_labels(Algorithm&, const Options&, std::vector<Diagnostic>&);

}  // namespace lorelei::tla::pluscal
