// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/shorten.hh"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace lorelei::modelcheck {
namespace {

constexpr std::size_t kNoParent = SIZE_MAX;

class Shortening {
 public:
  Shortening(Model& model, const std::vector<State>& behaviour, const Finding& finding)
      : walker_(model), behaviour_(behaviour), finding_(finding) {}

  std::vector<State> run() {
    for (std::size_t i = 1; i < behaviour_.size(); ++i)
      walker_.each_next(behaviour_[i - 1], [&](const State& next, const Walker::How& how) {
        if (next == behaviour_[i]) actions_.insert(action_of(how));
        return true;
      });
    walker_.each_initial([&](const State& state) {
      add(state, kNoParent);
      return !found_;
    });
    std::size_t length = 1;
    for (std::size_t at = 0, end = states_.size(); at < states_.size() && !found_; ++at) {
      if (at == end) ++length, end = states_.size();
      if (length >= behaviour_.size() || states_.size() > kMaxStatesOfShortening) break;
      expand(at);
    }
    if (!found_ || path_.size() >= behaviour_.size()) return behaviour_;
    return path_;
  }

 private:
  static std::uint64_t action_of(const Walker::How& how) { return how.named ? how.named->action : UINT64_MAX; }

  bool is_same(const std::optional<Finding>& wrong) const {
    return wrong && wrong->kind == finding_.kind && wrong->name == finding_.name && wrong->text == finding_.text;
  }

  // A state by itself; it is gone on from only within the constraints.
  void add(const State& state, std::size_t parent) {
    if (!known_.insert(state).second) return;
    if (is_same(walker_.wrong_with(state))) return found(state, parent);
    const bool is_in = parent == kNoParent ? walker_.is_in_model(state) : walker_.is_in_model(states_[parent], state);
    if (!is_in) return;
    states_.push_back(state);
    parents_.push_back(parent);
  }

  void found(const State& last, std::size_t parent) {
    found_ = true;
    path_ = {last};
    for (; parent != kNoParent; parent = parents_[parent]) path_.push_back(states_[parent]);
    std::reverse(path_.begin(), path_.end());
  }

  void expand(std::size_t at) {
    const State state = states_[at];
    std::vector<State> all;
    bool has_any = false, has_other = false;
    try {
      walker_.each_next(state, [&](const State& next, const Walker::How& how) {
        has_any = true;
        has_other = has_other || next != state;
        if (actions_.contains(action_of(how))) all.push_back(next);
        return true;
      });
    } catch (const EvaluationError& error) {
      if (is_same(walker_.failure(error, kNextState))) found(state, parents_[at]);
      return;
    }
    if (finding_.kind == Finding::Kind::kDeadlock && !has_any) return found(state, parents_[at]);
    if (finding_.kind == Finding::Kind::kSpinDeadlock && has_any && !has_other && !walker_.has_ended(state))
      return found(state, parents_[at]);
    for (const auto& next : all) {
      if (found_) return;
      if (is_same(walker_.wrong_with_step(state, next))) return found(next, at);
      add(next, at);
    }
  }

  Walker walker_;
  const std::vector<State>& behaviour_;
  const Finding& finding_;
  std::set<std::uint64_t> actions_;
  std::unordered_set<State, StateHash> known_;
  std::vector<State> states_;
  std::vector<std::size_t> parents_;
  bool found_ = false;
  std::vector<State> path_;
};

}  // namespace

std::vector<State> shortened(Model& model, const std::vector<State>& behaviour, const Finding& finding) {
  const Silence silence(model);
  try {
    return Shortening(model, behaviour, finding).run();
  } catch (const EvaluationError&) {
    return behaviour;  // something else is wrong beside it
  }
}

}  // namespace lorelei::modelcheck
