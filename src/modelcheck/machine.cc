// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>
#include <pthread.h>

#include <algorithm>
#include <new>

#include "modelcheck/expression.hh"

namespace lorelei::modelcheck {

static constexpr std::size_t kStackSlots = 1 << 20;
// What is left of the stack of a thread for what does not look how deep it is.
static constexpr std::size_t kStackReserve = 256 << 10;

// The address below which nothing may be put on the stack of this thread.
static const char* deepest_address() {
  static thread_local const char* const kDeepest = [] {
    pthread_attr_t attributes;
    void* lowest = nullptr;
    std::size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return static_cast<const char*>(nullptr);
    pthread_attr_getstack(&attributes, &lowest, &size);
    pthread_attr_destroy(&attributes);
    return static_cast<const char*>(lowest) + kStackReserve;
  }();
  return kDeepest;
}

void Dependence::add(const Dependence& other) {
  on_state |= other.on_state;
  on_next |= other.on_next;
  on_outer_frames |= other.on_outer_frames;
  is_impure |= other.is_impure;
  is_open |= other.is_open;
  if (other.slots.empty()) return;
  std::vector<std::uint32_t> both;
  std::set_union(slots.begin(), slots.end(), other.slots.begin(), other.slots.end(), std::back_inserter(both));
  slots = std::move(both);
}

void Dependence::remove(const std::vector<std::uint32_t>& bound) {
  std::erase_if(slots, [&](auto slot) { return std::find(bound.begin(), bound.end(), slot) != bound.end(); });
}

Machine::Machine(Heap& of_heap, World& of_world, std::size_t variables, std::size_t frame_size)
    : heap(of_heap),
      world(of_world),
      next(variables),
      work_left_(of_world.work_limit),
      stack_(kStackSlots),
      end_(stack_.get() + kStackSlots) {
  registers = world.registers;
  restart(frame_size);
}

void Machine::restart(std::size_t frame_size) {
  frame = stack_.get();
  top = frame + frame_size;
  deepest_ = deepest_address();
}

bool Machine::is_true(const Expression& expression) {
  const auto value = evaluate(expression);
  if (value == kTrue) return true;
  if (value == kFalse) return false;
  at = &expression;
  fail(fmt::format("this is {} {}, and must be TRUE or FALSE", name_of(heap.kind(value)), to_text(heap, value)));
}

void Machine::fail_of_work() {
  work_left_ = 0;
  throw EvaluationError{EvaluationError::Reason::kTooLarge, "this takes more work than it may"};
}

void Machine::check_depth() {
  if (static_cast<const char*>(__builtin_frame_address(0)) < deepest_)
    throw EvaluationError{EvaluationError::Reason::kTooLarge, "the recursion is too deep"};
}

Value* Machine::new_frame(const Definition& definition, std::uint32_t hops) {
  check_depth();
  spend();
  if (end_ - top < static_cast<std::ptrdiff_t>(definition.frame_size))
    throw EvaluationError{EvaluationError::Reason::kTooLarge, "the recursion is too deep"};
  auto* made = top;
  std::fill(made, made + definition.frame_size, Value{});
  made[0].bits = static_cast<std::uint32_t>(frame_at(hops) - stack_.get());
  return made;
}

Value Machine::changed(Value function, std::size_t index, Value value) {
  const auto key = (std::uint64_t{function.bits} * 0x9E3779B97F4A7C15 ^ std::uint64_t{value.bits} << 20 ^ index) *
                   0xD6E8FEB86659FD93;
  const auto& known = changes_.find(key);
  if (known.function == function && known.value == value && known.index == index) return known.result;
  const auto values = heap.values(function);
  auto result = function;
  if (values[index] != value) {
    Value few[32];
    std::vector<Value> many;
    if (values.size() > std::size(few)) many.resize(values.size());
    Value* all = many.empty() ? few : many.data();
    std::copy(values.begin(), values.end(), all);
    all[index] = value;
    result = heap.function(heap.domain(function), {all, values.size()});
  }
  changes_.put(key, {function, value, result, static_cast<std::uint32_t>(index)});
  return result;
}

void bind(const Dimension& dimension, Value element, Machine& machine) {
  if (!dimension.is_tuple) {
    machine.frame[dimension.slots[0]] = element;
    return;
  }
  const auto& heap = machine.heap;
  if (!heap.is_sequence(element) || heap.values(element).size() != dimension.slots.size())
    fail(fmt::format("{} is no tuple of {}", to_text(heap, element), dimension.slots.size()));
  for (std::size_t i = 0; i < dimension.slots.size(); ++i) machine.frame[dimension.slots[i]] = heap.values(element)[i];
}

}  // namespace lorelei::modelcheck
