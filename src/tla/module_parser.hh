// SPDX-License-Identifier: GPL-3.0-or-later
// A module out of a source: from "---- MODULE" to its "====". What stands before and behind is not looked at.
//
// A unit (a definition, a declaration) that is wrong is one diagnostic and left out; reading goes on where the next one
// begins: at the first word of a line that stands no further right than the wrong one did. Proofs are read over.
//
// Foreign bytes: linear; nesting as tla/expression_parser says.
#pragma once
#include <memory>
#include <vector>

#include "tla/syntax.hh"

namespace lorelei::tla {

// Null: there is no module in it, which is said. Otherwise what could be read, though diagnostics may have errors.
std::unique_ptr<Module> parse_module(const Source&, std::vector<Diagnostic>&);

}  // namespace lorelei::tla
