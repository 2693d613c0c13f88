// SPDX-License-Identifier: GPL-3.0-or-later
// Theorems, and their proofs, which are read over: a checker of models has no use for them.
//
// Levels of steps are not looked at. A proof is as many steps and reasons as follow each other: behind the last QED of
// a proof nothing follows that is either.
#include <fmt/core.h>

#include <algorithm>

#include "tla/nesting.hh"
#include "tla/parser.hh"

namespace lorelei::tla {

UnitPtr Parser::theorem() {
  auto unit = make_unit(UnitKind::kTheorem);
  take();
  if (begins_definition(0)) {
    unit->name = expect_name("a name");
    take();
  }
  if (is_word("ASSUME"))
    assume_prove();
  else
    unit->body = expression();
  proof();
  finish(*unit);
  return unit;
}

// ASSUME NEW x \in S, P PROVE Q
void Parser::assume_prove(bool is_nested) {
  const Nesting nesting(*this);
  expect_word("ASSUME");
  bool has_new = false;
  do {
    if (is_name() && ahead(1).kind == TokenKind::kSymbol && ahead(1).text == "::") {
      if (is_nested && has_new) no_label_below_new({peek().text, peek().place});
      take();
      take();
    }
    const bool is_new = take_word("NEW");
    const bool is_declared = take_word("CONSTANT") || take_word("VARIABLE") || take_word("STATE") ||
                             take_word("ACTION") || take_word("TEMPORAL");
    if (is_new || is_declared) {
      has_new = true;
      parameter("a name");
      if (take_symbol("\\in")) expression();
    } else if (is_word("ASSUME")) {
      assume_prove(true);
    } else {
      expression();
    }
  } while (take_symbol(","));
  expect_word("PROVE");
  const auto goal = expression();
  if (is_nested && has_new && goal->kind == NodeKind::kLabel) no_label_below_new({goal->text, goal->word});
}

// What it labels has no meaning outside, where the name is not declared.
void Parser::no_label_below_new(const Name& label) {
  diagnostics_.push_back({Diagnostic::Severity::kError, 4334, label.place,
                          fmt::format("label {} stands in an ASSUME within another one, behind a NEW", label.text),
                          "leave the label away"});
}

void Parser::proof() {
  take_word("PROOF");
  while (!failed_) {
    if (is_proof_step()) {
      proof_step();
    } else if (take_word("BY")) {
      take_word("ONLY");
      facts();
    } else if (!take_word("OBVIOUS") && !take_word("OMITTED") && !take_word("PROOF")) {
      return;
    }
  }
}

void Parser::proof_step() {
  take();
  take();
  // "<1>2." and "<1>a": the name touches the bracket.
  const auto bracket = take().place.end;
  if ((peek().kind == TokenKind::kNumber || peek().kind == TokenKind::kName) && peek().place.begin == bracket) take();
  while (is_symbol(".") || is_symbol("..") || is_symbol("...")) take();
  if (take_word("QED")) return;
  if (take_word("USE") || take_word("HIDE")) return facts();
  if (take_word("TAKE")) {
    bounds();
    return;
  }
  if (take_word("PICK")) {
    bounds();
    expect_symbol(":");
    expression();
    return;
  }
  if (is_word("INSTANCE")) {
    Unit unit;
    return instance(unit);
  }
  const bool defines = take_word("DEFINE");
  if (defines || begins_definition(0)) {
    while (starts_definition()) definition();
    return;
  }
  if (take_word("WITNESS")) {
    do expression();
    while (take_symbol(","));
    return;
  }
  if (!take_word("HAVE") && !take_word("CASE")) take_word("SUFFICES");
  if (is_word("ASSUME"))
    assume_prove();
  else
    expression();
}

// Behind BY and USE: expressions, steps, modules; then DEF and names.
void Parser::facts() {
  const auto at_definitions = [&] { return is_word("DEF") || is_word("DEFS"); };
  if (!at_definitions()) {
    do {
      if (take_word("MODULE")) {
        expect_name("the name of a module");
      } else if (is_symbol("<")) {
        take();
        take();
        const auto bracket = take().place.end;
        const bool touches = peek().place.begin == bracket;
        if (touches && (peek().kind == TokenKind::kNumber || peek().kind == TokenKind::kName)) take();
      } else {
        expression();
      }
    } while (take_symbol(","));
  }
  if (!take_word("DEF") && !take_word("DEFS")) return;
  do {
    if (take_word("MODULE")) {
      expect_name("the name of a module");
    } else {
      argument();
    }
  } while (take_symbol(","));
}

}  // namespace lorelei::tla
