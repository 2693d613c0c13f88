// SPDX-License-Identifier: GPL-3.0-or-later
// Modules TLC and Bags, where TLA+ itself does not say what their operators do.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "modelcheck/operations.hh"

namespace lorelei::modelcheck::operations {

Value print(const Expression& of, Machine& machine) {
  const auto what = machine.evaluate(*of.parts[0]);
  if (of.parts.size() == 1) {
    machine.world.print(to_text(machine.heap, what));
    return kTrue;
  }
  const auto value = machine.evaluate(*of.parts[1]);
  machine.world.print(fmt::format("{}  {}", to_text(machine.heap, what), to_text(machine.heap, value)));
  return value;
}

Value assertion(const Expression& of, Machine& machine) {
  if (machine.is_true(*of.parts[0])) return kTrue;
  const auto text = machine.evaluate(*of.parts[1]);
  machine.at = &of;
  const auto said =
      machine.heap.kind(text) == Kind::kString ? std::string(machine.heap.text(text)) : to_text(machine.heap, text);
  throw EvaluationError{EvaluationError::Reason::kAssertion, said};
}

Value as_text(const Expression& of, Machine& machine) {
  return machine.heap.string(to_text(machine.heap, machine.evaluate(*of.parts[0])));
}

Value get_register(const Expression& of, Machine& machine) {
  const auto name = machine.evaluate(*of.parts[0]);
  machine.at = &of;
  auto& heap = machine.heap;
  const auto& world = machine.world;
  const auto as_value = [&](std::uint64_t number) { return heap.integer(static_cast<std::int64_t>(number)); };
  if (heap.is_integer(name)) {
    const auto found = machine.registers.find(heap.number(name));
    if (found == machine.registers.end()) fail(fmt::format("TLCGet({}): nothing was set", heap.number(name)));
    return found->second;
  }
  const auto text = heap.kind(name) == Kind::kString ? heap.text(name) : std::string_view();
  if (text == "level" || text == "diameter") return as_value(text == "level" ? machine.level : world.level);
  if (text == "distinct") return as_value(world.distinct);
  if (text == "generated") return as_value(world.generated);
  if (text == "queue") return as_value(world.queue);
  if (text == "duration") return as_value(0);
  fail(fmt::format("TLCGet({}): there is no such register here", to_text(heap, name)));
}

static std::int64_t register_name(const Expression& of, Machine& machine) {
  const auto name = machine.evaluate(*of.parts[0]);
  machine.at = &of;
  if (!machine.heap.is_integer(name)) fail("a register is named by an integer");
  return machine.heap.number(name);
}

Value register_or(const Expression& of, Machine& machine) {
  const auto found = machine.registers.find(register_name(of, machine));
  return found == machine.registers.end() ? normal_value(*of.parts[1], machine) : found->second;
}

Value get_and_set_register(const Expression& of, Machine& machine) {
  const auto name = register_name(of, machine);
  const auto found = machine.registers.find(name);
  const auto old = found == machine.registers.end() ? normal_value(*of.parts[1], machine) : found->second;
  const auto given = normal_value(*of.parts[2], machine);
  machine.frame[of.slots[0]] = old;
  machine.frame[of.slots[1]] = given;
  machine.registers[name] = normal_value(*of.parts[3], machine);
  return old;
}

// Which words the failure has is not looked at: those of another checker are others.
Value fails(const Expression& of, Machine& machine) {
  auto *const frame = machine.frame, *const top = machine.top;
  try {
    machine.evaluate(*of.parts[1]);
  } catch (const EvaluationError& wrong) {
    if (wrong.reason == EvaluationError::Reason::kTooLarge) throw;
    machine.frame = frame;
    machine.top = top;
    return kTrue;
  }
  return kFalse;
}

Value set_register(const Expression& of, Machine& machine) {
  const auto name = machine.evaluate(*of.parts[0]);
  const auto value = normal_value(*of.parts[1], machine);
  machine.at = &of;
  if (!machine.heap.is_integer(name)) fail("TLCSet needs an integer, which names a register");
  machine.registers[machine.heap.number(name)] = value;
  return kTrue;
}

// Bags are functions to integers above 0

static std::int64_t count_of(const Heap& heap, Value bag, std::size_t index) {
  const auto value = heap.values(bag)[index];
  if (!heap.is_integer(value)) fail(fmt::format("{} is no bag", to_text(heap, bag)));
  return heap.number(value);
}
static Value bag_operand(const Expression& of, Machine& machine) {
  const auto bag = machine.evaluate(*of.parts[0]);
  machine.at = &of;
  if (machine.heap.kind(bag) != Kind::kFunction) fail(fmt::format("{} is no bag", to_text(machine.heap, bag)));
  return bag;
}

Value bag_cardinality(const Expression& of, Machine& machine) {
  const auto bag = bag_operand(of, machine);
  std::int64_t count = 0;
  for (std::size_t i = 0; i < machine.heap.values(bag).size(); ++i) count += count_of(machine.heap, bag, i);
  return machine.heap.integer(count);
}

// Of elements that may stand there several times.
static Value bag_with(Heap& heap, std::vector<std::pair<Value, std::int64_t>> counts) {
  std::sort(counts.begin(), counts.end(),
            [&](const auto& a, const auto& b) { return heap.compare(a.first, b.first) < 0; });
  std::vector<Value> domain, values;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    sum += counts[i].second;
    if (i + 1 < counts.size() && counts[i + 1].first == counts[i].first) continue;
    domain.push_back(counts[i].first);
    values.push_back(heap.integer(std::exchange(sum, 0)));
  }
  return heap.function(heap.sorted_set(domain), values);
}

Value bag_union(const Expression& of, Machine& machine) {
  auto& heap = machine.heap;
  const auto set = machine.evaluate(*of.parts[0]);
  machine.at = &of;
  std::vector<std::pair<Value, std::int64_t>> counts;
  for (const auto bag : all_elements(heap, set)) {
    if (heap.kind(bag) != Kind::kFunction) fail(fmt::format("{} is no bag", to_text(heap, bag)));
    const auto domain = heap.elements(heap.domain(bag));
    for (std::size_t i = 0; i < domain.size(); ++i) counts.emplace_back(domain[i], count_of(heap, bag, i));
  }
  return bag_with(heap, std::move(counts));
}

Value bag_of_all(const Expression& of, Machine& machine) {
  auto& heap = machine.heap;
  const auto bag = bag_operand(of, machine);
  const auto domain = heap.elements(heap.domain(bag));
  std::vector<std::pair<Value, std::int64_t>> counts;
  for (std::size_t i = 0; i < domain.size(); ++i) {
    machine.frame[of.slot] = domain[i];
    counts.emplace_back(normal_value(*of.parts[1], machine), count_of(heap, bag, i));
  }
  machine.at = &of;
  return bag_with(heap, std::move(counts));
}

Value sub_bags(const Expression& of, Machine& machine) {
  auto& heap = machine.heap;
  const auto bag = bag_operand(of, machine);
  const auto domain = heap.elements(heap.domain(bag));
  std::vector<Value> all;
  std::vector<std::int64_t> counts(domain.size());
  while (true) {
    std::vector<Value> kept, values;
    for (std::size_t i = 0; i < domain.size(); ++i) {
      if (counts[i] == 0) continue;
      kept.push_back(domain[i]);
      values.push_back(heap.integer(counts[i]));
    }
    all.push_back(heap.function(heap.sorted_set(kept), values));
    if (all.size() > heap.max_set_size)
      throw EvaluationError{EvaluationError::Reason::kTooLarge, "SubBag of a bag that has too many of them"};
    std::size_t i = 0;
    while (i < counts.size() && ++counts[i] > count_of(heap, bag, i)) counts[i++] = 0;
    if (i == counts.size()) break;
  }
  return heap.set(all);
}

}  // namespace lorelei::modelcheck::operations
