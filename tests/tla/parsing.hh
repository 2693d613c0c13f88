// SPDX-License-Identifier: GPL-3.0-or-later
// How tests of the parser write what they expect: trees as S-expressions, diagnostics as "LINE:COLUMN TEXT".
#pragma once
#include <fmt/core.h>

#include <string>
#include <string_view>
#include <vector>

#include "tla/expression_parser.hh"
#include "tla/module_parser.hh"

namespace lorelei::tla {

inline std::string lines_of(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const auto& one : diagnostics) {
    const auto at = one.place.source ? one.place.source->position(one.place.begin) : Position{0, 0};
    const auto code = one.code > 0 ? fmt::format("{} ", one.code) : std::string();
    out += fmt::format("{}:{} {}{}\n", at.line, at.column, code, one.text);
  }
  return out;
}

// The tree, or what is wrong.
inline std::string parsed(std::string_view text) {
  const Source source("m.tla", text);
  std::vector<Diagnostic> diagnostics;
  const auto tokens = read_tokens(source, 0, static_cast<std::uint32_t>(source.text().size()), diagnostics);
  const auto node = parse_expression(tokens, 0, tokens.size(), diagnostics);
  return node && diagnostics.empty() ? to_text(*node) : lines_of(diagnostics);
}

// The module a unit a line, then what is wrong.
inline std::string parsed_module(std::string_view text) {
  const Source source("m.tla", text);
  std::vector<Diagnostic> diagnostics;
  const auto module = parse_module(source, diagnostics);
  std::string out;
  if (module) out = to_text(*module) + "\n";
  return out + lines_of(diagnostics);
}

}  // namespace lorelei::tla
