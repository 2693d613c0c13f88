// SPDX-License-Identifier: GPL-3.0-or-later
// Actions that use themselves: RECURSIVE Send(_), where Send(n) says what x' is. They are called, each with a frame of
// its own; what only tests is called as an expression (compile_names.cc).
#include <fmt/core.h>

#include <algorithm>

#include "modelcheck/compiler.hh"

namespace lorelei::modelcheck {

using tla::Node;
using tla::NodePtr;

const Definition* Compiler::Work::step_definition_of(const tla::Unit& unit, const Environment* lexical, StepMode mode,
                                                     const std::vector<std::pair<const Symbol*, Meaning>>& operators) {
  const auto reads = mode.is_initial ? Reads::kNext : Reads::kNow;
  if (auto* known = known_definition(known_steps_, unit, lexical, reads, operators)) return known;
  if (known_steps_.size() > 1000)
    throw CompileError{{tla::Diagnostic::Severity::kError, 0, unit.place,
                        fmt::format("{} is called with ever new operators", unit.name.text), ""}};
  auto& made = compiler_.definitions_.emplace_back();
  made.name = unit.name.text;
  auto& scope = scopes_.emplace_back();
  scope.outer = scope_;
  scope.definition = &made;
  known_steps_.push_back({&unit, lexical, reads, operators, &made, &scope});

  auto* const before = std::exchange(scope_, &scope);
  ++open_definitions_;
  auto& inner = environment(lexical);
  inner.names = operators;
  for (const auto& parameter : unit.parameters) {
    if (parameter.arity > 0) continue;
    Meaning meaning;
    meaning.scope = &scope;
    meaning.slot = new_slot();
    inner.names.emplace_back(parameter.symbol, meaning);
  }
  made.step = step(*unit.body, &inner, {mode.is_initial, false});
  made.frame_size = scope.next_slot;
  scope_ = before;
  --open_definitions_;
  return &made;
}

const Step* Compiler::Work::called_step(const Node& node, const tla::Unit& unit, const std::vector<NodePtr>& arguments,
                                        const Environment* lexical, const Environment* of_arguments, StepMode mode) {
  const auto reads = mode.is_initial ? Reads::kNext : Reads::kNow;
  std::vector<std::pair<const Symbol*, Meaning>> operators;
  auto& made = make_step(node, Step::Kind::kCall);
  for (std::size_t i = 0; i < unit.parameters.size() && i < arguments.size(); ++i)
    if (unit.parameters[i].arity > 0)
      operators.emplace_back(unit.parameters[i].symbol, operator_meaning(*arguments[i], of_arguments));
    else
      made.tests.push_back(expression(*arguments[i], of_arguments, reads));
  made.definition = step_definition_of(unit, lexical, mode, operators);
  for (const auto& known : known_steps_)
    if (known.definition == made.definition) made.hops = hops_to(known.scope->outer);
  return &made;
}

}  // namespace lorelei::modelcheck
