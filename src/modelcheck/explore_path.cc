// SPDX-License-Identifier: GPL-3.0-or-later
// How a state that was found came about.
#include <algorithm>

#include "modelcheck/explore.hh"
#include "modelcheck/reduce.hh"

namespace lorelei::modelcheck {

std::vector<StateId> Explorer::path_to(StateId state) const {
  std::vector<StateId> path;
  for (; state != kNoState; state = store_->parent(state)) path.push_back(state);
  std::reverse(path.begin(), path.end());
  return path;
}

std::uint64_t Explorer::level_of(StateId state) const { return path_to(state).size(); }

std::vector<std::vector<Value>> Explorer::states_along(const std::vector<StateId>& path) const {
  std::vector<std::vector<Value>> made;
  if (!store_->keeps_hashes()) {
    for (const auto id : path) made.emplace_back(store_->state(id), store_->state(id) + model_.width());
    return made;
  }
  Machine machine(model_.heap, model_.world, model_.width(), model_.compiler->frame_size());
  auto reducer = this->reducer();
  const auto width = model_.width();
  std::vector<Value> row(width + reducer.key_width());
  const auto all_hold = [](Machine& with, const std::vector<NamedExpression>& all) {
    return std::all_of(all.begin(), all.end(), [&](const auto& one) { return with.is_true(*one.expression); });
  };
  const auto is_allowed = [&](Machine& with) {
    const auto next = with.next;
    const auto* const now = with.now;
    bool is_in = !now || all_hold(with, model_.action_constraints);
    with.now = next.data();
    is_in = is_in && all_hold(with, model_.constraints);
    with.now = now;
    with.next = next;
    return is_in;
  };
  for (const auto id : path) {
    // The first next state of that hash, which is the one that was entered.
    std::optional<std::vector<Value>> found;
    machine.restart(model_.compiler->frame_size());
    std::fill(machine.next.begin(), machine.next.end(), Value{});
    machine.now = made.empty() ? nullptr : made.back().data();
    machine.level = std::max<std::size_t>(1, made.size());
    const std::function<bool()> emit = [&] {
      if (!is_allowed(machine)) return true;
      std::copy(machine.next.begin(), machine.next.end(), row.begin());
      if (reducer.hash_of_row(row, machine) == store_->hash(id)) found = machine.next;
      return !found;
    };
    machine.emit = &emit;
    const auto* step = made.empty() ? model_.initial : model_.next;
    try {
      if (step) take(*step, machine);
    } catch (const EvaluationError&) {
      // It failed behind the state that is looked for, or that would not be known.
    }
    machine.emit = nullptr;
    if (!found) break;
    made.push_back(std::move(*found));
  }
  return made;
}

}  // namespace lorelei::modelcheck
