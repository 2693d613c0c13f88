// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-1 (FIPS 180-4), for names that git and public-inbox compute with it: object ids, patch ids, subject keys.
//
// Never for trust: collisions can be made. Own code because a cryptographic library costs more to load than most
// commands take to run; the same reason as in base/library.hh.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lorelei {

using Sha1Digest = std::array<unsigned char, 20>;

class Sha1 {
 public:
  void update(std::string_view bytes);
  // The digest of all that was given since the last finish(); the object is as new afterwards.
  Sha1Digest finish();

 private:
  void block(const unsigned char* bytes);

  static constexpr std::array<std::uint32_t, 5> kStart = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  std::array<std::uint32_t, 5> state_ = kStart;
  std::array<unsigned char, 64> pending_{};  // the first size_ % 64 bytes count
  std::uint64_t size_ = 0;                   // bytes given so far
};

Sha1Digest sha1(std::string_view bytes);

}  // namespace lorelei
