// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include "modelcheck/operations.hh"

namespace lorelei::modelcheck::operations {

Value conjunction(const Expression& of, Machine& machine) {
  for (const auto* part : of.parts)
    if (!machine.is_true(*part)) return kFalse;
  return kTrue;
}

Value disjunction(const Expression& of, Machine& machine) {
  for (const auto* part : of.parts)
    if (machine.is_true(*part)) return kTrue;
  return kFalse;
}

Value negation(const Expression& of, Machine& machine) { return boolean(!machine.is_true(*of.parts[0])); }

Value implication(const Expression& of, Machine& machine) {
  return boolean(!machine.is_true(*of.parts[0]) || machine.is_true(*of.parts[1]));
}

Value equivalence(const Expression& of, Machine& machine) {
  const bool left = machine.is_true(*of.parts[0]);
  return boolean(left == machine.is_true(*of.parts[1]));
}

static bool are_equal(const Expression& of, Machine& machine) {
  const auto left = machine.evaluate(*of.parts[0]), right = machine.evaluate(*of.parts[1]);
  if (left == right) return true;
  if (Heap::is_small(left) && Heap::is_small(right)) return false;
  machine.at = &of;
  return equal(machine.heap, left, right);
}
Value equality(const Expression& of, Machine& machine) { return boolean(are_equal(of, machine)); }
Value constant_equality(const Expression& of, Machine& machine) {
  const auto left = machine.evaluate(*of.parts[0]);
  if (left == of.value) return kTrue;
  if (Heap::is_small(left) && Heap::is_small(of.value)) return kFalse;
  if (Heap::is_object(left) && Heap::is_object(of.value) && machine.heap.object(left).kind == Kind::kString &&
      machine.heap.object(of.value).kind == Kind::kString)
    return kFalse;
  machine.at = &of;
  return boolean(equal(machine.heap, left, of.value));
}
Value inequality(const Expression& of, Machine& machine) { return boolean(!are_equal(of, machine)); }

Value if_then_else(const Expression& of, Machine& machine) {
  return machine.evaluate(*of.parts[machine.is_true(*of.parts[0]) ? 1 : 2]);
}

Value choice_of_arms(const Expression& of, Machine& machine) {
  std::size_t i = 0;
  for (; i + 1 < of.parts.size(); i += 2)
    if (machine.is_true(*of.parts[i])) return machine.evaluate(*of.parts[i + 1]);
  if (i < of.parts.size()) return machine.evaluate(*of.parts[i]);
  machine.at = &of;
  fail("no arm of this CASE is true, and it has no OTHER");
}

Value forall(const Expression& of, Machine& machine) {
  const auto& body = *of.parts.back();
  return boolean(for_each_binding(of, machine, [&] { return machine.is_true(body); }));
}

Value exists(const Expression& of, Machine& machine) {
  const auto& body = *of.parts.back();
  return boolean(!for_each_binding(of, machine, [&] { return !machine.is_true(body); }));
}

Value choose(const Expression& of, Machine& machine) {
  const auto set = machine.evaluate(*of.parts[0]);
  machine.at = &of;
  Value found{};
  for_each_element(machine, set, [&](Value element) {
    bind(of.dimensions[0], element, machine);
    if (machine.is_true(*of.parts[1])) found = element;
    return !found;
  });
  machine.at = &of;
  if (!found) fail(fmt::format("no element of {} is as this CHOOSE wants it", to_text(machine.heap, set)));
  return found;
}

}  // namespace lorelei::modelcheck::operations
