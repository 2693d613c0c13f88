// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/expression_parser.hh"

#include <fmt/core.h>

#include <algorithm>

#include "tla/c_habits.hh"
#include "tla/nesting.hh"
#include "tla/parser.hh"

namespace lorelei::tla {

// An operator whose right operand is not complete yet.
struct Parser::Pending {
  const Operator* op;
  const Token* token;
  bool is_prefix;
};
struct Parser::Operands {
  std::vector<Pending> pending;
  std::vector<NodePtr> complete;
};

NodePtr Parser::expression() {
  const Nesting nesting(*this);
  Operands stack;
  for (;;) {
    while (const auto* op = prefix_here()) stack.pending.push_back({op, &take(), true});
    stack.complete.push_back(operand_with_suffixes());
    while (const auto* op = peek().kind == TokenKind::kSymbol ? postfix_operator(peek().text) : nullptr) {
      reduce_before(stack, *op, peek());
      auto node = make(NodeKind::kPostfix, peek());
      node->text = op->name;
      node->place.begin = stack.complete.back()->place.begin;
      node->parts.push_back(std::move(stack.complete.back()));
      take();
      stack.complete.back() = finish(std::move(node));
      add_suffixes(stack.complete.back());
    }
    const auto* op = infix_here();
    if (!op) break;
    reduce_before(stack, *op, peek());
    stack.pending.push_back({op, &take(), false});
  }
  while (!stack.pending.empty()) reduce(stack);
  return std::move(stack.complete.back());
}

const Operator* Parser::prefix_here() const {
  const auto& token = peek();
  if (token.kind == TokenKind::kSymbol) return prefix_operator(token.text == "-" ? "-." : token.text);
  return token.kind == TokenKind::kName ? prefix_operator(token.text) : nullptr;
}

const Operator* Parser::infix_here() const {
  const auto& token = peek();
  if (token.kind != TokenKind::kSymbol || (token.text == "<" && is_proof_step())) return nullptr;
  return infix_operator(token.text);
}

NodePtr Parser::operand_with_suffixes() {
  auto node = operand();
  add_suffixes(node);
  return node;
}

// f[x] and r.a bind tighter than all other operators, so that they never wait.
void Parser::add_suffixes(NodePtr& node) {
  for (;;) {
    NodePtr outer;
    if (is_symbol("[")) {
      outer = make(NodeKind::kApply, take());
      outer->parts.push_back(std::move(node));
      do outer->parts.push_back(expression());
      while (take_symbol(","));
      expect_symbol("]");
    } else if (is_symbol(".")) {
      outer = make(NodeKind::kField, take());
      outer->parts.push_back(std::move(node));
      if (peek().kind != TokenKind::kName) fail_here("the name of a field");
      outer->text = take().text;
    } else {
      return;
    }
    outer->place.begin = outer->parts[0]->place.begin;
    node = finish(std::move(outer));
  }
}

// The topmost operator gets its operands.
void Parser::reduce(Operands& stack) {
  const auto [op, token, is_prefix] = stack.pending.back();
  stack.pending.pop_back();
  auto right = std::move(stack.complete.back());
  if (is_prefix) {
    auto node = make(NodeKind::kPrefix, *token);
    node->text = op->name;
    node->place.end = std::max(node->place.end, right->place.end);
    node->parts.push_back(std::move(right));
    stack.complete.back() = limit_depth(std::move(node));
    return;
  }
  stack.complete.pop_back();
  auto& left = stack.complete.back();
  const bool chains = op->name == "/\\" || op->name == "\\/" || op->name == "\\X";
  if (chains && left->kind == NodeKind::kInfix && left->text == op->name && !left->parenthesised) {
    left->place.end = std::max(left->place.end, right->place.end);
    const auto depth = right->depth + 1;
    left->parts.push_back(std::move(right));
    left = with_depth(std::move(left), depth);
    return;
  }
  auto node = make(NodeKind::kInfix, *token);
  node->text = op->name;
  node->place.begin = std::min(node->place.begin, left->place.begin);
  node->place.end = std::max(node->place.end, right->place.end);
  node->parts.push_back(std::move(left));
  node->parts.push_back(std::move(right));
  left = limit_depth(std::move(node));
}

// All operators that take the operand between them and this one.
void Parser::reduce_before(Operands& stack, const Operator& right, const Token& token) {
  while (!stack.pending.empty()) {
    const auto& left = stack.pending.back();
    if (left.op->high < right.low) return;
    const bool is_same = !left.is_prefix && left.op->name == right.name && right.is_left_associative;
    const auto between = stack.complete.empty() ? std::string_view() : stack.complete.back()->text;
    if (left.op->low <= right.high && !is_same)
      fail(token.place,
           left.op->name == right.name
               ? fmt::format("'{}' cannot follow '{}' without parentheses", right.name, right.name)
               : fmt::format("'{}' and '{}' have no order of precedence", left.token->text, token.text),
           between == "&&" || between == "||" ? std::string(in_place_of(between)) : "write parentheses");
    reduce(stack);
  }
}

NodePtr Parser::junction() {
  const auto& first = peek();
  auto node = make(NodeKind::kJunction, first);
  node->text = first.text;
  const auto is_bullet = [&](const Token& token) {
    return token.kind == TokenKind::kSymbol && token.text == first.text && token.at.column == first.at.column;
  };
  lists_.push_back({first.at.column, first.at.line});
  while (is_bullet(ahead(0))) {
    ++next_;
    node->parts.push_back(expression());
  }
  lists_.pop_back();
  return finish(std::move(node));
}

// tokens[first, last), as far as there are any, without the end.
static std::span<const Token> part_of(const std::vector<Token>& tokens, std::size_t first, std::size_t last) {
  last = std::min(last, tokens.size());
  while (last > first && tokens[last - 1].kind == TokenKind::kEnd) --last;
  if (first >= last) return {};
  return std::span<const Token>(tokens).subspan(first, last - first);
}

ParsedExpression parse_expression_at(const std::vector<Token>& tokens, std::size_t first, std::size_t last,
                                     std::vector<Diagnostic>& diagnostics) {
  Parser parser(part_of(tokens, first, last), diagnostics);
  auto node = parser.expression();
  if (parser.failed()) node = nullptr;
  return {std::move(node), first + parser.at()};
}

NodePtr parse_expression(const std::vector<Token>& tokens, std::size_t first, std::size_t last,
                         std::vector<Diagnostic>& diagnostics) {
  Parser parser(part_of(tokens, first, last), diagnostics);
  auto node = parser.expression();
  parser.require_end();
  if (parser.failed()) return nullptr;
  return node;
}

std::vector<UnitPtr> parse_definitions(const std::vector<Token>& tokens, std::size_t first, std::size_t last,
                                       std::vector<Diagnostic>& diagnostics) {
  return Parser(part_of(tokens, first, last), diagnostics).all_definitions();
}

}  // namespace lorelei::tla
