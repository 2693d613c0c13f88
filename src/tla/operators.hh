// SPDX-License-Identifier: GPL-3.0-or-later
// Which symbols are operators, and how tightly they bind.
//
// Each has a range of precedence. Of two that stand side by side around an operand, the one whose whole range is above
// the other's takes it; where the ranges meet, only one and the same left-associative operator may stand twice.
#pragma once
#include <string_view>

namespace lorelei::tla {

struct Operator {
  std::string_view name;
  int low, high;
  bool is_left_associative = false;
};

// By their spelling in tla/token; minus as a prefix is "-.". Null: it is none.
const Operator* prefix_operator(std::string_view);
const Operator* infix_operator(std::string_view);
const Operator* postfix_operator(std::string_view);
// Any of them.
bool is_operator(std::string_view);

bool is_keyword(std::string_view);

}  // namespace lorelei::tla
