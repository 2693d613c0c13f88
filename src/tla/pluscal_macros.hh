// SPDX-License-Identifier: GPL-3.0-or-later
// Macros give way to what they stand for.
//
// A parameter is replaced wherever its name stands as a word of an expression, but not where it names a field; what
// replaces it gets parentheses unless one of the two is a single word. Left of ":=" an argument must begin with a name;
// the rest of it goes before the subscript: x[y] := 1 with a[1] for x is a[1][y] := 1.
//
// Foreign bytes: macros that use macros can grow without bounds; more than kMaxExpanded words are an error.
#pragma once
#include <vector>

#include "tla/pluscal_syntax.hh"

namespace lorelei::tla::pluscal {

inline constexpr std::size_t kMaxExpanded = 1 << 18;

// Afterwards no statement is a kMacro. A macro may use those before it. False if there was an error.
bool expand_macros(Algorithm&, std::vector<Diagnostic>&);

}  // namespace lorelei::tla::pluscal
