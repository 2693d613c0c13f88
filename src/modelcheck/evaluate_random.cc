// SPDX-License-Identifier: GPL-3.0-or-later
// What is chosen at random, in modules TLC and Randomization: by the seed, the state, the place in the text and the
// values of the names that are bound around it. So the same state has the same next ones whenever it is looked at, by
// whichever thread, and a way to it can be found again.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "modelcheck/operations.hh"

namespace lorelei::modelcheck::operations {
namespace {

// splitmix64. Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014.
class Random {
 public:
  void mix(std::uint64_t more) { state_ = next() ^ more; }
  std::uint64_t next() {
    auto z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
  }
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  double fraction() { return static_cast<double>(next() >> 11) * 0x1p-53; }

 private:
  std::uint64_t state_ = 0;
};

Random random_at(const Expression& of, Machine& machine) {
  Random random;
  random.mix(machine.world.seed);
  if (of.node) random.mix(of.node->place.begin);
  if (machine.now)
    for (std::size_t i = 0; i < machine.next.size(); ++i)
      if (machine.now[i]) random.mix(machine.heap.hash(machine.now[i]));
  for (const auto slot : of.slots)
    if (machine.frame[slot]) random.mix(machine.heap.hash(machine.frame[slot]));
  return random;
}

std::int64_t number_in(const Expression& part, Machine& machine, std::string_view what) {
  const auto value = machine.evaluate(part);
  machine.at = &part;
  if (!machine.heap.is_integer(value)) fail(fmt::format("{} is a number", what));
  const auto number = machine.heap.number(value);
  if (number < 0) fail(fmt::format("{} is {}, and cannot be less than 0", what, number));
  return number;
}

}  // namespace

Value random_element(const Expression& of, Machine& machine) {
  const auto set = machine.evaluate(*of.parts[0]);
  machine.at = &of;
  const auto elements = all_elements(machine.heap, set);
  if (elements.empty()) fail("RandomElement of the empty set");
  return elements[random_at(of, machine).below(elements.size())];
}

Value random_subset(const Expression& of, Machine& machine) {
  const auto size = number_in(*of.parts[0], machine, "the size of a RandomSubset");
  const auto set = machine.evaluate(*of.parts[1]);
  machine.at = &of;
  const auto elements = all_elements(machine.heap, set);
  if (static_cast<std::uint64_t>(size) > elements.size())
    fail(fmt::format("RandomSubset of {} elements, of a set that has {}", size, elements.size()));
  // The first of a shuffled set.
  std::vector<Value> all(elements.begin(), elements.end());
  auto random = random_at(of, machine);
  const auto count = static_cast<std::size_t>(size);
  for (std::size_t i = 0; i < count; ++i) std::swap(all[i], all[i + random.below(all.size() - i)]);
  all.resize(count);
  return machine.heap.set(all);
}

// Each element is in each of them with the same probability; equal ones are one.
Value random_subsets(const Expression& of, Machine& machine) {
  auto& heap = machine.heap;
  const auto count = number_in(*of.parts[0], machine, "the number of random subsets");
  const auto mean = machine.evaluate(*of.parts[1]);
  const auto set = machine.evaluate(*of.parts[2]);
  machine.at = &of;
  const auto elements = all_elements(heap, set);
  double probability = -1;
  if (heap.kind(mean) == Kind::kString) {
    const auto text = heap.text(mean);
    std::from_chars(text.data(), text.data() + text.size(), probability);
  } else if (heap.is_integer(mean)) {
    probability = elements.empty() ? 0 : static_cast<double>(heap.number(mean)) / static_cast<double>(elements.size());
  }
  if (!(probability >= 0 && probability <= 1)) fail("an element of a random subset has a probability from 0 to 1");
  if (static_cast<std::uint64_t>(count) > kMaxSetSize)
    throw EvaluationError{EvaluationError::Reason::kTooLarge, "too many random subsets"};
  auto random = random_at(of, machine);
  std::vector<Value> all;
  for (std::int64_t i = 0; i < count; ++i) {
    std::vector<Value> one;
    for (const auto element : elements)
      if (random.fraction() < probability) one.push_back(element);
    all.push_back(heap.set(one));
  }
  return heap.set(all);
}

}  // namespace lorelei::modelcheck::operations
