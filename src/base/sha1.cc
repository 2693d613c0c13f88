// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha1.hh"

#include <algorithm>
#include <bit>
#include <cstring>

namespace lorelei {
namespace {

std::uint32_t load_big_endian(const unsigned char* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

void store_big_endian(std::uint32_t value, unsigned char* bytes) {
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<unsigned char>(value >> (24 - 8 * i));
}

// Five working words. A round rotates their roles instead of moving them, so that five rounds make a full turn.
struct Words {
  std::uint32_t a, b, c, d, e;
};

// The message schedule as a ring of its last 16 words.
struct Schedule {
  std::array<std::uint32_t, 16> words;

  std::uint32_t at(int round) {
    if (round < 16) return words[static_cast<std::size_t>(round)];
    const auto word = [&](int back) -> std::uint32_t& { return words[static_cast<std::size_t>(round - back) & 15]; };
    return word(16) = std::rotl(word(3) ^ word(8) ^ word(14) ^ word(16), 1);
  }
};

template <int kFirst>
std::uint32_t mix(std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  if constexpr (kFirst == 0) return ((c ^ d) & b) ^ d;
  if constexpr (kFirst == 40) return (b & c) | ((b | c) & d);
  return b ^ c ^ d;
}

// Rounds kFirst .. kFirst + 19, which share a function and a constant.
template <int kFirst, std::uint32_t kConstant>
void twenty_rounds(Words& w, Schedule& schedule) {
  const auto round = [&](int i, std::uint32_t a, std::uint32_t& b, std::uint32_t c, std::uint32_t d, std::uint32_t& e) {
    e += std::rotl(a, 5) + mix<kFirst>(b, c, d) + kConstant + schedule.at(i);
    b = std::rotl(b, 30);
  };
#pragma GCC unroll 4
  for (int i = kFirst; i < kFirst + 20; i += 5) {
    round(i, w.a, w.b, w.c, w.d, w.e);
    round(i + 1, w.e, w.a, w.b, w.c, w.d);
    round(i + 2, w.d, w.e, w.a, w.b, w.c);
    round(i + 3, w.c, w.d, w.e, w.a, w.b);
    round(i + 4, w.b, w.c, w.d, w.e, w.a);
  }
}

}  // namespace

void Sha1::block(const unsigned char* bytes) {
  Schedule schedule;
  for (std::size_t i = 0; i < 16; ++i) schedule.words[i] = load_big_endian(bytes + 4 * i);
  Words w{state_[0], state_[1], state_[2], state_[3], state_[4]};
  twenty_rounds<0, 0x5A827999>(w, schedule);
  twenty_rounds<20, 0x6ED9EBA1>(w, schedule);
  twenty_rounds<40, 0x8F1BBCDC>(w, schedule);
  twenty_rounds<60, 0xCA62C1D6>(w, schedule);
  state_ = {state_[0] + w.a, state_[1] + w.b, state_[2] + w.c, state_[3] + w.d, state_[4] + w.e};
}

void Sha1::update(std::string_view bytes) {
  if (bytes.empty()) return;  // a view of nothing may have no address, which memcpy does not take
  const auto held = static_cast<std::size_t>(size_ % 64);
  size_ += bytes.size();
  if (held > 0) {
    const auto taken = std::min(bytes.size(), 64 - held);
    std::memcpy(pending_.data() + held, bytes.data(), taken);
    bytes.remove_prefix(taken);
    if (held + taken < 64) return;
    block(pending_.data());
  }
  for (; bytes.size() >= 64; bytes.remove_prefix(64)) block(reinterpret_cast<const unsigned char*>(bytes.data()));
  if (!bytes.empty()) std::memcpy(pending_.data(), bytes.data(), bytes.size());
}

Sha1Digest Sha1::finish() {
  const auto bits = size_ * 8;
  const auto held = static_cast<std::size_t>(size_ % 64);
  std::array<unsigned char, 72> end{0x80};  // a one bit, zeroes up to eight bytes before a block's end, the length
  const std::size_t zeroes_end = held < 56 ? 56 - held : 120 - held;
  store_big_endian(static_cast<std::uint32_t>(bits >> 32), end.data() + zeroes_end);
  store_big_endian(static_cast<std::uint32_t>(bits), end.data() + zeroes_end + 4);
  update({reinterpret_cast<const char*>(end.data()), zeroes_end + 8});
  Sha1Digest digest;
  for (std::size_t i = 0; i < state_.size(); ++i) store_big_endian(state_[i], digest.data() + 4 * i);
  state_ = kStart;
  size_ = 0;
  return digest;
}

Sha1Digest sha1(std::string_view bytes) {
  Sha1 hash;
  hash.update(bytes);
  return hash.finish();
}

}  // namespace lorelei
