// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/step.hh"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "modelcheck/operations.hh"

namespace lorelei::modelcheck {
namespace {

// What is to be taken behind a step.
struct Rest {
  const Step* const* begin;
  const Step* const* end;
  const Rest* behind;
};

class Search {
 public:
  explicit Search(Machine& machine) : machine_(machine) {}

  bool go(const Step& step, const Rest* rest) {
    switch (step.kind) {
      case Step::Kind::kTest:
        if (holds(step)) return go_on(rest);
        if (machine_.blocked) note(step);
        return true;
      case Step::Kind::kAssign:
        return assign(step, rest);
      case Step::Kind::kIn:
        return take_in(step, rest);
      case Step::Kind::kSubset:
        return take_subsets(step, rest);
      case Step::Kind::kUnchanged:
        return keep(step, 0, rest);
      case Step::Kind::kAll: {
        const Rest all{step.parts.data(), step.parts.data() + step.parts.size(), rest};
        return go_on(&all);
      }
      case Step::Kind::kAny:
        return any(step.parts, rest);
      case Step::Kind::kSwitch:
        return choose_case(step, rest);
      case Step::Kind::kExists:
        return for_each_binding(*step.expression, machine_, [&] { return go(*step.parts[0], rest); });
      case Step::Kind::kForall:
        return for_all(step, rest);
      case Step::Kind::kIf:
        return go(*step.parts[holds(step) ? 0 : 1], rest);
      case Step::Kind::kCase:
        return choose_arm(step, rest);
      case Step::Kind::kWithSlots:
        for (const auto slot : step.variables) machine_.frame[slot] = {};
        return go(*step.parts[0], rest);
      case Step::Kind::kCall:
        return call(step, rest);
      case Step::Kind::kNamed:
        break;
    }
    const auto* before = std::exchange(machine_.named, &step);
    const bool goes_on = go(*step.parts[0], rest);
    machine_.named = before;
    return goes_on;
  }

 private:
  bool holds(const Step& step) {
    const bool is_true = machine_.is_true(*step.expression);
    if (machine_.tests) ++(*machine_.tests)[&step][is_true ? 1 : 0];
    return is_true;
  }
  void note(const Step& step) {
    auto& made = machine_.blocked->emplace_back(Blocked{machine_.named, &step, {}});
    if (machine_.named)
      for (const auto* argument : machine_.named->tests) made.arguments.push_back(machine_.evaluate(*argument));
  }

  bool go_on(const Rest* rest) {
    machine_.check_depth();
    if (!rest) return (*machine_.emit)();
    Rest behind = *rest;
    // Conditions one after the other are no steps into the depth.
    while (true) {
      while (behind.begin == behind.end) {
        if (!behind.behind) return (*machine_.emit)();
        behind = *behind.behind;
      }
      const auto& step = **behind.begin++;
      if (step.kind != Step::Kind::kTest) return go(step, &behind);
      if (holds(step)) continue;
      if (machine_.blocked) note(step);
      return true;
    }
  }

  bool any(const std::vector<const Step*>& parts, const Rest* rest) {
    for (const auto* part : parts)
      if (!go(*part, rest)) return false;
    return true;
  }

  // Gives the variable a value for what is behind, or compares it with the one it has.
  bool with(std::uint32_t variable, Value value, const Expression* at, const Rest* rest) {
    auto& place = machine_.next[variable];
    if (place) {
      if (place == value) return go_on(rest);
      machine_.at = at;
      return !machine_.heap.equal(place, value) || go_on(rest);
    }
    place = value;
    const bool goes_on = go_on(rest);
    machine_.next[variable] = {};
    return goes_on;
  }

  bool assign(const Step& step, const Rest* rest) {
    const auto value = operations::normal_value(*step.expression, machine_);
    return with(step.variable, value, step.expression, rest);
  }

  bool take_in(const Step& step, const Rest* rest) {
    const auto set = machine_.evaluate(*step.expression);
    machine_.at = step.expression;
    if (const auto known = machine_.next[step.variable]) return !contains(machine_.heap, set, known) || go_on(rest);
    return for_each_element(machine_, set,
                            [&](Value element) { return with(step.variable, element, step.expression, rest); });
  }

  bool take_subsets(const Step& step, const Rest* rest) {
    const auto set = machine_.evaluate(*step.expression);
    machine_.at = step.expression;
    if (const auto known = machine_.next[step.variable]) return !is_subset(machine_.heap, known, set) || go_on(rest);
    return for_each_element(machine_, powerset(machine_.heap, set),
                            [&](Value subset) { return with(step.variable, subset, step.expression, rest); });
  }

  bool keep(const Step& step, std::size_t first, const Rest* rest) {
    // The usual case at once: none of them has a value, and nothing in between can fail.
    std::size_t set = first;
    for (; set < step.variables.size() && !machine_.next[step.variables[set]]; ++set)
      machine_.next[step.variables[set]] = machine_.now[step.variables[set]];
    bool goes_on = true;
    if (set == step.variables.size()) {
      goes_on = go_on(rest);
    } else {
      const auto variable = step.variables[set];
      if (machine_.next[variable] == machine_.now[variable] ||
          machine_.heap.equal(machine_.next[variable], machine_.now[variable]))
        goes_on = keep(step, set + 1, rest);
    }
    for (std::size_t i = first; i < set; ++i) machine_.next[step.variables[i]] = {};
    return goes_on;
  }

  bool choose_case(const Step& step, const Rest* rest) {
    if (machine_.tests) return any(step.parts, rest);  // which condition is true is what is asked for
    const auto value = machine_.evaluate(*step.expression);
    if (const auto number = step.case_of[step.case_slot(value)])
      if (const auto& found = step.cases[number - 1u]; found.value == value) return any(found.parts, rest);
    // Of another kind: the comparisons fail as they must.
    const bool is_alike = machine_.heap.kind(value) == machine_.heap.kind(step.cases.front().value);
    return any(is_alike ? step.other_parts : step.parts, rest);
  }

  bool choose_arm(const Step& step, const Rest* rest) {
    for (std::size_t i = 0; i < step.tests.size(); ++i)
      if (machine_.is_true(*step.tests[i])) return go(*step.parts[i], rest);
    if (step.parts.size() > step.tests.size()) return go(*step.parts.back(), rest);
    fail("no arm of this CASE is true, and it has no OTHER");
  }

  // What is behind the call is gone through in the caller's frame; the callee's stays above it, for its other ways.
  bool call(const Step& step, const Rest* rest) {
    std::vector<Value> arguments;
    for (const auto* argument : step.tests) arguments.push_back(machine_.evaluate(*argument));
    machine_.check_depth();
    auto *const frame = machine_.frame, *const top = machine_.top;
    auto* const inner = machine_.new_frame(*step.definition, step.hops);
    auto* const inner_top = inner + step.definition->frame_size;
    std::copy(arguments.begin(), arguments.end(), inner + 1);
    machine_.top = inner_top;
    machine_.frame = inner;
    const auto* const emit = machine_.emit;
    // Also where something fails.
    const struct Restore {
      Machine& machine;
      Value *frame, *top;
      const std::function<bool()>* emit;
      ~Restore() {
        machine.frame = frame;
        machine.top = top;
        machine.emit = emit;
      }
    } restore{machine_, frame, top, emit};
    bool goes_on = true;
    const std::function<bool()> behind = [&] {
      machine_.frame = frame;
      machine_.emit = emit;
      goes_on = go_on(rest);
      machine_.emit = &behind;
      machine_.frame = inner;
      machine_.top = inner_top;
      return goes_on;
    };
    machine_.emit = &behind;
    go(*step.definition->step, nullptr);
    return goes_on;
  }

  // All elements one after the other: each way through is a list of bindings, made first.
  bool for_all(const Step& step, const Rest* rest) {
    std::vector<std::uint32_t> slots;
    for (const auto& dimension : step.expression->dimensions)
      slots.insert(slots.end(), dimension.slots.begin(), dimension.slots.end());
    std::vector<std::vector<Value>> bindings;
    for_each_binding(*step.expression, machine_, [&] {
      auto& one = bindings.emplace_back();
      for (const auto slot : slots) one.push_back(machine_.frame[slot]);
      return true;
    });
    return for_all_from(step, slots, bindings, 0, rest);
  }
  bool for_all_from(const Step& step, const std::vector<std::uint32_t>& slots,
                    const std::vector<std::vector<Value>>& bindings, std::size_t first, const Rest* rest) {
    if (first == bindings.size()) return go_on(rest);
    const auto bind = [&](std::size_t index) {
      for (std::size_t i = 0; i < slots.size(); ++i) machine_.frame[slots[i]] = bindings[index][i];
    };
    const auto* const emit = machine_.emit;
    bool goes_on = true;
    // The same part is gone through for the next element, with the same slots, before this one is through.
    const std::function<bool()> next = [&] {
      auto* const begin = machine_.frame + step.variables[0];
      auto* const end = machine_.frame + step.variables[1];
      const std::vector<Value> mine(begin, end);
      machine_.emit = emit;
      goes_on = for_all_from(step, slots, bindings, first + 1, rest);
      machine_.emit = &next;
      std::copy(mine.begin(), mine.end(), begin);
      return goes_on;
    };
    machine_.emit = &next;
    bind(first);
    go(*step.parts[0], nullptr);
    machine_.emit = emit;
    return goes_on;
  }

  Machine& machine_;
};

}  // namespace

bool take(const Step& step, Machine& machine) { return Search(machine).go(step, nullptr); }

}  // namespace lorelei::modelcheck
