// SPDX-License-Identifier: GPL-3.0-or-later
// Short byte strings as small numbers: the first string gets 0, the next new one 1, and so on.
//
// Open addressing over an arena. Strings are handed in and kept with zero bytes behind them up to a multiple of eight,
// so that hashing and comparing go by 64-bit units.
// Foreign bytes: the hash is keyed by where the table lies in memory, which nobody outside can know.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::search {

// To sort many strings: nearly all are told apart by their first sixteen bytes, read as two numbers.
struct SortingKey {
  std::uint64_t first, second;  // past the end zero
  std::uint32_t index;          // whose it is

  SortingKey() = default;
  SortingKey(std::string_view bytes, std::uint32_t i) : first(part(bytes, 0)), second(part(bytes, 8)), index(i) {}

 private:
  static std::uint64_t part(std::string_view bytes, std::size_t at) {
    std::uint64_t unit = 0;
    if (at + 8 <= bytes.size()) {
      std::memcpy(&unit, bytes.data() + at, 8);
    } else if (at < bytes.size()) {
      std::memcpy(&unit, bytes.data() + at, bytes.size() - at);
    }
    return std::endian::native == std::endian::little ? __builtin_bswap64(unit) : unit;
  }
};

// In byte order; bytes_of(index) is what the key was made of.
template <typename BytesOf>
void sort_keys(std::vector<SortingKey>& keys, BytesOf bytes_of) {
  std::sort(keys.begin(), keys.end(), [&bytes_of](const SortingKey& a, const SortingKey& b) {
    if (a.first != b.first) return a.first < b.first;
    if (a.second != b.second) return a.second < b.second;
    return bytes_of(a.index) < bytes_of(b.index);
  });
}

class ByteIndex {
 public:
  using Id = std::uint32_t;

  ByteIndex() { clear(); }
  // Also gives the memory back.
  void clear();

  // Before: the bytes from `padded + size` up to the next multiple of eight are readable and zero.
  Id id_of(const char* padded, std::size_t size) {
    const auto wanted = static_cast<std::uint32_t>(hash(padded, size));
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = wanted & mask;; at = (at + 1) & mask) {
      const Slot slot = slots_[at];
      if (slot.id == kNone) return add(padded, size, wanted, at);
      if (slot.hash != wanted) continue;
      const Entry& entry = entries_[slot.id];
      if (entry.size == size && equal(arena_.data() + entry.offset, padded, size)) return slot.id;
    }
  }
  std::string_view text(Id id) const { return {arena_.data() + entries_[id].offset, entries_[id].size}; }
  std::size_t size() const { return entries_.size(); }
  std::size_t size_bytes() const {
    return slots_.size() * sizeof(Slot) + entries_.capacity() * sizeof(Entry) + arena_.capacity();
  }

 private:
  static constexpr Id kNone = ~Id{0};
  static constexpr std::size_t kFirstSlots = std::size_t{1} << 14;
  struct Slot {
    std::uint32_t hash;
    Id id;
  };
  struct Entry {
    std::uint32_t offset, size;  // in arena_
  };

  static std::uint64_t load(const char* at) {
    std::uint64_t unit;
    std::memcpy(&unit, at, sizeof unit);
    return unit;
  }
  // Both halves of the 128-bit product: every bit that goes in reaches every bit that comes out.
  static std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  static bool equal(const char* a, const char* b, std::size_t size) {
    for (std::size_t i = 0; i < size; i += 8) {
      if (load(a + i) != load(b + i)) return false;
    }
    return true;
  }
  std::uint64_t hash(const char* padded, std::size_t size) const {
    std::uint64_t hash = key_ ^ size;
    for (std::size_t i = 0; i < size; i += 8) hash = mix(hash ^ load(padded + i), 0xa0761d6478bd642fULL ^ key_);
    return hash;
  }
  Id add(const char* padded, std::size_t size, std::uint32_t hash, std::size_t at);
  void grow();

  std::vector<Slot> slots_;  // a power of two, at most half full
  std::vector<Entry> entries_;
  std::string arena_;
  std::uint64_t key_ = 0;
};

}  // namespace lorelei::search
