// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include "modelcheck/operations.hh"

namespace lorelei::modelcheck::operations {

// Operations whose results are remembered.
enum : std::uint32_t { kIn = 1, kUnite, kIntersect, kSubtract, kSubset };

static bool is_in(const Expression& of, Machine& machine) {
  const auto element = machine.evaluate(*of.parts[0]), set = machine.evaluate(*of.parts[1]);
  machine.at = &of;
  if (!Heap::is_object(element)) return contains(machine.heap, set, element);
  return machine.remembered(kIn, set, element, [&] { return boolean(contains(machine.heap, set, element)); }) == kTrue;
}
Value membership(const Expression& of, Machine& machine) { return boolean(is_in(of, machine)); }
Value no_membership(const Expression& of, Machine& machine) { return boolean(!is_in(of, machine)); }

Value filter_membership(const Expression& of, Machine& machine) {
  const auto element = normal_value(*of.parts[0], machine);
  machine.at = &of;
  if (!contains(machine.heap, of.parts[1]->value, element)) return kFalse;
  bind(of.dimensions[0], element, machine);
  return boolean(machine.is_true(*of.parts[2]));
}

// Two operands, and what is made of them.
template <typename Make>
static auto of_two(const Expression& of, Machine& machine, const Make& make) {
  const auto left = machine.evaluate(*of.parts[0]), right = machine.evaluate(*of.parts[1]);
  machine.at = &of;
  return make(machine.heap, left, right);
}
template <typename Make>
static Value remembered(const Expression& of, Machine& machine, std::uint32_t number, const Make& make) {
  return of_two(of, machine, [&](Heap& heap, Value left, Value right) {
    return machine.remembered(number, left, right, [&] { return make(heap, left, right); });
  });
}
Value subset(const Expression& of, Machine& machine) {
  return remembered(of, machine, kSubset, [](auto& heap, auto a, auto b) { return boolean(is_subset(heap, a, b)); });
}
Value set_union(const Expression& of, Machine& machine) { return remembered(of, machine, kUnite, unite); }
Value set_intersection(const Expression& of, Machine& machine) {
  return remembered(of, machine, kIntersect, intersect);
}
Value set_difference(const Expression& of, Machine& machine) { return remembered(of, machine, kSubtract, subtract); }
Value functions(const Expression& of, Machine& machine) { return of_two(of, machine, function_set); }

template <typename Make>
static auto of_one(const Expression& of, Machine& machine, const Make& make) {
  const auto operand = machine.evaluate(*of.parts[0]);
  machine.at = &of;
  return make(machine.heap, operand);
}
Value big_union(const Expression& of, Machine& machine) { return of_one(of, machine, unite_all); }
Value all_subsets(const Expression& of, Machine& machine) { return of_one(of, machine, powerset); }
Value cardinality_of(const Expression& of, Machine& machine) {
  return machine.heap.integer(of_one(of, machine, cardinality));
}
Value is_finite_set(const Expression& of, Machine& machine) {
  return of_one(of, machine, [](Heap& heap, Value set) { return boolean(heap.is_set(set) && is_finite(heap, set)); });
}

static std::vector<Value> all_values(const Expression& of, Machine& machine) {
  std::vector<Value> values;
  values.reserve(of.parts.size());
  for (const auto* part : of.parts) values.push_back(normal_value(*part, machine));
  machine.at = &of;
  return values;
}

Value set_list(const Expression& of, Machine& machine) {
  auto elements = all_values(of, machine);
  return machine.heap.set(elements);
}

Value set_filter(const Expression& of, Machine& machine) {
  const auto set = machine.evaluate(*of.parts[0]);
  machine.at = &of;
  std::vector<Value> kept;
  for_each_element(machine, set, [&](Value element) {
    bind(of.dimensions[0], element, machine);
    if (machine.is_true(*of.parts[1])) kept.push_back(element);
    return true;
  });
  return machine.heap.sorted_set(kept);
}

Value set_map(const Expression& of, Machine& machine) {
  std::vector<Value> made;
  for_each_binding(of, machine, [&] {
    made.push_back(normal_value(*of.parts.back(), machine));
    return true;
  });
  machine.at = &of;
  return machine.heap.set(made);
}

Value product_set(const Expression& of, Machine& machine) {
  std::vector<Value> factors;
  for (const auto* part : of.parts) factors.push_back(machine.evaluate(*part));
  machine.at = &of;
  return modelcheck::product(machine.heap, factors);
}

Value records(const Expression& of, Machine& machine) {
  std::vector<Value> sets;
  for (const auto* part : of.parts) sets.push_back(machine.evaluate(*part));
  machine.at = &of;
  return record_set(machine.heap, of.value, sets);
}

}  // namespace lorelei::modelcheck::operations
