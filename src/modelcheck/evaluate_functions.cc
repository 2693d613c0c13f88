// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>
#include <atomic>

#include "modelcheck/operations.hh"

namespace lorelei::modelcheck::operations {

// A function of several names is one of tuples.
static Value function_of_many(const Expression& of, Machine& machine) {
  struct Entry {
    Value argument, value;
  };
  std::vector<Entry> entries;
  for_each_binding(of, machine, [&] {
    std::vector<Value> argument;
    for (const auto& dimension : of.dimensions) {
      if (!dimension.is_tuple) {
        argument.push_back(machine.frame[dimension.slots[0]]);
        continue;
      }
      std::vector<Value> tuple;
      for (const auto each : dimension.slots) tuple.push_back(machine.frame[each]);
      argument.push_back(machine.heap.tuple(tuple));
    }
    const auto whole = argument.size() == 1 ? argument[0] : machine.heap.tuple(argument);
    entries.push_back({whole, normal_value(*of.parts.back(), machine)});
    return true;
  });
  machine.at = &of;
  std::sort(entries.begin(), entries.end(),
            [&](const auto& a, const auto& b) { return machine.heap.compare(a.argument, b.argument) < 0; });
  std::vector<Value> domain, values;
  for (const auto& entry : entries) {
    domain.push_back(entry.argument);
    values.push_back(entry.value);
  }
  return machine.heap.function(machine.heap.sorted_set(domain), values);
}

Value function(const Expression& of, Machine& machine) {
  if (of.dimensions.size() > 1 || of.dimensions[0].is_tuple) return function_of_many(of, machine);
  const auto domain = normal_value(*of.parts[0], machine);
  machine.at = &of;
  require_set(machine.heap, domain, "the domain of a function");
  if (!is_finite(machine.heap, domain)) fail("a function over an infinite set can only be applied");
  std::vector<Value> values;
  for (const auto argument : machine.heap.elements(domain)) {
    machine.frame[of.dimensions[0].slots[0]] = argument;
    values.push_back(normal_value(*of.parts[1], machine));
  }
  return machine.heap.function(domain, values);
}

[[noreturn]] static void outside(const Heap& heap, Value function, Value argument) {
  if (heap.is_sequence(function))
    fail(fmt::format("{} is no index of {}, which has {} elements", to_text(heap, argument), to_text(heap, function),
                     heap.values(function).size()));
  fail(fmt::format("{} is not in the domain of {}", to_text(heap, argument), to_text(heap, function)));
}

static void require_function(const Heap& heap, Value value, std::string_view what) {
  if (heap.kind(value) != Kind::kFunction)
    fail(fmt::format("{} is {} {}, and must be a function", what, name_of(heap.kind(value)), to_text(heap, value)));
}

Value application(const Expression& of, Machine& machine) {
  const auto& heap = machine.heap;
  const auto function = machine.evaluate(*of.parts[0]);
  const auto argument = normal_value(*of.parts[1], machine);
  machine.at = &of;
  require_function(heap, function, "what is applied");
  const auto index = heap.index_in(heap.domain(function), argument);
  if (index < 0) outside(heap, function, argument);
  return heap.values(function)[static_cast<std::size_t>(index)];
}

Value variable_application(const Expression& of, Machine& machine) {
  const auto& heap = machine.heap;
  const auto function = machine.now[of.parts[0]->slot], argument = machine.frame[of.parts[1]->slot];
  if (Heap::is_object(function) && heap.object(function).kind == Kind::kFunction) {
    const auto& domain = heap.object(heap.domain(function));
    if ((domain.flags & Heap::kIsConsecutive) && Heap::is_small(argument) && domain.size > 0) {
      const auto index = static_cast<std::uint32_t>(Heap::small(argument) - Heap::small(domain.words()[0]));
      if (index < domain.size) return heap.object(function).words()[1 + index];
    } else {
      for (std::uint32_t i = 0; i < domain.size && i < 8; ++i)
        if (domain.words()[i] == argument) return heap.object(function).words()[1 + i];
    }
  }
  return application(of, machine);
}

Value domain_of(const Expression& of, Machine& machine) {
  const auto function = machine.evaluate(*of.parts[0]);
  machine.at = &of;
  require_function(machine.heap, function, "the operand of DOMAIN");
  return machine.heap.domain(function);
}

// It is the function as it was, and hardly what was meant.
static Value missed(const Expression& of, Value function) {
  std::atomic_ref(of.has_missed).store(true, std::memory_order_relaxed);
  return function;
}

Value except_one(const Expression& of, Machine& machine) {
  const auto function = machine.evaluate(*of.parts[0]);
  const auto argument = normal_value(*of.parts[1], machine);
  machine.at = &of;
  require_function(machine.heap, function, "what EXCEPT changes");
  const auto index = machine.heap.index_in(machine.heap.domain(function), argument);
  if (index < 0) return missed(of, function);
  machine.frame[of.slot] = machine.heap.values(function)[static_cast<std::size_t>(index)];
  const auto value = normal_value(*of.parts[2], machine);
  return machine.changed(function, static_cast<std::size_t>(index), value);
}

// path: the parts that lead to the place; behind them the new value.
static Value changed_at(const Expression& of, Machine& machine, Value old, std::size_t path, std::size_t length) {
  if (length == 0) {
    machine.frame[of.slot] = old;
    return normal_value(*of.parts[path], machine);
  }
  const auto argument = normal_value(*of.parts[path], machine);
  machine.at = &of;
  require_function(machine.heap, old, "what EXCEPT changes");
  const auto index = machine.heap.index_in(machine.heap.domain(old), argument);
  if (index < 0) return missed(of, old);
  const auto inner = machine.heap.values(old)[static_cast<std::size_t>(index)];
  const auto value = changed_at(of, machine, inner, path + 1, length - 1);
  return machine.changed(old, static_cast<std::size_t>(index), value);
}

Value except(const Expression& of, Machine& machine) {
  auto function = machine.evaluate(*of.parts[0]);
  std::size_t part = 1;
  for (const auto length : of.slots) {
    function = changed_at(of, machine, function, part, length);
    part += length + 1;
  }
  return function;
}

Value tuple(const Expression& of, Machine& machine) {
  Value few[16];
  std::vector<Value> many;
  if (of.parts.size() > std::size(few)) many.resize(of.parts.size());
  Value* values = many.empty() ? few : many.data();
  for (std::size_t i = 0; i < of.parts.size(); ++i) values[i] = normal_value(*of.parts[i], machine);
  return machine.heap.tuple({values, of.parts.size()});
}

Value record(const Expression& of, Machine& machine) {
  Value few[16];
  std::vector<Value> many;
  if (of.parts.size() > std::size(few)) many.resize(of.parts.size());
  Value* values = many.empty() ? few : many.data();
  for (std::size_t i = 0; i < of.parts.size(); ++i) values[i] = normal_value(*of.parts[i], machine);
  return machine.heap.function(of.value, {values, of.parts.size()});
}

Value pair_function(const Expression& of, Machine& machine) {
  const Value argument[] = {normal_value(*of.parts[0], machine)};
  const Value value[] = {normal_value(*of.parts[1], machine)};
  return machine.heap.function(machine.heap.sorted_set(argument), value);
}

Value merged(const Expression& of, Machine& machine) {
  auto& heap = machine.heap;
  const auto left = machine.evaluate(*of.parts[0]), right = machine.evaluate(*of.parts[1]);
  machine.at = &of;
  require_function(heap, left, "the left side of @@");
  require_function(heap, right, "the right side of @@");
  const auto domain = unite(heap, heap.domain(left), heap.domain(right));
  std::vector<Value> values;
  for (const auto argument : heap.elements(domain)) {
    const auto index = heap.index_in(heap.domain(left), argument);
    values.push_back(index >= 0
                         ? heap.values(left)[static_cast<std::size_t>(index)]
                         : heap.values(right)[static_cast<std::size_t>(heap.index_in(heap.domain(right), argument))]);
  }
  return heap.function(domain, values);
}

Value permutations(const Expression& of, Machine& machine) {
  auto& heap = machine.heap;
  const auto set = normal_value(*of.parts[0], machine);
  machine.at = &of;
  require_set(heap, set, "the operand of Permutations");
  std::vector<Value> values(heap.elements(set).begin(), heap.elements(set).end());
  if (values.size() > 9)
    throw EvaluationError{EvaluationError::Reason::kTooLarge, "permutations of more than 9 values"};
  std::vector<std::size_t> order(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::vector<Value> all;
  do {
    std::vector<Value> to;
    for (const auto index : order) to.push_back(values[index]);
    all.push_back(heap.function(set, to));
  } while (std::next_permutation(order.begin(), order.end()));
  return heap.set(all);
}

}  // namespace lorelei::modelcheck::operations
