// SPDX-License-Identifier: GPL-3.0-or-later
// A heap of numbered keys from which any number can be taken out: what base/range_timer orders its timers with.
//
// Four children a node, and the four lie in one cache line, beside their keys: a step down costs one miss. Where a
// number stands is kept in an array of its own (four bytes a number), so that a sift does not touch what the numbers
// stand for.
//
// Ties: of equal keys, the number whose place in `orders` is lower comes first.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lorelei {

class TimerHeap {
 public:
  using Slot = std::uint32_t;
  static constexpr std::uint32_t kNowhere = UINT32_MAX;

  // orders[slot] must exist for every slot that is put in, and not change while it is.
  explicit TimerHeap(const std::vector<std::uint64_t>& orders) : orders_(orders) {}

  bool empty() const { return size_ == 0; }
  std::uint32_t size() const { return size_; }
  std::int64_t top_key() const { return node(0).key; }
  Slot top() const { return node(0).slot; }
  bool holds(Slot slot) const { return slot < at_.size() && at_[slot] != kNowhere; }
  std::int64_t key_of(Slot slot) const { return node(at_[slot]).key; }

  void reserve(std::size_t slots);
  void push(Slot, std::int64_t key);    // Before: it does not hold the slot.
  void remove(Slot);                    // Before: it holds the slot.
  void change(Slot, std::int64_t key);  // Before: it holds the slot; its order may have changed just now.
  void clear();
  // A hint that the slot will be asked for.
  void prefetch(Slot slot) const {
    if (slot < at_.size()) __builtin_prefetch(&at_[slot]);
  }

  // Those with keys up to limit, in no order that matters but for remove_found(); costs what it finds.
  void find_up_to(std::int64_t limit, std::vector<std::uint32_t>& places) const;
  Slot at(std::uint32_t place) const { return node(place).slot; }
  std::int64_t key_at(std::uint32_t place) const { return node(place).key; }
  // Takes out all that find_up_to() has just found. Going from the last to the first, the hole never needs to look up:
  // what stands above a found one is found too. Cheaper than one at a time: the way down starts where the hole is.
  void remove_found(const std::vector<std::uint32_t>& places);

 private:
  struct Node {
    std::int64_t key;
    Slot slot;
  };
  struct alignas(64) Family {
    Node nodes[4];
  };
  // The root is the last of the first family; then each family holds all children of one node.
  static constexpr std::uint32_t kRoot = 3;
  static std::uint32_t first_child(std::uint32_t place) { return 4 * place + 1; }
  static std::uint32_t parent(std::uint32_t place) { return (place - 1) / 4; }
  Node& node(std::uint32_t place) { return families_[(place + kRoot) / 4].nodes[(place + kRoot) % 4]; }
  const Node& node(std::uint32_t place) const { return families_[(place + kRoot) / 4].nodes[(place + kRoot) % 4]; }

  bool before(const Node& a, const Node& b) const {
    if (a.key != b.key) [[likely]]
      return a.key < b.key;
    return orders_[a.slot] < orders_[b.slot];
  }
  void put(std::uint32_t place, const Node& what) {
    node(place) = what;
    at_[what.slot] = place;
  }
  std::uint32_t first_of_children(std::uint32_t place) const;
  void prefetch_grandchildren(std::uint32_t place) const;
  void sift_up(std::uint32_t place, Node);
  void sift_down(std::uint32_t place, Node);

  const std::vector<std::uint64_t>& orders_;
  std::vector<Family> families_;
  std::vector<std::uint32_t> at_;  // place of each slot, or kNowhere
  std::uint32_t size_ = 0;
};

}  // namespace lorelei
