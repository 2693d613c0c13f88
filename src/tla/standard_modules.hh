// SPDX-License-Identifier: GPL-3.0-or-later
// The modules that come with TLA+, built in: names, arities and what levels depend on. What their operators compute,
// an evaluator knows by module and name; where a body says it in TLA+, it may be taken at its word.
#pragma once
#include <optional>
#include <string_view>

namespace lorelei::tla {

// The text of a module: Naturals, Integers, Reals, Sequences, FiniteSets, Bags, TLC, TLCExt, Randomization, Json.
std::optional<std::string_view> standard_module(std::string_view name);
// The first of them that defines this name or operator itself; "" for none.
std::string_view standard_module_with(std::string_view symbol);

}  // namespace lorelei::tla
