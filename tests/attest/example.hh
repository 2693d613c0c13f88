// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of signatures have in common: the key made from the bytes 00 01 ... 1f, and digests.
#pragma once
#include <string>
#include <string_view>

#include "base/sha256.hh"
#include "base/text.hh"

namespace lorelei::attest {

inline const std::string kSeedText = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
inline const std::string kPublicText = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";

inline Sha256Digest digest_of_hex(std::string_view digits) {
  const auto bytes = unhex(digits).value();
  Sha256Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<unsigned char>(bytes.at(i));
  return digest;
}
inline std::string text_of(const Sha256Digest& digest) {
  return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

}  // namespace lorelei::attest
