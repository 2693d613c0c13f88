// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/timer_heap.hh"

#include <algorithm>
#include <cassert>

namespace lorelei {

void TimerHeap::reserve(std::size_t slots) {
  families_.reserve((slots + kRoot) / 4 + 1);
  at_.reserve(slots);
}

// Before: size_ > first_child(place).
std::uint32_t TimerHeap::first_of_children(std::uint32_t place) const {
  const std::uint32_t first = first_child(place);
  if (first + 4 <= size_) [[likely]] {
    // Which child it is cannot be predicted, so there is no branch on it; equal keys are rare.
    const Node* const child = &node(first);
    const std::uint32_t left = child[1].key < child[0].key;
    const std::uint32_t right = 2 + (child[3].key < child[2].key);
    const std::int64_t left_key = std::min(child[0].key, child[1].key);
    const std::int64_t right_key = std::min(child[2].key, child[3].key);
    const bool tie = (child[0].key == child[1].key) | (child[2].key == child[3].key) | (left_key == right_key);
    if (!tie) [[likely]]
      return first + (right_key < left_key ? right : left);
  }
  std::uint32_t best = first;
  for (std::uint32_t child = first + 1; child < size_ && child < first + 4; ++child)
    if (before(node(child), node(best))) best = child;
  return best;
}

// All sixteen lie together. By the time one of the children has been found to be first, its own have arrived.
void TimerHeap::prefetch_grandchildren(std::uint32_t place) const {
  const std::size_t family = (std::size_t{first_child(first_child(place))} + kRoot) / 4;
  if (family + 4 > families_.size()) return;
  for (std::size_t i = 0; i < 4; ++i) __builtin_prefetch(&families_[family + i]);
}

void TimerHeap::sift_up(std::uint32_t place, Node moved) {
  while (place > 0 && before(moved, node(parent(place)))) {
    put(place, node(parent(place)));
    place = parent(place);
  }
  put(place, moved);
}

void TimerHeap::sift_down(std::uint32_t place, Node moved) {
  while (first_child(place) < size_) {
    prefetch_grandchildren(place);
    const std::uint32_t child = first_of_children(place);
    if (!before(node(child), moved)) break;
    put(place, node(child));
    place = child;
  }
  put(place, moved);
}

void TimerHeap::push(Slot slot, std::int64_t key) {
  assert(!holds(slot));
  if (slot >= at_.size()) at_.resize(std::size_t{slot} + 1, kNowhere);
  if ((size_ + kRoot) / 4 >= families_.size()) families_.emplace_back();
  sift_up(size_++, {key, slot});
}

void TimerHeap::remove(Slot slot) {
  assert(holds(slot));
  const std::uint32_t hole = at_[slot];
  at_[slot] = kNowhere;
  const Node last = node(--size_);
  if (hole == size_) return;
  if (hole > 0 && before(last, node(parent(hole))))
    sift_up(hole, last);
  else
    sift_down(hole, last);
}

void TimerHeap::change(Slot slot, std::int64_t key) {
  assert(holds(slot));
  const std::uint32_t place = at_[slot];
  const Node moved{key, slot};
  if (place > 0 && before(moved, node(parent(place))))
    sift_up(place, moved);
  else
    sift_down(place, moved);
}

void TimerHeap::clear() {
  for (std::uint32_t place = 0; place < size_; ++place) at_[node(place).slot] = kNowhere;
  size_ = 0;
}

void TimerHeap::find_up_to(std::int64_t limit, std::vector<std::uint32_t>& places) const {
  places.clear();
  if (size_ == 0 || top_key() > limit) return;
  places.push_back(0);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::uint32_t first = first_child(places[i]);
    for (std::uint32_t child = first; child < size_ && child < first + 4; ++child)
      if (node(child).key <= limit) places.push_back(child);
  }
}

void TimerHeap::remove_found(const std::vector<std::uint32_t>& places) {
  if (places.empty()) return;
  if (places.size() == size_) return clear();
  for (std::size_t i = places.size(); i-- > 0;) {
    const std::uint32_t hole = places[i];
    at_[node(hole).slot] = kNowhere;
    const Node last = node(--size_);
    if (hole != size_) sift_down(hole, last);
  }
}

}  // namespace lorelei
