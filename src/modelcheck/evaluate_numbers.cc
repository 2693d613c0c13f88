// SPDX-License-Identifier: GPL-3.0-or-later
// Integers of 64 bits: what does not fit is an error, never another number.
#include <fmt/core.h>

#include "modelcheck/operations.hh"

namespace lorelei::modelcheck::operations {

static std::int64_t number(const Expression& part, Machine& machine, const Expression& of) {
  const auto value = machine.evaluate(part);
  if (Heap::is_small(value)) return Heap::small(value);
  machine.at = &of;
  if (!machine.heap.is_integer(value))
    fail(fmt::format("an operand of {} is {} {}, and must be an integer", of.text, name_of(machine.heap.kind(value)),
                     to_text(machine.heap, value)));
  return machine.heap.number(value);
}

[[noreturn]] static void overflow(const Expression& of, Machine& machine, std::int64_t a, std::int64_t b) {
  machine.at = &of;
  fail(fmt::format("{} {} {} does not fit into {} bits", a, of.text, b, machine.heap.has_32_bits ? 32 : 64));
}

static Value made(const Expression& of, Machine& machine, std::int64_t a, std::int64_t b, std::int64_t result) {
  if (machine.heap.has_32_bits && (result < INT32_MIN || result > INT32_MAX)) overflow(of, machine, a, b);
  return machine.heap.integer(result);
}

#define LORELEI_TWO_NUMBERS                         \
  const auto a = number(*of.parts[0], machine, of); \
  const auto b = number(*of.parts[1], machine, of); \
  [[maybe_unused]] std::int64_t result = 0

Value sum(const Expression& of, Machine& machine) {
  LORELEI_TWO_NUMBERS;
  if (__builtin_add_overflow(a, b, &result)) overflow(of, machine, a, b);
  return made(of, machine, a, b, result);
}
Value difference(const Expression& of, Machine& machine) {
  LORELEI_TWO_NUMBERS;
  if (__builtin_sub_overflow(a, b, &result)) overflow(of, machine, a, b);
  return made(of, machine, a, b, result);
}
Value product(const Expression& of, Machine& machine) {
  LORELEI_TWO_NUMBERS;
  if (__builtin_mul_overflow(a, b, &result)) overflow(of, machine, a, b);
  return made(of, machine, a, b, result);
}

// Rounded down, not towards 0.
Value quotient(const Expression& of, Machine& machine) {
  LORELEI_TWO_NUMBERS;
  machine.at = &of;
  if (b == 0) fail(fmt::format("{} \\div 0", a));
  if (b == -1) {
    if (__builtin_sub_overflow(std::int64_t{0}, a, &result)) overflow(of, machine, a, b);
    return made(of, machine, a, b, result);
  }
  return machine.heap.integer(a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0));
}
Value remainder(const Expression& of, Machine& machine) {
  LORELEI_TWO_NUMBERS;
  machine.at = &of;
  if (b <= 0) fail(fmt::format("{} % {}: the right side of % must be above 0", a, b));
  return machine.heap.integer(a % b < 0 ? a % b + b : a % b);
}
Value power(const Expression& of, Machine& machine) {
  LORELEI_TWO_NUMBERS;
  machine.at = &of;
  if (b < 0) fail(fmt::format("{} ^ {}: the exponent is below 0", a, b));
  if (a == 0 && b == 0) fail("0 ^ 0");
  result = 1;
  if (a == 0 || a == 1) return machine.heap.integer(a);
  if (a == -1) return machine.heap.integer(b % 2 == 0 ? 1 : -1);
  for (std::int64_t i = 0; i < b; ++i)
    if (__builtin_mul_overflow(result, a, &result)) overflow(of, machine, a, b);
  return made(of, machine, a, b, result);
}
Value negative(const Expression& of, Machine& machine) {
  const auto a = number(*of.parts[0], machine, of);
  std::int64_t result = 0;
  if (__builtin_sub_overflow(std::int64_t{0}, a, &result)) overflow(of, machine, 0, a);
  return made(of, machine, 0, a, result);
}

Value less(const Expression& of, Machine& machine) {
  LORELEI_TWO_NUMBERS;
  return boolean(a < b);
}
Value less_or_equal(const Expression& of, Machine& machine) {
  LORELEI_TWO_NUMBERS;
  return boolean(a <= b);
}
Value greater(const Expression& of, Machine& machine) {
  LORELEI_TWO_NUMBERS;
  return boolean(a > b);
}
Value greater_or_equal(const Expression& of, Machine& machine) {
  LORELEI_TWO_NUMBERS;
  return boolean(a >= b);
}
Value range(const Expression& of, Machine& machine) {
  LORELEI_TWO_NUMBERS;
  return interval(machine.heap, a, b);
}

}  // namespace lorelei::modelcheck::operations
