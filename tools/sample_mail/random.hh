// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers that look random and are the same on every machine: a counter that is scrambled (the finaliser of
// SplitMix64). The standard library's distributions are not the same everywhere, so they are not used.
//
// The order in which a compiler evaluates the arguments of a call, or the sides of a +, is its own choice: two numbers
// are never drawn in one such expression. in_order({a, b}) is for that: a list in braces is evaluated from left to
// right.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::sample {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // Both ends included.
  int between(int low, int high) { return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1)); }
  bool one_in(int n) { return between(1, n) == 1; }

  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(next() % from.size())];
  }
  template <typename T, std::size_t kCount>
  const T& pick(const T (&from)[kCount]) {
    return from[next() % kCount];
  }
  std::string hex(std::size_t digits) {
    std::string text;
    while (text.size() < digits) {
      auto bits = next();
      for (int i = 0; i < 16 && text.size() < digits; ++i, bits >>= 4) text += "0123456789abcdef"[bits & 15];
    }
    return text;
  }

 private:
  std::uint64_t state_;
};

inline std::string in_order(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const auto part : parts) all += part;
  return all;
}

}  // namespace lorelei::sample
