// SPDX-License-Identifier: GPL-3.0-or-later
// A table that may forget: of two keys with the same place the later one stays. It is small until it was asked for more
// than it can hold, for a model of a few hundred states should not pay for the pages of a large one.
#pragma once
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>

namespace lorelei::modelcheck {

// Objects that are all zeroes. Of many the pages are made when they are touched, whatever malloc(3) has lying about.
// Throws std::bad_alloc.
template <typename T>
class Zeroed {
 public:
  explicit Zeroed(std::size_t count) : bytes_(count * sizeof(T)) {
    void* made = is_mapped() ? mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                             : std::calloc(count, sizeof(T));
    if (!made || made == MAP_FAILED) throw std::bad_alloc();
    begin_ = static_cast<T*>(made);
  }
  Zeroed(Zeroed&& other) noexcept : begin_(std::exchange(other.begin_, nullptr)), bytes_(other.bytes_) {}
  Zeroed& operator=(Zeroed&& other) noexcept {
    std::swap(begin_, other.begin_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Zeroed() {
    if (is_mapped() && begin_)
      munmap(begin_, bytes_);
    else
      std::free(begin_);
  }

  T* get() const { return begin_; }
  T& operator[](std::size_t at) const { return begin_[at]; }

 private:
  bool is_mapped() const { return bytes_ >= 64 << 10; }

  T* begin_ = nullptr;
  std::size_t bytes_;
};

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
    entries_ = Zeroed<Entry>(std::size_t{1} << LargeBits);
    shift_ = 64 - LargeBits;
  }

  unsigned shift_ = 64 - SmallBits;
  std::uint32_t puts_ = 0;
  Zeroed<Entry> entries_{std::size_t{1} << SmallBits};
};

}  // namespace lorelei::modelcheck
