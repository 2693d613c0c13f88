// SPDX-License-Identifier: GPL-3.0-or-later
// How Xapian's glass tables spell numbers, strings and lists of positions.
//
//   number          seven bits a byte, lowest first; the top bit says that more follow
//   string          its size as a number, its bytes
//   sortable number two bytes big-endian below 2^15; else N ones and a zero, then N + 2 bytes' worth of digits: orders
//                   like the number, and never starts with 0xff
//   sortable string NUL becomes NUL 0xff; ends with NUL where something follows: orders like the string
//   positions       the last as a number; if there are more, a stream of bits, lowest bit first: the first, the count,
//                   then the middle one of each range, as narrow as its neighbours allow (interpolative coding)
//
// Source: the format of Xapian 1.4 (2016-03-14), checked against tables that the library wrote.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lorelei::search::glass {

inline void append_number(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

// Before: at is at a number that was written by append_number(). Leaves at behind it.
inline std::uint64_t take_number(const char*& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
}

// Takes numbers and strings from bytes that somebody else wrote: once they do not fit, everything is 0 or empty.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    return fail();
  }
  std::string_view string() {
    const std::uint64_t size = number();
    if (size > rest_.size()) return {rest_.data(), fail()};
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::uint32_t sortable() {
    const auto first = rest_.empty() ? 0xffU : static_cast<unsigned char>(rest_.front());
    const std::size_t ones = static_cast<std::size_t>(std::countl_one(static_cast<unsigned char>(first)));
    const std::size_t size = ones + 2;
    if (rest_.size() < size || ones > 3) return static_cast<std::uint32_t>(fail());
    std::uint64_t value = first & (0x7fU >> ones);
    for (std::size_t i = 1; i < size; ++i) value = value << 8 | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(size);
    return static_cast<std::uint32_t>(value);
  }
  std::string_view rest() const { return rest_; }
  bool failed() const { return failed_; }

 private:
  std::size_t fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  bool failed_ = false;
};

inline void append_string(std::string& out, std::string_view bytes) {
  append_number(out, bytes.size());
  out += bytes;
}

inline void append_sortable(std::string& out, std::uint32_t value) {
  const unsigned digits = value < 0x8000 ? 2 : (37U - static_cast<unsigned>(std::countl_zero(value))) / 7;
  const unsigned ones = digits == 2 ? 0 : 0xffU << (10 - digits);
  for (unsigned i = digits; i-- > 0;) {
    const unsigned byte = i < 4 ? value >> (8 * i) & 0xff : 0;
    out += static_cast<char>(i + 1 == digits ? byte | ones : byte);
  }
}

enum class Follows { kNothing, kMore };
inline void append_sortable(std::string& out, std::string_view bytes, Follows follows) {
  for (const char c : bytes) {
    out += c;
    if (c == '\0') out += '\xff';
  }
  if (follows == Follows::kMore) out += '\0';
}

class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out) {}
  BitWriter(const BitWriter&) = delete;
  BitWriter& operator=(const BitWriter&) = delete;
  ~BitWriter() {
    if (count_ > 0) out_ += static_cast<char>(bits_);
  }

  // Before: value < choices. Where choices is no power of two, the values in the middle take one bit less.
  void append(std::uint32_t value, std::uint32_t choices) {
    const auto width = static_cast<unsigned>(std::bit_width(choices - 1));
    const auto spare = static_cast<std::uint32_t>((std::uint64_t{1} << width) - choices);
    const std::uint32_t short_from = (choices - spare) / 2;
    if (spare == 0 || value < short_from) {
      put(value, width);
    } else if (value < short_from + spare) {
      put(value, width - 1);
    } else {
      put((value - short_from - spare) | std::uint32_t{1} << (width - 1), width);
    }
  }

 private:
  void put(std::uint32_t value, unsigned width) {
    bits_ |= std::uint64_t{value} << count_;
    for (count_ += width; count_ >= 8; count_ -= 8) {
      out_ += static_cast<char>(bits_);
      bits_ >>= 8;
    }
  }

  std::string& out_;
  std::uint64_t bits_ = 0;
  unsigned count_ = 0;  // below eight between calls
};

// What lies between the first and the last. Recursion is as deep as the logarithm of the count.
inline void append_between(BitWriter& out, std::span<const std::uint32_t> positions) {
  while (positions.size() > 2) {
    const std::size_t last = positions.size() - 1;
    const std::size_t middle = last / 2;
    const auto lowest = static_cast<std::uint32_t>(positions[0] + middle);
    out.append(positions[middle] - lowest, static_cast<std::uint32_t>(positions[last] - positions[0] - last + 1));
    append_between(out, positions.first(middle + 1));
    positions = positions.subspan(middle);
  }
}

// Before: at least one position; ascending, no repeats.
inline void append_positions(std::string& out, std::span<const std::uint32_t> positions) {
  append_number(out, positions.back());
  if (positions.size() == 1) return;
  BitWriter bits(out);
  bits.append(positions.front(), positions.back());
  bits.append(static_cast<std::uint32_t>(positions.size() - 2), positions.back() - positions.front());
  append_between(bits, positions);
}

}  // namespace lorelei::search::glass
