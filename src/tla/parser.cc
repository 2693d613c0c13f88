// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the parser that everything else stands on: tokens, errors, nodes.
#include "tla/parser.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "tla/c_habits.hh"

namespace lorelei::tla {
namespace {

std::string shown(const Token& token) {
  switch (token.kind) {
    case TokenKind::kEnd:
      return "the end";
    case TokenKind::kString:
      return fmt::format("the string \"{}\"", token.text);
    default:
      return fmt::format("'{}'", token.text);
  }
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (is_lower(c)) c = static_cast<char>(c - 32);
  return out;
}

}  // namespace

Parser::Parser(std::span<const Token> tokens, std::vector<Diagnostic>& diagnostics)
    : tokens_(tokens), diagnostics_(diagnostics) {
  if (tokens_.empty()) return;
  end_.place = tokens_.back().place;
  end_.place.begin = end_.place.end;
  end_.at = tokens_.back().at;
}

const Token& Parser::peek() const {
  if (failed_ || next_ >= tokens_.size()) return end_;
  const auto& token = tokens_[next_];
  return !lists_.empty() && token.at.column <= lists_.back().column ? end_ : token;
}

const Token& Parser::ahead(std::size_t count) const {
  return failed_ || next_ + count >= tokens_.size() ? end_ : tokens_[next_ + count];
}

bool Parser::is_symbol(std::string_view text) const {
  const auto& token = peek();
  return token.kind == TokenKind::kSymbol && token.text == text;
}
bool Parser::is_word(std::string_view text) const {
  const auto& token = peek();
  return token.kind == TokenKind::kName && token.text == text;
}
bool Parser::is_name() const {
  const auto& token = peek();
  return token.kind == TokenKind::kName && !is_keyword(token.text);
}

const Token& Parser::take() {
  const auto& token = peek();
  if (&token != &end_) ++next_;
  return token;
}
bool Parser::take_symbol(std::string_view text) { return is_symbol(text) && (take(), true); }
bool Parser::take_word(std::string_view text) { return is_word(text) && (take(), true); }
void Parser::expect_symbol(std::string_view text) {
  if (!take_symbol(text)) fail_here(fmt::format("'{}'", text));
}
void Parser::expect_word(std::string_view text) {
  if (!take_word(text)) fail_here(text);
}
Name Parser::expect_name(std::string_view what) {
  if (!is_name()) {
    fail_here(what);
    return {};
  }
  const auto& token = take();
  return {token.text, token.place};
}

void Parser::fail(const Place& place, std::string text, std::string hint) {
  if (failed_) return;
  failed_ = true;
  diagnostics_.push_back({Diagnostic::Severity::kError, 0, place, std::move(text), std::move(hint)});
}

void Parser::fail_here(std::string_view expected) {
  const auto& token = ahead(0);
  fail(token.place, fmt::format("expected {}, not {}", expected, shown(token)), hint_here());
}

std::string Parser::hint_here() const {
  const auto& token = ahead(0);
  if (token.kind != TokenKind::kEnd && !lists_.empty() && token.at.column <= lists_.back().column)
    return fmt::format("it ends the list that begins in line {}, being no further right than its bullets",
                       lists_.back().line);
  for (const auto* word : {&token, next_ > 0 ? &tokens_[next_ - 1] : &end_})
    if (word->kind == TokenKind::kName && !is_keyword(word->text) && is_keyword(upper(word->text)))
      return fmt::format("keywords are written in capitals: {}", upper(word->text));
  if (token.kind == TokenKind::kSymbol && (token.text == "==" || token.text == "!"))
    return std::string(in_place_of(token.text));
  const bool is_unequal = next_ > 1 && tokens_[next_ - 1].text == "=" && tokens_[next_ - 2].text == "!";
  return is_unequal ? std::string(in_place_of("!=")) : "";
}

void Parser::require_end() {
  if (failed_ || next_ >= tokens_.size()) return;
  fail_here("an operator or the end of the expression");
}

// "<1>2" at the beginning of a line: only a step of a proof looks like that.
bool Parser::is_proof_step() const {
  const auto &open = ahead(0), &level = ahead(1), &close = ahead(2);
  const auto is = [](const Token& token, std::string_view text) {
    return token.kind == TokenKind::kSymbol && token.text == text;
  };
  return is(open, "<") && (level.kind == TokenKind::kNumber || is(level, "*") || is(level, "+")) && is(close, ">") &&
         level.place.begin == open.place.end && close.place.begin == level.place.end &&
         (next_ == 0 || tokens_[next_ - 1].at.line < open.at.line);
}

bool Parser::begins_definition(std::size_t count) const {
  const auto &name = ahead(count), &sign = ahead(count + 1);
  return name.kind == TokenKind::kName && sign.kind == TokenKind::kSymbol && sign.text == "==";
}

NodePtr Parser::make(NodeKind kind, const Token& token) const {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->place = node->word = token.place;
  return node;
}

NodePtr Parser::finish(NodePtr node) {
  if (next_ > 0) {
    const auto& last = tokens_[next_ - 1].place;
    if (last.source == node->place.source && last.end > node->place.end) node->place.end = last.end;
  }
  return limit_depth(std::move(node));
}

NodePtr Parser::limit_depth(NodePtr node) {
  std::uint32_t below = 0;
  const auto count = [&](const NodePtr& part) {
    if (part) below = std::max(below, part->depth);
  };
  for (const auto& part : node->parts) count(part);
  for (const auto& bound : node->bounds) count(bound.set);
  for (const auto& unit : node->units) {
    count(unit->body);
    for (const auto& bound : unit->bounds) count(bound.set);
    for (const auto& substitution : unit->substitutions) count(substitution.value);
  }
  return with_depth(std::move(node), below + 1);
}

NodePtr Parser::with_depth(NodePtr node, std::uint32_t depth) {
  node->depth = std::max(node->depth, depth);
  if (node->depth <= kMaxTreeDepth) return node;
  fail(node->word, fmt::format("this expression is nested more than {} deep", kMaxTreeDepth),
       "give parts of it names of their own");
  auto error = std::make_unique<Node>();
  error->place = error->word = node->word;
  return error;
}

NodePtr Parser::leaf(NodeKind kind) {
  const auto& token = take();
  auto node = make(kind, token);
  node->text = token.text;
  return node;
}

}  // namespace lorelei::tla
