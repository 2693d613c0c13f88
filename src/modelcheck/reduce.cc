// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/reduce.hh"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "modelcheck/operations.hh"
#include "modelcheck/store.hh"

namespace lorelei::modelcheck {

static Value image(const Permutation& permutation, Value value) {
  for (const auto& [from, to] : permutation)
    if (from == value) return to;
  return value;
}

static Permutation permutation_of(const Heap& heap, Value function) {
  if (heap.kind(function) != Kind::kFunction)
    fail(fmt::format("{} is no permutation: it is {}", shown(heap, function), name_of(heap.kind(function))));
  Permutation made;
  const auto from = heap.elements(heap.domain(function));
  const auto to = heap.values(function);
  std::set<std::uint32_t> images;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (heap.kind(from[i]) != Kind::kModelValue || heap.kind(to[i]) != Kind::kModelValue)
      fail(fmt::format("{} is no permutation of model values", shown(heap, function)));
    images.insert(to[i].bits);
    if (from[i] != to[i]) made.emplace_back(from[i], to[i]);
  }
  for (const auto one : from)
    if (!images.contains(one.bits))
      fail(fmt::format("{} is no permutation: nothing leads to {}", shown(heap, function), shown(heap, one)));
  std::sort(made.begin(), made.end(), [](const auto& a, const auto& b) { return a.first.bits < b.first.bits; });
  return made;
}

// first, then second.
static Permutation composed(const Permutation& first, const Permutation& second) {
  Permutation made;
  for (const auto& [from, to] : first)
    if (const auto end = image(second, to); end != from) made.emplace_back(from, end);
  for (const auto& [from, to] : second)
    if (image(first, from) == from) made.emplace_back(from, to);
  std::sort(made.begin(), made.end(), [](const auto& a, const auto& b) { return a.first.bits < b.first.bits; });
  return made;
}

std::vector<Permutation> group_of(const Heap& heap, const std::vector<Value>& functions) {
  const auto words = [](const Permutation& permutation) {
    std::vector<std::uint32_t> made;
    for (const auto& [from, to] : permutation) made.insert(made.end(), {from.bits, to.bits});
    return made;
  };
  std::vector<Permutation> generators, group;
  std::set<std::vector<std::uint32_t>> known{{}};
  const auto add = [&](Permutation made) {
    if (!known.insert(words(made)).second) return;
    group.push_back(std::move(made));
    if (group.size() >= kMaxPermutations)
      fail(fmt::format("the permutations make a group of more than {}", kMaxPermutations));
  };
  if (functions.size() > kMaxPermutations)
    fail(fmt::format("the permutations make a group of more than {}", kMaxPermutations));
  // What the group has already makes nothing new; each other one at least doubles it, so that there are few.
  for (const auto function : functions) {
    auto one = permutation_of(heap, function);
    if (known.contains(words(one))) continue;
    generators.push_back(one);
    add(std::move(one));
    for (std::size_t i = 0; i < group.size(); ++i)
      for (const auto& generator : generators) add(composed(group[i], generator));
  }
  return group;
}

Reducer::Reducer(Heap& heap, const std::vector<Permutation>& permutations, const Expression* view, std::size_t width)
    : heap_(heap), permutations_(permutations), view_(view), width_(width), best_(width), candidate_(width) {}

void Reducer::key_of(const Value* state, Machine& machine, Value* key) {
  const auto* least_state = permutations_.empty() ? state : least(state);
  if (!view_) {
    std::copy(least_state, least_state + width_, key);
    return;
  }
  const auto* const now = std::exchange(machine.now, least_state);
  *key = operations::normal_value(*view_, machine);
  machine.now = now;
}

// Any order will do that is the same in every run, and hashes are; values that only happen to have the same one are
// told apart by how they are written.
bool Reducer::is_before(Value a, Value b) const {
  const auto one = heap_.hash(a), other = heap_.hash(b);
  return one != other ? one < other : to_text(heap_, a) < to_text(heap_, b);
}

const Value* Reducer::least(const Value* state) {
  std::copy(state, state + width_, best_.begin());
  for (std::size_t number = 0; number < permutations_.size(); ++number) {
    bool is_better = false;
    std::size_t i = 0;
    for (; i < width_; ++i) {
      candidate_[i] = permuted(state[i], number);
      if (is_better || candidate_[i] == best_[i]) continue;
      if (!is_before(candidate_[i], best_[i])) break;
      is_better = true;
    }
    if (is_better && i == width_) std::swap(best_, candidate_);
  }
  return best_.data();
}

Value Reducer::permuted(Value value, std::size_t permutation) {
  if (!Heap::is_object(value)) return value;
  switch (heap_.kind(value)) {
    case Kind::kModelValue:
      return image(permutations_[permutation], value);
    case Kind::kSet:
    case Kind::kFunction:
      break;
    default:  // numbers, strings, and the sets that have no end
      return value;
  }
  const auto key = std::uint64_t{permutation} << 32 | value.bits;
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  const auto made = changed(value, permutation);
  known_.emplace(key, made);
  return made;
}

// Of a set or a function. What objects hold stays where it is while new ones are made.
Value Reducer::changed(Value value, std::size_t permutation) {
  const auto is_set = heap_.kind(value) == Kind::kSet;
  const auto from = heap_.elements(is_set ? value : heap_.domain(value));
  std::vector<Value> elements;
  for (const auto element : from) elements.push_back(permuted(element, permutation));
  auto unsorted = elements;
  const auto set = heap_.set(unsorted);
  if (is_set) return set;
  const auto values = heap_.values(value);
  std::vector<Value> results(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    results[static_cast<std::size_t>(heap_.index_in(set, elements[i]))] = permuted(values[i], permutation);
  return heap_.function(set, results);
}

std::uint64_t Reducer::hash_of_row(std::vector<Value>& row, Machine& machine) {
  const auto key = key_width();
  if (key == 0) return hash_of(heap_, row);
  auto* const behind = row.data() + row.size() - key;
  key_of(row.data(), machine, behind);
  return hash_of(heap_, {behind, key}) << kShardBits >> kShardBits;
}

}  // namespace lorelei::modelcheck
