// SPDX-License-Identifier: GPL-3.0-or-later
// A table that may forget: of two keys with the same place the later one stays. It is small until it was asked for more
// than it can hold, for a model of a few hundred states should not pay for the pages of a large one.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

namespace lorelei::modelcheck {

struct Freed {
  template <typename T>
  void operator()(T* memory) const {
    std::free(memory);
  }
};
template <typename T>
using Zeroed = std::unique_ptr<T[], Freed>;

// Objects that are all zeroes; their pages are made when they are touched. Throws std::bad_alloc.
template <typename T>
Zeroed<T> zeroed(std::size_t count) {
  Zeroed<T> made(static_cast<T*>(std::calloc(count, sizeof(T))));
  if (!made) throw std::bad_alloc();
  return made;
}

// 2^SmallBits entries, later 2^LargeBits. Entry: of zeroes where there is none.
template <typename Entry, unsigned SmallBits, unsigned LargeBits>
class CacheTable {
 public:
  // key: its highest bits are the place. Until the next put().
  const Entry& find(std::uint64_t key) const { return entries_[key >> shift_]; }
  void put(std::uint64_t key, const Entry& entry) {
    if (shift_ != 64 - LargeBits && ++puts_ > kMostPuts) grow();
    entries_[key >> shift_] = entry;
  }

 private:
  static constexpr std::uint32_t kMostPuts = 2u << SmallBits;
  void grow() {
    entries_ = zeroed<Entry>(std::size_t{1} << LargeBits);
    shift_ = 64 - LargeBits;
  }

  unsigned shift_ = 64 - SmallBits;
  std::uint32_t puts_ = 0;
  Zeroed<Entry> entries_ = zeroed<Entry>(std::size_t{1} << SmallBits);
};

}  // namespace lorelei::modelcheck
