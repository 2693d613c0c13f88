// SPDX-License-Identifier: GPL-3.0-or-later
// Modules out of a few lines, resolved, for tests.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/tla/parsing.hh"
#include "tla/resolve.hh"

namespace lorelei::tla {

// A root module R with this body, which begins in line 2, and other modules by name and body.
struct Resolved {
  std::vector<Diagnostic> diagnostics;
  Specification specification;
  ResolvedNames names;

  explicit Resolved(std::string_view body, std::vector<std::pair<std::string, std::string>> others = {}) {
    const auto text_of = [](std::string_view name, std::string_view text) {
      return fmt::format("---- MODULE {} ----\n{}\n====", name, text);
    };
    const auto find = [&](std::string_view name) -> Result<std::optional<ModuleText>> {
      for (const auto& [other, text] : others)
        if (other == name) return ModuleText{other + ".tla", text_of(other, text)};
      return std::nullopt;
    };
    auto root = read_root({"R.tla", text_of("R", body)}, diagnostics);
    specification = load_modules(std::move(root), find, diagnostics);
    names = resolve(specification, diagnostics);
  }

  Level level(std::string_view name) const {
    const auto* symbol = names.find(name);
    EXPECT_TRUE(symbol) << name;
    return symbol ? symbol->level : Level::kConstant;
  }
};

inline std::string wrong(std::string_view body, std::vector<std::pair<std::string, std::string>> others = {}) {
  return lines_of(Resolved(body, std::move(others)).diagnostics);
}
// Its codes, each once a diagnostic.
inline std::string codes(std::string_view body, std::vector<std::pair<std::string, std::string>> others = {}) {
  std::string out;
  for (const auto& one : Resolved(body, std::move(others)).diagnostics) {
    if (!out.empty()) out += ' ';
    out += std::to_string(one.code);
  }
  return out;
}

}  // namespace lorelei::tla
