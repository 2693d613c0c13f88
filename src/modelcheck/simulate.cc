// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/simulate.hh"

#include <fmt/format.h>

#include <new>

#include "modelcheck/shorten.hh"
#include "modelcheck/walk.hh"

namespace lorelei::modelcheck {
namespace {

// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
class Chance {
 public:
  Chance(std::uint64_t seed, std::uint64_t number) : state_(seed) { state_ = next() ^ number * 0x9E3779B97F4A7C15; }
  // From 0 to count - 1. The bias is count / 2^64.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }

 private:
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
  }
  std::uint64_t state_;
};

class Simulation {
 public:
  Simulation(Model& model, const SimulateOptions& options) : model_(model), options_(options), walker_(model) {}

  Verdict run() {
    verdict_.simulated.emplace();
    auto& counts = *verdict_.simulated;
    counts.seed = options_.seed;
    counts.aril = options_.aril;
    if (!model_.properties.empty()) {
      auto& note = verdict_.notes.emplace_back();
      note.severity = tla::Diagnostic::Severity::kWarning;
      note.text = fmt::format("{} is about whole behaviours, which are not looked at here", model_.properties[0].name);
    }
    if (!collect_initial()) return conclude();
    for (std::uint64_t i = 0; options_.behaviours == 0 || i < options_.behaviours; ++i) {
      if (options_.is_cancelled()) {
        verdict_.outcome = Outcome::kStopped;
        break;
      }
      Chance chance(options_.seed, options_.aril + i);
      counts.aril = options_.aril + i;
      path_.clear();
      auto wrong = behave(chance);
      ++counts.behaviours;
      counts.longest = std::max<std::uint64_t>(counts.longest, path_.size());
      if (options_.each && !options_.each(i, Tracer(model_).of(path_))) break;
      if (wrong) {
        verdict_.finding = std::move(wrong);
        break;
      }
    }
    if (!verdict_.finding) counts.aril = options_.aril;
    return conclude();
  }

 private:
  bool collect_initial() {
    try {
      for (const auto& one : model_.assumptions)
        if (walker_.evaluate(*one.expression, State(model_.width())) != kTrue) return wrong_assumption(one, "");
    } catch (const EvaluationError& error) {
      verdict_.finding = walker_.failure(error, "an assumption");
      verdict_.finding->kind = Finding::Kind::kAssumption;
      return false;
    }
    try {
      walker_.each_initial([&](const State& state) {
        initial_.push_back(state);
        return true;
      });
    } catch (const EvaluationError& error) {
      verdict_.finding = walker_.failure(error, "the initial predicate");
      return false;
    }
    return !initial_.empty();
  }
  bool wrong_assumption(const NamedExpression& one, std::string text) {
    auto& made = verdict_.finding.emplace();
    made.kind = Finding::Kind::kAssumption;
    made.name = one.name;
    made.text = std::move(text);
    made.node = one.expression->node;
    return false;
  }

  // Adds the state to the path and checks it by itself.
  std::optional<Finding> enter(const State& state) {
    path_.push_back(state);
    ++verdict_.simulated->states;
    if (options_.progress) options_.progress(1);
    walker_.set_level(path_.size());
    model_.world.level = path_.size();
    if (path_.size() == 1)
      if (auto wrong = walker_.wrong_with_first(state)) return wrong;
    return walker_.wrong_with(state);
  }

  // One behaviour; what is wrong at its end.
  std::optional<Finding> behave(Chance& chance) {
    const State first = initial_[chance.below(initial_.size())];
    if (auto wrong = enter(first)) return wrong;
    try {
      if (!walker_.is_in_model(first)) return std::nullopt;
      while (path_.size() < options_.depth && !options_.is_cancelled()) {
        bool is_at_end = false;
        if (auto wrong = step(chance, is_at_end)) return wrong;
        if (is_at_end) return std::nullopt;
      }
    } catch (const EvaluationError& error) {
      return walker_.failure(error, kNextState);
    }
    return std::nullopt;
  }

  std::optional<Finding> step(Chance& chance, bool& is_at_end) {
    const State now = path_.back();
    std::vector<State> all;
    bool has_other = false;
    walker_.each_next(now, [&](const State& next, const Walker::How&) {
      has_other = has_other || next != now;
      all.push_back(next);
      return true;
    });
    verdict_.explored.generated += all.size();
    is_at_end = !has_other;
    if (!has_other) return stuck(all.empty(), now);
    // Those beyond the constraints are looked at, and another one is taken.
    while (!all.empty()) {
      const auto number = chance.below(all.size());
      const State next = all[number];
      if (auto wrong = walker_.wrong_with_step(now, next)) return path_.push_back(next), wrong;
      if (walker_.is_in_model(now, next)) return enter(next);
      if (auto wrong = walker_.wrong_with(next)) return path_.push_back(next), wrong;
      all[number] = std::move(all.back());
      all.pop_back();
    }
    is_at_end = true;
    return std::nullopt;
  }

  std::optional<Finding> stuck(bool has_none, const State& now) {
    const bool checks = options_.checks_deadlock && model_.checks_deadlock && (has_none || options_.checks_spinning);
    if (!checks || (!has_none && walker_.has_ended(now))) return std::nullopt;
    Finding made;
    made.kind = has_none ? Finding::Kind::kDeadlock : Finding::Kind::kSpinDeadlock;
    return made;
  }

  Verdict conclude() {
    if (!verdict_.finding) return std::move(verdict_);
    verdict_.outcome = outcome_of(*verdict_.finding);
    if (path_.empty()) return std::move(verdict_);
    verdict_.simulated->found_length = path_.size();
    if (options_.minimises) path_ = shortened(model_, path_, *verdict_.finding);
    Tracer tracer(model_);
    verdict_.trace = tracer.of(path_);
    verdict_.trace->is_shortest = false;
    tracer.apply_alias(*verdict_.trace);
    explain_end(tracer, verdict_);
    return std::move(verdict_);
  }

  Model& model_;
  const SimulateOptions& options_;
  Walker walker_;
  Verdict verdict_;
  std::vector<State> initial_, path_;
};

}  // namespace

Verdict simulate(Model& model, const SimulateOptions& options) {
  try {
    auto verdict = Simulation(model, options).run();
    note_missed_changes(model, verdict);
    return verdict;
  } catch (const std::bad_alloc&) {
    Verdict verdict;
    verdict.simulated.emplace();
    verdict.finding.emplace();
    verdict.finding->kind = Finding::Kind::kFailure;
    verdict.finding->text = "there is no memory left";
    verdict.finding->during = "the search";
    verdict.outcome = Outcome::kTooLarge;
    return verdict;
  }
}

}  // namespace lorelei::modelcheck
