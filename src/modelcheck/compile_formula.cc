// SPDX-License-Identifier: GPL-3.0-or-later
// Formulas about behaviours, opened up to what is about one state or one step.
#include <fmt/core.h>

#include "modelcheck/compiler.hh"

namespace lorelei::modelcheck {

using tla::Node;
using tla::NodeKind;
using tla::NodePtr;

// Nothing empties the slots of what is needed before a formula's parts are evaluated, each by itself.
static void by_name(Environment& environment) {
  for (auto& [symbol, meaning] : environment.names)
    if (meaning.kind == Meaning::Kind::kNeeded) meaning.kind = Meaning::Kind::kText;
}

Formula* Compiler::Work::formula(const Node& node, const Environment* environment) {
  if (++depth_ > 1000) fail_at(node, "formulas are nested too deep here");
  struct Leave {
    std::size_t& depth;
    ~Leave() { --depth; }
  } leave{depth_};
  auto& made = compiler_.formulas_.emplace_back();
  made.node = &node;
  made.environment = environment;
  switch (node.kind) {
    case NodeKind::kBoxAction:
    case NodeKind::kAngleAction:
      made.kind = node.kind == NodeKind::kBoxAction ? Formula::Kind::kBox : Formula::Kind::kAngle;
      made.node = node.parts[0].get();
      made.subscript = node.parts[1].get();
      return &made;
    case NodeKind::kFairness:
      made.kind = node.text == "WF_" ? Formula::Kind::kWeak : Formula::Kind::kStrong;
      made.subscript = node.parts[0].get();
      made.node = node.parts[1].get();
      return &made;
    case NodeKind::kName:
    case NodeKind::kPath: {
      const auto target = target_of(node, environment);
      return formula_of_name(node, *target.symbol, *target.arguments, target.environment, environment);
    }
    case NodeKind::kJunction:
      return formula_of_parts(node, environment, node.text == "/\\" ? Formula::Kind::kAnd : Formula::Kind::kOr);
    case NodeKind::kLabel:
      return formula(*node.parts[0], environment);
    case NodeKind::kPart: {
      for (std::size_t i = 0; i + 1 < node.shared.size(); ++i) {
        auto* inner = let_environment(*node.shared[i], environment, emptied_.emplace_back(), true);
        by_name(*inner);
        environment = inner;
      }
      return formula(*node.shared.back(), environment);
    }
    default:
      break;
  }
  const bool is_operator =
      node.kind == NodeKind::kPrefix || node.kind == NodeKind::kInfix || node.kind == NodeKind::kPostfix;
  if (is_operator && node.symbol && node.symbol->kind != tla::SymbolKind::kBuiltIn)
    return formula_of_name(node, *node.symbol, node.parts, environment, environment);
  if (is_operator && node.text == "/\\") return formula_of_parts(node, environment, Formula::Kind::kAnd);
  if (node.level != tla::Level::kTemporal) {
    made.kind = node.level == tla::Level::kAction ? Formula::Kind::kStep : Formula::Kind::kState;
    return &made;
  }
  if (node.kind == NodeKind::kForall || node.kind == NodeKind::kExists) return quantified(node, environment);
  if (node.kind == NodeKind::kLet) {
    auto* inner = let_environment(node, environment, emptied_.emplace_back(), true);
    by_name(*inner);
    return formula(*node.parts[0], inner);
  }
  if (node.kind == NodeKind::kIf) {
    const auto* condition = expression(*node.parts[0], environment, Reads::kNow);
    if (condition->evaluate != operations::constant)
      fail_at(node, "a condition of what is about whole behaviours must be constant");
    return formula(*node.parts[condition->value == kTrue ? 1 : 2], environment);
  }
  if (!is_operator) fail_at(node, "a formula about whole behaviours cannot have this form");
  if (node.text == "\\/") return formula_of_parts(node, environment, Formula::Kind::kOr);
  if (node.text == "~") return formula_of_parts(node, environment, Formula::Kind::kNot);
  if (node.text == "[]") return formula_of_parts(node, environment, Formula::Kind::kAlways);
  if (node.text == "<>") return formula_of_parts(node, environment, Formula::Kind::kEventually);
  if (node.text == "~>") return formula_of_parts(node, environment, Formula::Kind::kLeadsTo);
  if (node.text == "=>" || node.text == "<=>") {
    const auto negated = [&](const Formula* of) {
      auto& no = compiler_.formulas_.emplace_back();
      no.kind = Formula::Kind::kNot;
      no.node = of->node;
      no.parts = {of};
      return &no;
    };
    const auto *left = formula(*node.parts[0], environment), *right = formula(*node.parts[1], environment);
    made.kind = Formula::Kind::kOr;
    made.parts = {negated(left), right};
    if (node.text == "=>") return &made;
    auto& back = compiler_.formulas_.emplace_back(made);
    back.parts = {left, negated(right)};
    auto& both = compiler_.formulas_.emplace_back();
    both.kind = Formula::Kind::kAnd;
    both.node = &node;
    both.parts = {&made, &back};
    return &both;
  }
  fail_at(node, fmt::format("{} is not checked here", node.text));
}

Formula* Compiler::Work::formula_of_parts(const Node& node, const Environment* environment, Formula::Kind kind) {
  auto& made = compiler_.formulas_.emplace_back();
  made.kind = kind;
  made.node = &node;
  made.environment = environment;
  for (const auto& part : node.parts) made.parts.push_back(formula(*part, environment));
  return &made;
}

Formula* Compiler::Work::formula_of_name(const Node& node, const Symbol& symbol, const std::vector<NodePtr>& arguments,
                                         const Environment* environment, const Environment* of_arguments) {
  const auto leaf = [&] {
    auto& made = compiler_.formulas_.emplace_back();
    made.node = &node;
    made.environment = of_arguments;
    made.kind = node.level == tla::Level::kAction ? Formula::Kind::kStep : Formula::Kind::kState;
    return &made;
  };
  const auto put_in = [&](const std::vector<tla::Parameter>& parameters, const Node& body,
                          const Environment* lexical) -> Formula* {
    // What is not about whole behaviours stays together, but for conjunctions.
    if (parameters.empty()) return formula(body, lexical);
    auto* inner = with_arguments(parameters, arguments, lexical, of_arguments, emptied_.emplace_back(), true);
    by_name(*inner);
    return formula(body, inner);
  };
  if (const auto* known = environment ? environment->find(&symbol) : nullptr) {
    if (known->kind == Meaning::Kind::kText || known->kind == Meaning::Kind::kNeeded)
      return formula(*known->node, known->environment);
    if (known->kind == Meaning::Kind::kSymbol)
      return formula_of_name(node, *known->symbol, arguments, known->environment, of_arguments);
    if (known->kind == Meaning::Kind::kOperator && known->parameters && !symbol.is_recursive)
      return put_in(*known->parameters, *known->node, known->environment);
    return leaf();
  }
  if (const auto other = compiler_.assignments_.replaced.find(&symbol); other != compiler_.assignments_.replaced.end())
    return formula_of_name(node, *other->second, arguments, nullptr, of_arguments);
  if (symbol.kind != tla::SymbolKind::kOperator || compiler_.assignments_.values.contains(&symbol)) return leaf();
  const auto* lexical = environment ? environment->context : nullptr;
  if (const auto* original = without_instances(&symbol, lexical); original != &symbol)
    return formula_of_name(node, *original, arguments, lexical, of_arguments);
  const auto* unit = symbol.unit;
  if (symbol.is_recursive || symbol.is_standard || !unit || unit->kind != tla::UnitKind::kOperator) return leaf();
  return put_in(unit->parameters, *unit->body, lexical);
}

// Over constant sets: one formula for each element.
Formula* Compiler::Work::quantified(const Node& node, const Environment* environment) {
  auto& made = compiler_.formulas_.emplace_back();
  made.kind = node.kind == NodeKind::kForall ? Formula::Kind::kAnd : Formula::Kind::kOr;
  made.node = &node;
  std::vector<const Environment*> environments = {environment};
  for (const auto& bound : node.bounds) {
    const auto* set = bound.set ? expression(*bound.set, environment, Reads::kNow) : nullptr;
    if (!set || set->evaluate != operations::constant || !compiler_.heap_.is_set(set->value))
      fail_at(bound.set ? *bound.set : node,
              "the sets that formulas about whole behaviours range over must be constant");
    const auto elements = all_elements(compiler_.heap_, set->value);
    const auto bind = [&](std::span<const Symbol* const> symbols, const auto& value_of) {
      std::vector<const Environment*> next;
      for (const auto* outer : environments)
        for (const auto element : elements) {
          auto& inner = this->environment(outer);
          for (std::size_t i = 0; i < symbols.size(); ++i) {
            Meaning meaning;
            meaning.kind = Meaning::Kind::kValue;
            meaning.value = value_of(element, i);
            inner.names.emplace_back(symbols[i], meaning);
          }
          next.push_back(&inner);
          if (next.size() > kMaxFormulas) fail_at(node, "this ranges over too many elements");
        }
      environments = std::move(next);
    };
    if (bound.is_tuple)
      bind(bound.symbols, [&](Value element, std::size_t i) { return compiler_.heap_.values(element)[i]; });
    else
      for (const auto& symbol : bound.symbols) bind({&symbol, 1}, [](Value element, std::size_t) { return element; });
  }
  for (const auto* each : environments) made.parts.push_back(formula(*node.parts[0], each));
  return &made;
}

// [A]_v is a step A, or one that changes nothing of v; <<A>>_v is one that changes v.
const Expression* Compiler::Work::of_step(const Formula& of) {
  const auto* step = expression(*of.node, of.environment, Reads::kNow);
  if (!of.subscript) return step;
  const auto* same = unchanged(*of.subscript, *of.subscript, of.environment, Reads::kNow);
  const bool is_box = of.kind == Formula::Kind::kBox;
  auto& made = make(*of.node, is_box ? operations::disjunction : operations::conjunction);
  if (!is_box) {
    auto& changed = make(*of.node, operations::negation);
    changed.parts = {same};
    same = done(changed);
  }
  made.parts = {is_box ? same : step, is_box ? step : same};
  return done(made);
}

const Step* Compiler::Work::changing(const Formula& of) {
  auto& changed = make(*of.node, operations::negation);
  changed.parts = {unchanged(*of.subscript, *of.subscript, of.environment, Reads::kNow)};
  auto& test = make_step(*of.node, Step::Kind::kTest);
  test.expression = done(changed);
  auto& made = make_step(*of.node, Step::Kind::kAll);
  made.parts = {step(*of.node, of.environment, StepMode{}), &test};
  return &made;
}

}  // namespace lorelei::modelcheck
