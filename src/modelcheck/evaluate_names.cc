// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>

#include "modelcheck/operations.hh"
#include "modelcheck/step.hh"

namespace lorelei::modelcheck::operations {

Value constant(const Expression& of, Machine&) { return of.value; }
// Only what an argument should be can be missing: it could not be evaluated, and is needed now.
static Value present(Value value, const Machine& machine) {
  if (!value) [[unlikely]]
    throw machine.failed_argument;
  return value;
}
Value slot(const Expression& of, Machine& machine) { return present(machine.frame[of.slot], machine); }
Value outer_slot(const Expression& of, Machine& machine) {
  return present(machine.frame_at(of.hops)[of.slot], machine);
}
Value variable(const Expression& of, Machine& machine) { return machine.now[of.slot]; }

Value next_variable(const Expression& of, Machine& machine) {
  const auto value = machine.next[of.slot];
  if (value) return value;
  machine.at = &of;
  fail(fmt::format("{} has no value yet here", of.text));
}

Value need(const Expression& of, Machine& machine) {
  auto* owner = machine.frame_at(of.hops);
  if (owner[of.slot]) return owner[of.slot];
  auto* const before = machine.frame;
  machine.frame = owner;
  const auto value = machine.evaluate(*of.parts[0]);
  machine.frame = before;
  return owner[of.slot] = value;
}

Value with_slots(const Expression& of, Machine& machine) {
  for (const auto each : of.slots) machine.frame[each] = {};
  return machine.evaluate(*of.parts[0]);
}

Value memoised(const Expression& of, Machine& machine) {
  if (machine.memo.size() <= of.slot) machine.memo.resize(of.slot + 1);
  Machine::Memo::Entry asked;
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < of.slots.size(); ++i) {
    asked.keys[i] = machine.now[of.slots[i]].bits;
    hash = (hash ^ asked.keys[i]) * 0x9E3779B97F4A7C15;
  }
  const auto& known = machine.memo[of.slot].entries.find(hash);
  if (known.value != 0 && std::equal(std::begin(asked.keys), std::end(asked.keys), known.keys)) return {known.value};
  const auto value = machine.evaluate(*of.parts[0]);
  asked.value = value.bits;
  machine.memo[of.slot].entries.put(hash, asked);
  return value;
}

namespace {

// A frame for a while, also where what is evaluated in it fails.
class Called {
 public:
  Called(Machine& machine, const Definition& definition, std::uint32_t hops)
      : machine_(machine), frame_(machine.frame), top_(machine.top) {
    auto* made = machine.new_frame(definition, hops);
    machine.frame = made;
    machine.top = made + definition.frame_size;
  }
  ~Called() {
    machine_.frame = frame_;
    machine_.top = top_;
  }
  Called(const Called&) = delete;
  Called& operator=(const Called&) = delete;

 private:
  Machine& machine_;
  Value *frame_, *top_;
};

}  // namespace

// Nothing, where it fails: that does no harm as long as nobody needs it.
static Value argument(const Expression& of, Machine& machine) {
  auto* const frame = machine.frame;
  auto* const top = machine.top;
  try {
    return machine.evaluate(of);
  } catch (const EvaluationError& wrong) {
    if (wrong.reason == EvaluationError::Reason::kTooLarge) throw;
    machine.failed_argument = wrong;
    machine.frame = frame;
    machine.top = top;
    return {};
  }
}

Value call(const Expression& of, Machine& machine) {
  Value few[8];
  std::vector<Value> many;
  if (of.parts.size() > std::size(few)) many.resize(of.parts.size());
  Value* arguments = many.empty() ? few : many.data();
  for (std::size_t i = 0; i < of.parts.size(); ++i) arguments[i] = argument(*of.parts[i], machine);
  machine.at = &of;
  const Called called(machine, *of.definition, of.hops);
  std::copy(arguments, arguments + of.parts.size(), machine.frame + 1);
  return machine.evaluate(*of.definition->body);
}

Value lazy_function(const Expression& of, Machine& machine) {
  const auto argument = normal_value(*of.parts[0], machine);
  const auto domain = machine.evaluate(*of.parts[1]);
  machine.at = &of;
  if (!contains(machine.heap, domain, argument))
    fail(fmt::format("{} is not in the domain of {}", to_text(machine.heap, argument), of.definition->name));
  const Called called(machine, *of.definition, of.hops);
  std::size_t i = 0;
  const bool is_one = of.dimensions.size() == 1;
  for (const auto& dimension : of.dimensions)
    bind(dimension, is_one ? argument : machine.heap.values(argument)[i++], machine);
  return machine.evaluate(*of.definition->body);
}

Value late_failure(const Expression& of, Machine& machine) {
  machine.at = &of;
  fail(of.text);
}

Value enabled(const Expression& of, Machine& machine) {
  const auto before = machine.next;
  const auto* const emit = machine.emit;
  const auto* named = machine.named;
  std::fill(machine.next.begin(), machine.next.end(), Value{});
  bool is_possible = false;
  const std::function<bool()> found = [&] {
    is_possible = true;
    return false;
  };
  machine.emit = &found;
  take(*of.step, machine);
  machine.next = before;
  machine.emit = emit;
  machine.named = named;
  return boolean(is_possible);
}

}  // namespace lorelei::modelcheck::operations
