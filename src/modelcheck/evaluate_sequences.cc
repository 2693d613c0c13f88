// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>

#include "modelcheck/operations.hh"

namespace lorelei::modelcheck::operations {

static void require_sequence(const Heap& heap, Value value, std::string_view what) {
  if (!heap.is_sequence(value))
    fail(fmt::format("{} is {} {}, and must be a sequence", what, name_of(heap.kind(value)), to_text(heap, value)));
}

// The only operand, or the first one.
static Value sequence(const Expression& of, Machine& machine, std::string_view what) {
  const auto value = machine.evaluate(*of.parts[0]);
  machine.at = &of;
  require_sequence(machine.heap, value, what);
  return value;
}

Value all_sequences(const Expression& of, Machine& machine) {
  const auto base = machine.evaluate(*of.parts[0]);
  machine.at = &of;
  return sequences(machine.heap, base);
}

Value length(const Expression& of, Machine& machine) {
  const auto value = machine.evaluate(*of.parts[0]);
  machine.at = &of;
  if (machine.heap.kind(value) == Kind::kString)
    return machine.heap.integer(static_cast<std::int64_t>(machine.heap.text(value).size()));
  require_sequence(machine.heap, value, "the operand of Len");
  return machine.heap.integer(static_cast<std::int64_t>(machine.heap.values(value).size()));
}

Value concatenation(const Expression& of, Machine& machine) {
  auto& heap = machine.heap;
  const auto left = machine.evaluate(*of.parts[0]), right = machine.evaluate(*of.parts[1]);
  machine.at = &of;
  if (heap.kind(left) == Kind::kString && heap.kind(right) == Kind::kString)
    return heap.string(fmt::format("{}{}", heap.text(left), heap.text(right)));
  require_sequence(heap, left, "the left side of \\o");
  require_sequence(heap, right, "the right side of \\o");
  const auto x = heap.values(left), y = heap.values(right);
  if (x.empty()) return right;
  if (y.empty()) return left;
  std::vector<Value> all(x.begin(), x.end());
  all.insert(all.end(), y.begin(), y.end());
  return heap.tuple(all);
}

Value appended(const Expression& of, Machine& machine) {
  const auto before = machine.evaluate(*of.parts[0]);
  const auto element = normal_value(*of.parts[1], machine);
  machine.at = &of;
  require_sequence(machine.heap, before, "the first argument of Append");
  const auto values = machine.heap.values(before);
  std::vector<Value> all(values.begin(), values.end());
  all.push_back(element);
  return machine.heap.tuple(all);
}

Value head(const Expression& of, Machine& machine) {
  const auto values = machine.heap.values(sequence(of, machine, "the operand of Head"));
  if (values.empty()) fail("Head of an empty sequence");
  return values.front();
}

Value tail(const Expression& of, Machine& machine) {
  const auto values = machine.heap.values(sequence(of, machine, "the operand of Tail"));
  if (values.empty()) fail("Tail of an empty sequence");
  return machine.heap.tuple(values.subspan(1));
}

Value subsequence(const Expression& of, Machine& machine) {
  const auto& heap = machine.heap;
  const auto values = heap.values(sequence(of, machine, "the first argument of SubSeq"));
  const auto from = machine.evaluate(*of.parts[1]), to = machine.evaluate(*of.parts[2]);
  machine.at = &of;
  if (!heap.is_integer(from) || !heap.is_integer(to)) fail("the limits of SubSeq must be integers");
  const auto first = heap.number(from), last = heap.number(to);
  if (first > last) return machine.heap.tuple({});
  if (first < 1 || last > static_cast<std::int64_t>(values.size()))
    fail(fmt::format("SubSeq from {} to {} of a sequence of {}", first, last, values.size()));
  return machine.heap.tuple(
      values.subspan(static_cast<std::size_t>(first - 1), static_cast<std::size_t>(last - first + 1)));
}

Value selection(const Expression& of, Machine& machine) {
  const auto values = machine.heap.values(sequence(of, machine, "the first argument of SelectSeq"));
  std::vector<Value> kept;
  for (const auto element : values) {
    machine.frame[of.slot] = element;
    if (machine.is_true(*of.parts[1])) kept.push_back(element);
  }
  return machine.heap.tuple(kept);
}

// Sorted by a condition that says which of two comes first; what that condition lets be equal keeps its order.
Value sorted_sequence(const Expression& of, Machine& machine) {
  const auto values = machine.heap.values(sequence(of, machine, "the first argument of SortSeq"));
  std::vector<Value> sorted;
  for (const auto element : values) {
    auto place = sorted.size();
    while (place > 0) {
      machine.frame[of.slots[0]] = element;
      machine.frame[of.slots[1]] = sorted[place - 1];
      if (!machine.is_true(*of.parts[1])) break;
      --place;
    }
    sorted.insert(sorted.begin() + static_cast<std::ptrdiff_t>(place), element);
  }
  return machine.heap.tuple(sorted);
}

}  // namespace lorelei::modelcheck::operations
