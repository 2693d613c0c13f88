// SPDX-License-Identifier: GPL-3.0-or-later
// What stands between operators: names and paths, quantifiers, IF, CASE, LET. What has brackets: bracket_parser.cc.
#include <algorithm>

#include "tla/c_habits.hh"
#include "tla/nesting.hh"
#include "tla/parser.hh"

namespace lorelei::tla {

NodePtr Parser::operand() {
  switch (peek().kind) {
    case TokenKind::kNumber:
      return leaf(NodeKind::kNumber);
    case TokenKind::kString:
      return leaf(NodeKind::kString);
    case TokenKind::kName:
      if (!begins_definition(0)) return is_keyword(peek().text) ? keyword_operand() : name_operand();
      fail(peek().place, "expected an expression, not the next definition", std::string(in_place_of("==")));
      return make(NodeKind::kError, end_);
    case TokenKind::kSymbol:
      return symbol_operand();
    default:
      fail_here("an expression");
      return make(NodeKind::kError, end_);
  }
}

NodePtr Parser::keyword_operand() {
  const auto& word = peek().text;
  if (word == "IF") return conditional();
  if (word == "CASE") return case_of();
  if (word == "LET") return let();
  if (word == "CHOOSE") return choose();
  if (word == "LAMBDA") return lambda();
  if (word == "WF_" || word == "SF_") return fairness();
  fail_here("an expression");
  return make(NodeKind::kError, end_);
}

NodePtr Parser::symbol_operand() {
  const auto& symbol = peek().text;
  if (symbol == "(") return parenthesised();
  if (symbol == "/\\" || symbol == "\\/") return junction();
  if (symbol == "[") return brackets();
  if (symbol == "{") return braces();
  if (symbol == "<<") return tuple();
  if (symbol == "@") return leaf(NodeKind::kAt);
  if (symbol == "\\A") return quantifier(NodeKind::kForall);
  if (symbol == "\\E") return quantifier(NodeKind::kExists);
  if (symbol == "\\AA") return quantifier(NodeKind::kTemporalForall);
  if (symbol == "\\EE") return quantifier(NodeKind::kTemporalExists);
  fail_here("an expression");
  return make(NodeKind::kError, end_);
}

NodePtr Parser::name_operand() {
  auto node = leaf(NodeKind::kName);
  if (is_symbol("(")) arguments(*node);
  node = finish(std::move(node));
  if (is_symbol("::")) return label(std::move(node));
  return is_symbol("!") ? path(std::move(node), true) : std::move(node);
}

NodePtr Parser::path(NodePtr first, bool takes_arguments) {
  auto node = std::make_unique<Node>();
  node->kind = NodeKind::kPath;
  node->place = node->word = first->place;
  node->parts.push_back(std::move(first));
  while (take_symbol("!")) node->parts.push_back(path_component(takes_arguments));
  return finish(std::move(node));
}

NodePtr Parser::path_component(bool takes_arguments) {
  const auto& token = peek();
  const bool is_selector =
      token.kind == TokenKind::kNumber ||
      (token.kind == TokenKind::kSymbol &&
       (token.text == "<<" || token.text == ">>" || token.text == "@" || token.text == ":" || token.text == "("));
  if (is_selector) {
    auto node = make(NodeKind::kSelector, token);
    if (token.text == "(") {
      node->text = "()";
      arguments(*node);
    } else {
      node->text = take().text;
    }
    return finish(std::move(node));
  }
  if (!is_name() && !is_operator(token.text)) {
    fail_here("a name behind '!'");
    return make(NodeKind::kError, end_);
  }
  auto node = leaf(NodeKind::kName);
  if (takes_arguments && is_symbol("(")) arguments(*node);
  return finish(std::move(node));
}

void Parser::arguments(Node& node) {
  expect_symbol("(");
  do node.parts.push_back(argument());
  while (take_symbol(","));
  expect_symbol(")");
}

// An expression, or an operator by itself: F(+, 1).
NodePtr Parser::argument() {
  const auto& token = peek();
  const bool is_word_or_symbol = token.kind == TokenKind::kSymbol || token.kind == TokenKind::kName;
  if (is_word_or_symbol && is_operator(token.text)) {
    const bool begins_expression =
        prefix_operator(token.text) || token.text == "-" || token.text == "/\\" || token.text == "\\/";
    if (!begins_expression || !continues_expression(1)) return leaf(NodeKind::kName);
  }
  return expression();
}

// Whether what stands there can be the operand of a prefix operator before it.
bool Parser::continues_expression(std::size_t count) const {
  const auto& token = ahead(count);
  switch (token.kind) {
    case TokenKind::kNumber:
    case TokenKind::kString:
      return true;
    case TokenKind::kSymbol:
      return token.text != "," && token.text != ")";
    case TokenKind::kName:
      break;
    default:
      return false;
  }
  if (!is_keyword(token.text)) return !begins_definition(count);
  static constexpr std::string_view kBegin[] = {"IF", "CASE", "LET", "CHOOSE", "LAMBDA", "WF_", "SF_"};
  return prefix_operator(token.text) || std::find(std::begin(kBegin), std::end(kBegin), token.text) != std::end(kBegin);
}

NodePtr Parser::label(NodePtr name) {
  auto node = std::make_unique<Node>();
  node->kind = NodeKind::kLabel;
  node->place = name->place;
  node->word = name->word;
  node->text = name->text;
  for (const auto& part : name->parts) {
    if (part->kind != NodeKind::kName || !part->parts.empty())
      fail(part->place, "the parameters of a label are names of bound variables");
    node->parameters.push_back({{part->text, part->place}});
  }
  expect_symbol("::");
  node->parts.push_back(expression());
  return finish(std::move(node));
}

NodePtr Parser::quantifier(NodeKind kind) {
  auto node = make(kind, take());
  if (kind == NodeKind::kTemporalForall || kind == NodeKind::kTemporalExists) {
    Bound all;
    do all.names.push_back(expect_name("a variable"));
    while (take_symbol(","));
    node->bounds.push_back(std::move(all));
  } else {
    node->bounds = bounds();
  }
  expect_symbol(":");
  node->parts.push_back(expression());
  return finish(std::move(node));
}

NodePtr Parser::choose() {
  auto node = make(NodeKind::kChoose, take());
  node->bounds.push_back(bound());
  const auto& names = node->bounds[0].names;
  if (names.size() > 1 && !node->bounds[0].is_tuple)
    fail(names[1].place, "CHOOSE has one name, or a tuple of names", "write CHOOSE <<x, y>>");
  expect_symbol(":");
  node->parts.push_back(expression());
  return finish(std::move(node));
}

NodePtr Parser::lambda() {
  auto node = make(NodeKind::kLambda, take());
  do node->parameters.push_back({expect_name("a parameter")});
  while (take_symbol(","));
  expect_symbol(":");
  node->parts.push_back(expression());
  return finish(std::move(node));
}

NodePtr Parser::conditional() {
  auto node = make(NodeKind::kIf, take());
  node->parts.push_back(expression());
  expect_word("THEN");
  node->parts.push_back(expression());
  expect_word("ELSE");
  node->parts.push_back(expression());
  return finish(std::move(node));
}

NodePtr Parser::case_of() {
  auto node = make(NodeKind::kCase, take());
  bool is_other = false;
  do {
    auto arm = make(NodeKind::kArm, peek());
    if (!node->parts.empty()) is_other = take_word("OTHER");
    if (!is_other) arm->parts.push_back(expression());
    expect_symbol("->");
    arm->parts.push_back(expression());
    node->parts.push_back(finish(std::move(arm)));
  } while (!is_other && take_symbol("[]"));
  return finish(std::move(node));
}

NodePtr Parser::let() {
  auto node = make(NodeKind::kLet, take());
  while (starts_definition() || is_word("RECURSIVE")) node->units.push_back(definition());
  if (node->units.empty()) fail_here("a definition");
  expect_word("IN");
  node->parts.push_back(expression());
  return finish(std::move(node));
}

NodePtr Parser::fairness() {
  auto node = leaf(NodeKind::kFairness);
  node->parts.push_back(subscript());
  expect_symbol("(");
  node->parts.push_back(expression());
  expect_symbol(")");
  return finish(std::move(node));
}

// The v of [A]_v and WF_v(A), where a parenthesis behind a name is not its own.
NodePtr Parser::subscript() {
  if (is_name()) {
    auto node = leaf(NodeKind::kName);
    return is_symbol("!") ? path(std::move(node), false) : std::move(node);
  }
  const auto& token = peek();
  if (token.kind == TokenKind::kSymbol) {
    if (token.text == "(") return parenthesised();
    if (token.text == "<<") return tuple();
    if (token.text == "[") return brackets();
    if (token.text == "{") return braces();
  }
  fail_here("a variable, or several in << >>,");
  return make(NodeKind::kError, end_);
}

// "<<x, y>> \in S", "x, y \in S", or "x, y" with no set.
Bound Parser::bound() {
  Bound bound;
  bound.is_tuple = take_symbol("<<");
  do bound.names.push_back(expect_name("a bound variable"));
  while (take_symbol(","));
  if (bound.is_tuple) {
    expect_symbol(">>");
    if (is_symbol(":")) return bound;  // CHOOSE <<x, y>> : p
    expect_symbol("\\in");
  } else if (!take_symbol("\\in")) {
    return bound;
  }
  bound.set = expression();
  return bound;
}

std::vector<Bound> Parser::bounds() {
  std::vector<Bound> all;
  do all.push_back(bound());
  while (all.back().set && take_symbol(","));
  const bool is_mixed = !all.back().set && (all.size() > 1 || all.back().is_tuple);
  if (is_mixed && !all.back().names.empty()) fail_here("'\\in' and a set");
  return all;
}

}  // namespace lorelei::tla
