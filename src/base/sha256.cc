// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.hh"

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace lorelei {
namespace {

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
constexpr std::uint32_t kRounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t load_big_endian(const unsigned char* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

void store_big_endian(std::uint32_t value, unsigned char* bytes) {
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<unsigned char>(value >> (24 - 8 * i));
}

void expand(const unsigned char* bytes, std::uint32_t (&words)[64]) {
  for (int i = 0; i < 16; ++i) words[i] = load_big_endian(bytes + 4 * i);
  for (int i = 16; i < 64; ++i) {
    const std::uint32_t x = words[i - 15], y = words[i - 2];
    const std::uint32_t small = std::rotr(x, 7) ^ std::rotr(x, 18) ^ (x >> 3);
    const std::uint32_t large = std::rotr(y, 17) ^ std::rotr(y, 19) ^ (y >> 10);
    words[i] = words[i - 16] + small + words[i - 7] + large;
  }
}

#ifdef __x86_64__
bool find_out_about_sha() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}
const bool kHasSha = find_out_about_sha();

// The same with the instructions made for it, some five times faster. The processor wants the state as ABEF and CDGH,
// and does two rounds at a time; four words of the schedule come from the sixteen before them.
__attribute__((target("sha,sse4.1"))) void block_in_hardware(const unsigned char* bytes,
                                                             std::array<std::uint32_t, 8>& state) {
  const auto at = [](const void* from) { return _mm_loadu_si128(static_cast<const __m128i*>(from)); };
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i dcba = _mm_shuffle_epi32(at(state.data()), 0xB1), hgfe = _mm_shuffle_epi32(at(state.data() + 4), 0x1B);
  __m128i abef = _mm_alignr_epi8(dcba, hgfe, 8), cdgh = _mm_blend_epi16(hgfe, dcba, 0xF0);
  const __m128i abef_before = abef, cdgh_before = cdgh;
  __m128i words[4];
  for (int i = 0; i < 16; ++i) {
    __m128i next;
    if (i < 4) {
      next = _mm_shuffle_epi8(at(bytes + 16 * i), swap);
    } else {
      const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(words[i % 4], words[(i + 1) % 4]),
                                        _mm_alignr_epi8(words[(i + 3) % 4], words[(i + 2) % 4], 4));
      next = _mm_sha256msg2_epu32(sum, words[(i + 3) % 4]);
    }
    words[i % 4] = next;
    const __m128i sum = _mm_add_epi32(next, at(kRounds + 4 * i));
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
    abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
  }
  const __m128i feba = _mm_shuffle_epi32(_mm_add_epi32(abef, abef_before), 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(_mm_add_epi32(cdgh, cdgh_before), 0xB1);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state.data()), _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state.data() + 4), _mm_alignr_epi8(dchg, feba, 8));
}
#endif

}  // namespace

void Sha256::block(const unsigned char* bytes) {
#ifdef __x86_64__
  if (kHasSha) return block_in_hardware(bytes, state_);
#endif
  sha256_block(bytes, state_);
}

void sha256_block(const unsigned char* bytes, std::array<std::uint32_t, 8>& state) {
  std::uint32_t words[64];
  expand(bytes, words);
  auto [a, b, c, d, e, f, g, h] = state;
  for (int i = 0; i < 64; ++i) {
    const std::uint32_t choice = (e & f) ^ (~e & g);
    const std::uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
    const std::uint32_t first =
        h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + choice + kRounds[i] + words[i];
    const std::uint32_t second = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + majority;
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  const std::uint32_t sums[8] = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < 8; ++i) state[i] += sums[i];
}

void Sha256::update(std::string_view bytes) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  const std::size_t held = size_ % 64;
  size_ += left;
  if (held != 0) {
    const std::size_t taken = std::min(left, 64 - held);
    std::memcpy(pending_.data() + held, data, taken);
    if (held + taken < 64) return;
    block(pending_.data());
    data += taken;
    left -= taken;
  }
  for (; left >= 64; data += 64, left -= 64) block(data);
  if (left != 0) std::memcpy(pending_.data(), data, left);
}

Sha256Digest Sha256::digest() const {
  Sha256 end = *this;
  constexpr unsigned char kPadding[64] = {0x80};
  const std::size_t held = size_ % 64;
  end.update({reinterpret_cast<const char*>(kPadding), (held < 56 ? 56 : 120) - held});
  unsigned char bits[8];
  store_big_endian(static_cast<std::uint32_t>(size_ >> 29), bits);
  store_big_endian(static_cast<std::uint32_t>(size_ << 3), bits + 4);
  end.update({reinterpret_cast<const char*>(bits), sizeof bits});
  Sha256Digest out;
  for (std::size_t i = 0; i < 8; ++i) store_big_endian(end.state_[i], out.data() + 4 * i);
  return out;
}

Sha256Digest sha256(std::string_view bytes) {
  Sha256 state;
  state.update(bytes);
  return state.digest();
}

}  // namespace lorelei
