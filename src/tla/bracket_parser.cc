// SPDX-License-Identifier: GPL-3.0-or-later
// Operands in brackets. What they are is seen only behind their first expression, which is read as one and then taken
// for a bound where "|->" or ":" says so: there is no going back over tokens.
#include <algorithm>

#include "tla/nesting.hh"
#include "tla/parser.hh"

namespace lorelei::tla {

NodePtr Parser::parenthesised() {
  const auto& open = take();
  auto node = expression();
  expect_symbol(")");
  node->parenthesised = true;
  node->place.begin = std::min(node->place.begin, open.place.begin);
  const auto depth = node->depth;
  node = finish(std::move(node));
  node->depth = std::max(node->depth, depth);
  return node;
}

NodePtr Parser::tuple() {
  auto node = make(NodeKind::kTuple, take());
  if (!take_symbol(">>")) {
    do node->parts.push_back(expression());
    while (take_symbol(","));
    if (node->parts.size() == 1 && take_symbol(">>_")) {
      node->kind = NodeKind::kAngleAction;
      node->parts.push_back(subscript());
    } else {
      expect_symbol(">>");
    }
  }
  return finish(std::move(node));
}

NodePtr Parser::braces() {
  auto node = make(NodeKind::kSetList, take());
  if (take_symbol("}")) return finish(std::move(node));
  node->parts.push_back(expression());
  if (take_symbol(":")) {
    auto& first = node->parts[0];
    if (is_bound(*first) && !first->parenthesised) {
      node->kind = NodeKind::kSetFilter;
      node->bounds.push_back(to_bound(std::move(*first)));
      first = expression();
    } else {
      node->kind = NodeKind::kSetMap;
      node->bounds = bounds();
      if (!node->bounds.back().set) fail_here("'\\in' and a set");
    }
  } else {
    while (take_symbol(",")) node->parts.push_back(expression());
  }
  expect_symbol("}");
  return finish(std::move(node));
}

NodePtr Parser::brackets() {
  auto node = make(NodeKind::kFunction, take());
  const auto& behind = ahead(1);
  const bool names_field = behind.kind == TokenKind::kSymbol && (behind.text == "|->" || behind.text == ":");
  if (peek().kind == TokenKind::kName && names_field) return record(std::move(node));
  auto first = expression();
  if (take_symbol("->")) {
    node->kind = NodeKind::kFunctionSet;
    node->parts.push_back(std::move(first));
    node->parts.push_back(expression());
  } else if (is_word("EXCEPT")) {
    return except(std::move(node), std::move(first));
  } else if (take_symbol("]_")) {
    node->kind = NodeKind::kBoxAction;
    node->parts.push_back(std::move(first));
    node->parts.push_back(subscript());
    return finish(std::move(node));
  } else {
    return function(std::move(node), std::move(first));
  }
  expect_symbol("]");
  return finish(std::move(node));
}

// [x, y \in S, ... |-> e], whose first expression is read: "x" or "x \in S".
NodePtr Parser::function(NodePtr node, NodePtr first) {
  Bound bound;
  if (first->kind == NodeKind::kName && first->parts.empty() && is_symbol(",")) {
    bound.names.push_back({first->text, first->place});
    while (take_symbol(",")) bound.names.push_back(expect_name("a bound variable"));
    expect_symbol("\\in");
    bound.set = expression();
  } else if (is_bound(*first)) {
    bound = to_bound(std::move(*first));
  } else {
    fail_here("'->', '|->', EXCEPT or ']_' in brackets");
  }
  node->bounds.push_back(std::move(bound));
  while (take_symbol(",")) {
    node->bounds.push_back(this->bound());
    if (!node->bounds.back().set) fail_here("'\\in' and a set");
  }
  expect_symbol("|->");
  node->parts.push_back(expression());
  expect_symbol("]");
  return finish(std::move(node));
}

NodePtr Parser::record(NodePtr node) {
  const auto separator = ahead(1).text;
  node->kind = separator == ":" ? NodeKind::kRecordSet : NodeKind::kRecord;
  do {
    if (peek().kind != TokenKind::kName) fail_here("the name of a field");
    const auto& name = take();
    node->names.push_back({name.text, name.place});
    expect_symbol(separator);
    node->parts.push_back(expression());
  } while (take_symbol(","));
  expect_symbol("]");
  return finish(std::move(node));
}

NodePtr Parser::except(NodePtr node, NodePtr function) {
  node->kind = NodeKind::kExcept;
  node->parts.push_back(std::move(function));
  expect_word("EXCEPT");
  do node->parts.push_back(update());
  while (take_symbol(","));
  expect_symbol("]");
  return finish(std::move(node));
}

// ![a, b].c = e
NodePtr Parser::update() {
  auto node = make(NodeKind::kUpdate, peek());
  expect_symbol("!");
  do {
    auto step = make(NodeKind::kIndexStep, peek());
    if (take_symbol(".")) {
      step->kind = NodeKind::kFieldStep;
      if (peek().kind != TokenKind::kName) fail_here("the name of a field");
      step->text = take().text;
    } else {
      expect_symbol("[");
      do step->parts.push_back(expression());
      while (take_symbol(","));
      expect_symbol("]");
    }
    node->parts.push_back(finish(std::move(step)));
  } while (is_symbol("[") || is_symbol("."));
  expect_symbol("=");
  node->parts.push_back(expression());
  return finish(std::move(node));
}

static bool is_plain_name(const Node& node) { return node.kind == NodeKind::kName && node.parts.empty(); }

// "x \in S" or "<<x, y>> \in S".
bool Parser::is_bound(const Node& node) {
  if (node.kind != NodeKind::kInfix || node.text != "\\in") return false;
  const auto& left = *node.parts[0];
  if (left.kind == NodeKind::kTuple)
    return !left.parts.empty() &&
           std::all_of(left.parts.begin(), left.parts.end(), [](const auto& part) { return is_plain_name(*part); });
  return is_plain_name(left);
}

Bound Parser::to_bound(Node&& node) {
  Bound bound;
  const auto& left = *node.parts[0];
  bound.is_tuple = left.kind == NodeKind::kTuple;
  if (bound.is_tuple)
    for (const auto& part : left.parts) bound.names.push_back({part->text, part->place});
  else
    bound.names.push_back({left.text, left.place});
  bound.set = std::move(node.parts[1]);
  return bound;
}

}  // namespace lorelei::tla
