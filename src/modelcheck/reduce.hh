// SPDX-License-Identifier: GPL-3.0-or-later
// Which states are taken for the same one, as SYMMETRY and VIEW of the .cfg ask for.
//
// A state has a key, and states of the same key are kept once: that which was found first stays as it is. With SYMMETRY
// the key is the least of all states that the permutations make of it; with VIEW it is the value of that expression, in
// the least state where there are both. Keys are compared whole, so that the reduction is as exact as the search.
//
// Why that is sound for what is true of single states and steps: a permutation p of model values that the
// specification never tells apart leads from each behaviour to another one of it, state by state. So whatever can be
// reached from p(s) is p of something that can be reached from s, and an invariant that the permutations leave as it is
// fails in both or in neither. That the specification is symmetric is what the author of the .cfg says; a VIEW is sound
// in the same way where it leaves out nothing that decides about the next views. About whole behaviours it is not sound
// at all: a loop among kept states may lead from s to p(s), and be none (see check.cc for what is done then).
#pragma once
#include <unordered_map>
#include <utility>
#include <vector>

#include "modelcheck/expression.hh"

namespace lorelei::modelcheck {

// Of model values: from, to, ascending by the first. What is not in it stays.
using Permutation = std::vector<std::pair<Value, Value>>;

// Groups with more members are refused.
inline constexpr std::size_t kMaxPermutations = 100'000;

// All that can be made of these functions by one after the other, without that which changes nothing. Throws
// EvaluationError: one is no permutation of model values, or there are too many.
std::vector<Permutation> group_of(const Heap&, const std::vector<Value>& functions);

// One for each thread. The permutations live longer.
class Reducer {
 public:
  // width: variables of a state. view may be null.
  Reducer(Heap&, const std::vector<Permutation>&, const Expression* view, std::size_t width);

  std::size_t key_width() const { return view_ ? 1 : permutations_.empty() ? 0 : width_; }
  // Writes key_width() words. Throws EvaluationError of the view; machine.now is the same again only if it does not.
  void key_of(const Value* state, Machine&, Value* key);
  // row: a state with room for its key behind it, which is written. Its hash; those of keys are all of one shard, so
  // that states are entered in the order in which they were found, thread or no thread: which of the same key is the
  // first decides what follows it.
  std::uint64_t hash_of_row(std::vector<Value>& row, Machine&);

 private:
  bool is_before(Value, Value) const;
  Value permuted(Value, std::size_t permutation);
  Value changed(Value, std::size_t permutation);
  const Value* least(const Value* state);

  Heap& heap_;
  const std::vector<Permutation>& permutations_;
  const Expression* view_;
  std::size_t width_;
  std::vector<Value> best_, candidate_;
  std::unordered_map<std::uint64_t, Value> known_;  // by permutation and value
};

}  // namespace lorelei::modelcheck
