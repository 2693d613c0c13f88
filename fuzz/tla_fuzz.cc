// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a module: words lie in order in the source, the tree is no deeper than it may be, and what is wrong is
// said with a place; then its names. The same bytes as an expression, and as definitions.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tla/expression_parser.hh"
#include "tla/module_loader.hh"
#include "tla/resolve.hh"

using namespace lorelei;
using namespace lorelei::tla;

static void require(bool holds) {
  if (!holds) std::abort();
}

static void check(const Node& node) {
  require(node.depth <= kMaxTreeDepth && node.place.begin <= node.place.end);
  for (const auto& part : node.parts) {
    require(part && part->depth < node.depth);
    check(*part);
  }
  for (const auto& bound : node.bounds)
    if (bound.set) check(*bound.set);
  for (const auto& unit : node.units)
    if (unit->body) check(*unit->body);
}

static void check(const std::vector<Diagnostic>& diagnostics) {
  for (const auto& one : diagnostics) {
    require(!one.text.empty() && one.place.begin <= one.place.end);
    require(!to_text(one).empty());
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Source source("R.tla", text);
  std::vector<Diagnostic> diagnostics;
  const auto tokens = read_tokens(source, 0, static_cast<std::uint32_t>(source.text().size()), diagnostics);
  std::uint32_t end = 0;
  for (const auto& token : tokens) {
    require(token.place.begin >= end && token.place.end >= token.place.begin);
    end = token.place.end;
    if (tokens.size() > 200) continue;
    const auto at = source.position(token.place.begin);
    require(at.line == token.at.line && at.column == token.at.column);
  }
  require(end <= source.text().size() && tokens.back().kind == TokenKind::kEnd);

  const auto words = diagnostics.size();
  const auto node = parse_expression(tokens, 0, tokens.size(), diagnostics);
  require((node != nullptr) == (diagnostics.size() == words));
  if (node) {
    check(*node);
    require(!to_text(*node).empty());
  }
  for (const auto& unit : parse_definitions(tokens, 0, tokens.size(), diagnostics)) require(unit != nullptr);
  check(diagnostics);

  // Diagnostics point into the sources of what they are about.
  std::vector<Diagnostic> of_module;
  auto root = read_root({"R.tla", std::string(text)}, of_module);
  check(of_module);
  if (!root.module) return 0;
  const auto none = [](std::string_view) -> Result<std::optional<ModuleText>> { return std::nullopt; };
  auto all = load_modules(std::move(root), none, of_module);
  const auto names = resolve(all, of_module);
  check(of_module);
  require(!to_text(*all.root()).empty());
  for (const auto& [name, symbol] : names.root) require(symbol && symbol->name == name);
  return 0;
}
