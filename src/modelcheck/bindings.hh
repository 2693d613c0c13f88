// SPDX-License-Identifier: GPL-3.0-or-later
// Going through sets; the templates of modelcheck/expression.
#pragma once
#include "modelcheck/expression.hh"
#include "modelcheck/sets.hh"

namespace lorelei::modelcheck {

template <typename Each>
bool for_each_element(Machine& machine, Value set, const Each& each) {
  auto& heap = machine.heap;
  if (Heap::is_object(set)) {
    const auto& of = heap.object(set);
    if (of.kind == Kind::kInterval) {
      const auto to = heap.number(of.words()[1]);
      for (auto i = heap.number(of.words()[0]); i <= to; ++i) {
        machine.spend();
        if (!each(heap.integer(i))) return false;
      }
      return true;
    }
  }
  for (const auto element : all_elements(heap, set)) {
    machine.spend();
    if (!each(element)) return false;
  }
  return true;
}

template <typename Each>
bool for_each_binding_from(const Expression& of, Machine& machine, std::size_t first, const Value* sets,
                           const Each& each) {
  if (first == of.dimensions.size()) return each();
  const auto& dimension = of.dimensions[first];
  return for_each_element(machine, sets[dimension.set], [&](Value element) {
    if (dimension.is_tuple)
      bind(dimension, element, machine);
    else
      machine.frame[dimension.slots[0]] = element;
    return for_each_binding_from(of, machine, first + 1, sets, each);
  });
}

template <typename Each>
bool for_each_binding(const Expression& of, Machine& machine, const Each& each) {
  Value few[8];
  std::vector<Value> many;
  const auto count = of.dimensions.back().set + std::size_t{1};
  if (count > std::size(few)) many.resize(count);
  Value* sets = many.empty() ? few : many.data();
  for (std::size_t i = 0; i < count; ++i) sets[i] = machine.evaluate(*of.parts[i]);
  machine.at = &of;
  for (std::size_t i = 1; i < count; ++i) require_set(machine.heap, sets[i], "what is gone through");
  return for_each_binding_from(of, machine, 0, sets, each);
}

}  // namespace lorelei::modelcheck
