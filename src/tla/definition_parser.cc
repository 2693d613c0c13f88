// SPDX-License-Identifier: GPL-3.0-or-later
// Definitions of operators and functions, instances, RECURSIVE: in a module and in a LET.
#include "tla/nesting.hh"
#include "tla/parser.hh"

namespace lorelei::tla {

UnitPtr Parser::make_unit(UnitKind kind) const {
  auto unit = std::make_unique<Unit>();
  unit->kind = kind;
  unit->place = peek().place;
  return unit;
}

void Parser::finish(Unit& unit) const {
  if (next_ == 0) return;
  const auto& last = tokens_[next_ - 1].place;
  if (last.source == unit.place.source && last.end > unit.place.end) unit.place.end = last.end;
}

bool Parser::starts_definition() const {
  if (is_name()) return true;
  const auto& token = peek();
  return (token.kind == TokenKind::kSymbol || token.kind == TokenKind::kName) && prefix_operator(token.text) &&
         begins_definition(1);
}

UnitPtr Parser::definition() {
  auto unit = make_unit(UnitKind::kOperator);
  if (is_word("RECURSIVE")) {
    recursive(*unit);
    return unit;
  }
  operator_heading(*unit);
  expect_symbol("==");
  if (is_word("INSTANCE") && unit->kind == UnitKind::kOperator && unit->fixity == Fixity::kNone)
    instance(*unit);
  else
    unit->body = expression();
  finish(*unit);
  return unit;
}

// What stands before "==".
void Parser::operator_heading(Unit& unit) {
  if (!is_name()) {
    const auto& token = peek();
    if (!prefix_operator(token.text) || token.kind == TokenKind::kString) return fail_here("a definition");
    take();
    unit.fixity = Fixity::kPrefix;
    unit.name = {token.text, token.place};
    unit.parameters.push_back({expect_name("a parameter")});
    return;
  }
  unit.name = expect_name("a name");
  const auto& token = peek();
  if (token.kind != TokenKind::kSymbol) return;
  if (token.text == "(") {
    take();
    unit.parameters = parameters("a parameter");
    expect_symbol(")");
  } else if (token.text == "[") {
    take();
    unit.kind = UnitKind::kFunction;
    unit.bounds = bounds();
    if (!failed_ && !unit.bounds.back().set) fail_here("'\\in' and a set");
    expect_symbol("]");
  } else if (infix_operator(token.text) || postfix_operator(token.text)) {
    take();
    unit.parameters.push_back({unit.name});
    unit.name = {token.text, token.place};
    unit.fixity = infix_operator(token.text) ? Fixity::kInfix : Fixity::kPostfix;
    if (unit.fixity == Fixity::kInfix) unit.parameters.push_back({expect_name("a parameter")});
  }
}

// INSTANCE M WITH a <- e, + <- Plus
void Parser::instance(Unit& unit) {
  unit.kind = UnitKind::kInstance;
  expect_word("INSTANCE");
  unit.module_name = expect_name("the name of a module");
  if (take_word("WITH")) {
    do {
      Substitution substitution;
      const auto& token = peek();
      if (is_name() || (token.kind != TokenKind::kString && is_operator(token.text)))
        substitution.name = {token.text, token.place};
      else
        fail_here("the name of a constant or variable");
      take();
      expect_symbol("<-");
      substitution.value = argument();
      unit.substitutions.push_back(std::move(substitution));
    } while (take_symbol(","));
  }
  finish(unit);
}

void Parser::recursive(Unit& unit) {
  unit.kind = UnitKind::kRecursive;
  expect_word("RECURSIVE");
  unit.parameters = parameters("the name of an operator");
  finish(unit);
}

std::vector<Parameter> Parser::parameters(std::string_view what) {
  std::vector<Parameter> all;
  do all.push_back(parameter(what));
  while (take_symbol(","));
  return all;
}

// x, F(_, _), _ + _, -. _, _ ^#
Parameter Parser::parameter(std::string_view what) {
  const auto operator_name = [&]() -> Name {
    const auto& token = peek();
    if (token.kind == TokenKind::kString || !is_operator(token.text)) fail_here("an operator");
    take();
    return {token.text, token.place};
  };
  if (take_symbol("_")) {
    Parameter parameter{operator_name(), 1};
    if (take_symbol("_")) parameter.arity = 2;
    return parameter;
  }
  if (!is_name() && peek().kind != TokenKind::kString && prefix_operator(peek().text)) {
    Parameter parameter{operator_name(), 1};
    expect_symbol("_");
    return parameter;
  }
  if (begins_definition(0)) fail_here(what);
  Parameter parameter{expect_name(what)};
  if (!take_symbol("(")) return parameter;
  do {
    expect_symbol("_");
    ++parameter.arity;
  } while (take_symbol(","));
  expect_symbol(")");
  return parameter;
}

}  // namespace lorelei::tla
