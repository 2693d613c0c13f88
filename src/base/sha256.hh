// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 (FIPS 180-4), for telling contents apart: equal digests mean equal mail. Own code for the reason of
// base/sha1.hh: a cryptographic library costs more to load than most commands take to run.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lorelei {

using Sha256Digest = std::array<unsigned char, 32>;

// A copy goes on from where the original was.
class Sha256 {
 public:
  void update(std::string_view bytes);
  // The digest of all that was given so far; the object can still take more.
  Sha256Digest digest() const;

 private:
  void block(const unsigned char* bytes);

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> pending_{};  // the first size_ % 64 bytes count
  std::uint64_t size_ = 0;                   // bytes given so far
};

Sha256Digest sha256(std::string_view bytes);

// One block of 64 bytes, in plain C++: for processors without instructions for it.
void sha256_block(const unsigned char* bytes, std::array<std::uint32_t, 8>& state);

}  // namespace lorelei
