// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/compile.hh"

#include <algorithm>

#include "modelcheck/compiler.hh"

namespace lorelei::modelcheck {

static void collect_variables(const tla::Specification& specification, const tla::Module& module,
                              std::vector<const tla::Symbol*>& out) {
  for (const auto& name : module.extends)
    if (const auto* extended = specification.find(name.text)) collect_variables(specification, *extended->module, out);
  for (const auto& unit : module.units)
    if (unit->kind == tla::UnitKind::kVariables)
      for (const auto& parameter : unit->parameters)
        if (std::find(out.begin(), out.end(), parameter.symbol) == out.end()) out.push_back(parameter.symbol);
}

Compiler::Compiler(const tla::Specification& specification, const tla::ResolvedNames& names,
                   const Assignments& assignments, Heap& heap, World& world)
    : specification_(specification), names_(names), assignments_(assignments), heap_(heap), world_(world) {
  if (const auto* root = specification.root()) collect_variables(specification, *root, variables_);
  work_ = std::make_unique<Work>(*this);
}
Compiler::~Compiler() = default;

const Expression* Compiler::expression(const tla::Node& node) {
  return work_->expression(node, nullptr, Work::Reads::kNow);
}
const Formula* Compiler::formula(const tla::Node& node) { return work_->formula(node, nullptr); }
const Expression* Compiler::expression(const Formula& formula) { return work_->expression(formula); }
const Expression* Compiler::of_step(const Formula& formula) { return work_->of_step(formula); }
const Expression* Compiler::memoised(const Expression& expression) { return work_->memoised(expression); }
const Step* Compiler::changing(const Formula& formula) { return work_->changing(formula); }
const Step* Compiler::action(const Formula& formula) { return work_->action(formula); }

const Step* Compiler::initial(const std::vector<const Formula*>& conjuncts) {
  auto& all = steps_.emplace_back();
  all.kind = Step::Kind::kAll;
  for (const auto* conjunct : conjuncts) all.parts.push_back(work_->initial(*conjunct));
  return &all;
}
std::vector<const tla::Node*> Compiler::missed_changes() const {
  std::vector<const tla::Node*> nodes;
  for (const auto& one : expressions_)
    if (one.has_missed) nodes.push_back(one.node);
  return nodes;
}

std::size_t Compiler::frame_size() const { return work_->frame_size(); }

}  // namespace lorelei::modelcheck
