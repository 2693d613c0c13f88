// SPDX-License-Identifier: GPL-3.0-or-later
// Which of many things belong together, when it is told in pairs: union-find. A pair costs next to nothing, whatever
// the order.
#pragma once
#include <cstddef>
#include <numeric>
#include <vector>

namespace lorelei {

class Groups {
 public:
  explicit Groups(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }

  // The same for all of a group, until the next connect().
  std::size_t of(std::size_t one) {
    while (parent_[one] != one) one = parent_[one] = parent_[parent_[one]];
    return one;
  }
  void connect(std::size_t a, std::size_t b) { parent_[of(a)] = of(b); }

 private:
  std::vector<std::size_t> parent_;
};

}  // namespace lorelei
