// SPDX-License-Identifier: GPL-3.0-or-later
// Expressions out of tokens: operators by their ranges of precedence (tla/operators), junction lists by columns.
//
// Foreign bytes: linear, at most kMaxNesting deep; what is too deep is an error.
// Source: L. Lamport, "Specifying Systems", section 15.2; "TLA+ 2: a preliminary guide".
#pragma once
#include <vector>

#include "tla/syntax.hh"
#include "tla/token.hh"

namespace lorelei::tla {

// tokens[first, last) as one expression. Null: it is none, and diagnostics say why.
NodePtr parse_expression(const std::vector<Token>& tokens, std::size_t first, std::size_t last,
                         std::vector<Diagnostic>& diagnostics);

// The longest expression that begins at first; what stands at end is for the caller to judge. Null as above.
struct ParsedExpression {
  NodePtr expression;
  std::size_t end = 0;
};
ParsedExpression parse_expression_at(const std::vector<Token>& tokens, std::size_t first, std::size_t last,
                                     std::vector<Diagnostic>& diagnostics);

// tokens[first, last) as definitions, as a define block has them. Several errors a run; what is wrong is left out.
std::vector<UnitPtr> parse_definitions(const std::vector<Token>& tokens, std::size_t first, std::size_t last,
                                       std::vector<Diagnostic>& diagnostics);

}  // namespace lorelei::tla
