// SPDX-License-Identifier: GPL-3.0-or-later
// Reads an algorithm, in either syntax.
//
//   algorithm  [fair] algorithm NAME [variables] [define] {macro} {procedure} ( {process} | body ) end algorithm
//   statement  [LABEL :[+|-]] a := e || b := e | if | while | either | with | await | call | return | goto | skip |
//              print | assert | MACRO(e, ...)
//
// "{" behind the name means the c-syntax. A ";" may be missing before what ends or begins a group of statements.
//
// Foreign bytes: linear; nesting beyond kMaxDepth is an error; after an error reading goes on with the next statement,
// so that one run tells of several slips.
#pragma once
#include <optional>
#include <vector>

#include "tla/pluscal_syntax.hh"

namespace lorelei::tla::pluscal {

// tokens: from "--algorithm" or "--fair" to the end of its comment, with kEnd. Macros are not expanded. Nothing if
// there is any error.
std::optional<Algorithm> parse_algorithm(const Tokens& tokens, std::vector<Diagnostic>&);

}  // namespace lorelei::tla::pluscal
