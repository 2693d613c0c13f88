// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/module_parser.hh"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hh"
#include "tla/nesting.hh"
#include "tla/parser.hh"

namespace lorelei::tla {
namespace {

constexpr std::string_view kUnitWords[] = {"ASSUME",    "ASSUMPTION", "AXIOM", "CONSTANT", "CONSTANTS", "COROLLARY",
                                           "HIDE",      "INSTANCE",   "LEMMA", "LOCAL",    "MODULE",    "PROPOSITION",
                                           "RECURSIVE", "THEOREM",    "USE",   "VARIABLE", "VARIABLES"};

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Where "----", blanks, "MODULE" begin.
std::size_t find_module(std::string_view text) {
  for (std::size_t at = 0; (at = text.find("----", at)) != std::string_view::npos;) {
    auto end = text.find_first_not_of('-', at);
    if (end == std::string_view::npos) break;
    end = std::min(text.find_first_not_of(' ', end), text.size());
    if (text.substr(end).starts_with("MODULE")) return at;
    at = end;
  }
  return std::string_view::npos;
}

}  // namespace

std::unique_ptr<Module> Parser::module() {
  const Nesting nesting(*this);
  auto module = std::make_unique<Module>();
  module->place = peek().place;
  if (peek().kind == TokenKind::kSeparator) take();
  expect_word("MODULE");
  module->name = expect_name("the name of the module");
  if (peek().kind != TokenKind::kSeparator) fail_here("'----' behind the name of the module");
  take();
  if (take_word("EXTENDS")) {
    do module->extends.push_back(expect_name("the name of a module"));
    while (take_symbol(","));
  }
  if (failed_) recover(module->place.source ? 1 : 0, next_);
  while (peek().kind != TokenKind::kModuleEnd) {
    if (peek().kind == TokenKind::kEnd) {
      // Behind another error the end may well have been read over.
      if (diagnostics_.empty())
        fail(module->name.place, fmt::format("module {} has no end", module->name.text), "end it with ====");
      failed_ = true;
      return module;
    }
    const auto from = next_;
    const auto column = peek().at.column;
    auto next = unit();
    if (failed_)
      recover(column, from);
    else if (next)
      module->units.push_back(std::move(next));
  }
  take();
  module->place.end = std::max(module->place.end, tokens_[next_ - 1].place.end);
  return module;
}

std::vector<UnitPtr> Parser::all_definitions() {
  std::vector<UnitPtr> all;
  while (next_ < tokens_.size()) {
    const auto from = next_;
    const auto column = peek().at.column;
    auto unit = definition();
    if (failed_)
      recover(column, from);
    else
      all.push_back(std::move(unit));
  }
  return all;
}

// Null: nothing to keep.
UnitPtr Parser::unit() {
  const auto& token = peek();
  if (token.kind == TokenKind::kSeparator) {
    const auto& next = ahead(1);
    if (next.kind == TokenKind::kName && next.text == "MODULE") {
      auto unit = make_unit(UnitKind::kModule);
      unit->module = module();
      unit->name = unit->module->name;
      finish(*unit);
      return unit;
    }
    take();
    return nullptr;
  }
  if (token.kind == TokenKind::kName) {
    if (is_one_of(token.text, {"CONSTANT", "CONSTANTS"})) {
      auto unit = make_unit(UnitKind::kConstants);
      take();
      unit->parameters = parameters("the name of a constant");
      finish(*unit);
      return unit;
    }
    if (is_one_of(token.text, {"VARIABLE", "VARIABLES"})) {
      auto unit = make_unit(UnitKind::kVariables);
      take();
      unit->parameters = parameters("the name of a variable");
      for (const auto& one : unit->parameters)
        if (one.arity > 0) fail(one.name.place, "a variable takes no arguments");
      finish(*unit);
      return unit;
    }
    if (is_one_of(token.text, {"ASSUME", "ASSUMPTION", "AXIOM"})) return assumption();
    if (is_one_of(token.text, {"THEOREM", "LEMMA", "PROPOSITION", "COROLLARY"})) return theorem();
    if (is_one_of(token.text, {"USE", "HIDE"})) {
      take();
      facts();
      return nullptr;
    }
    if (token.text == "LOCAL") return local_unit();
    if (token.text == "INSTANCE") {
      auto unit = make_unit(UnitKind::kInstance);
      instance(*unit);
      return unit;
    }
  }
  if (starts_definition() || is_word("RECURSIVE")) return definition();
  fail_here("an operator, or the next definition or declaration");
  return nullptr;
}

UnitPtr Parser::local_unit() {
  expect_word("LOCAL");
  UnitPtr unit;
  if (is_word("INSTANCE")) {
    unit = make_unit(UnitKind::kInstance);
    instance(*unit);
  } else if (is_word("RECURSIVE")) {
    unit = make_unit(UnitKind::kRecursive);
    fail_here("a definition or INSTANCE");
  } else {
    unit = definition();
  }
  unit->is_local = true;
  return unit;
}

UnitPtr Parser::assumption() {
  auto unit = make_unit(UnitKind::kAssume);
  take();
  if (begins_definition(0)) {
    unit->name = expect_name("a name");
    take();
  }
  unit->body = expression();
  finish(*unit);
  return unit;
}

// Whether a unit may begin at this token, the first of its line.
bool Parser::starts_unit(std::size_t at) const {
  const auto& token = tokens_[at];
  if (token.kind == TokenKind::kSeparator || token.kind == TokenKind::kModuleEnd) return true;
  if (token.kind == TokenKind::kName)
    return !is_keyword(token.text) ||
           std::find(std::begin(kUnitWords), std::end(kUnitWords), token.text) != std::end(kUnitWords);
  return token.kind == TokenKind::kSymbol && token.text == "-.";
}

// Behind an error: goes to the next unit. column, from: where the wrong one began.
void Parser::recover(std::uint32_t column, std::size_t from) {
  failed_ = false;
  lists_.clear();
  next_ = std::min(std::max(next_, from + 1), tokens_.size());
  for (; next_ < tokens_.size(); ++next_) {
    const auto& token = tokens_[next_];
    if (token.kind == TokenKind::kModuleEnd) return;
    const bool is_first = tokens_[next_ - 1].at.line < token.at.line;
    if (is_first && token.at.column <= std::max(column, 1U) && starts_unit(next_)) return;
  }
}

std::unique_ptr<Module> parse_module(const Source& source, std::vector<Diagnostic>& diagnostics) {
  const auto size = static_cast<std::uint32_t>(source.text().size());
  const auto begin = find_module(source.text());
  if (begin == std::string_view::npos) {
    diagnostics.push_back({Diagnostic::Severity::kError,
                           0,
                           {&source, 0, 0},
                           "there is no module in this file",
                           "begin it with ---- MODULE NAME ----"});
    return nullptr;
  }
  std::vector<Diagnostic> of_words, of_units;
  auto tokens = read_tokens(source, static_cast<std::uint32_t>(begin), size, of_words);
  tokens.pop_back();
  Parser parser(tokens, of_units);
  auto module = parser.module();
  // What no lexer knows may well stand behind the module.
  const auto end = parser.failed() ? size : module->place.end;
  for (auto& one : of_words)
    if (one.place.begin < end) diagnostics.push_back(std::move(one));
  for (auto& one : of_units) diagnostics.push_back(std::move(one));
  return module;
}

}  // namespace lorelei::tla
