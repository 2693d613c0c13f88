// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/openpgp_native.hh"

#include "attest/evp_key.hh"
#include "attest/openpgp_packet.hh"

namespace lorelei::attest {

namespace {

constexpr std::string_view kEd25519 = "\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01";  // its name, with the length
constexpr std::size_t kMaxExponentBytes = 8;
constexpr std::size_t kMaxModulusBytes = 2048;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

const EVP_MD* method_of(const Evp& evp, std::uint8_t hash_algorithm) {
  switch (hash_algorithm) {
    case 8:
      return evp.EVP_sha256();
    case 9:
      return evp.EVP_sha384();
    case 10:
      return evp.EVP_sha512();
    case 11:
      return evp.EVP_sha224();
    default:
      return nullptr;
  }
}

std::string padded(std::string_view integer, std::size_t size) {
  return std::string(size - std::min(size, integer.size()), '\0').append(integer);
}

Word by_rsa(const Evp& evp, const EVP_MD* method, std::string_view bytes, PacketReader signature, PacketReader key) {
  const auto modulus = key.integer(), exponent = key.integer(), number = signature.integer();
  if (!exponent || !number || modulus->size() > kMaxModulusBytes || exponent->size() > kMaxExponentBytes)
    return Word::kUnsure;
  const auto handle = rsa_key(evp, *exponent, *modulus);
  if (!handle) return Word::kUnsure;
  return verifies(evp, handle.get(), method, padded(*number, modulus->size()), bytes) ? Word::kGood : Word::kBad;
}

Word by_ed25519(std::string_view hash, PacketReader signature, PacketReader key) {
  const auto curve = key.take(kEd25519.size());
  const auto point = key.integer(), first = signature.integer(), second = signature.integer();
  const auto library = sodium();
  if (!library || curve != kEd25519 || !point || point->size() != 33 || (*point)[0] != 0x40 || !second)
    return Word::kUnsure;
  if (first->size() > 32 || second->size() > 32) return Word::kUnsure;
  const auto both = padded(*first, 32) + padded(*second, 32);
  const bool right = (*library)->crypto_sign_ed25519_verify_detached(bytes_of(both), bytes_of(hash), hash.size(),
                                                                     bytes_of(point->substr(1))) == 0;
  return right ? Word::kGood : Word::kBad;
}

}  // namespace

Word verify_openpgp(const OpenpgpMessage& message, const OpenpgpKey& issuer) {
  const auto library = evp();
  const auto& signature = message.signature;
  const auto* method = library ? method_of(**library, signature.hash_algorithm) : nullptr;
  if (!method) return Word::kUnsure;
  const auto bytes = hashed_bytes(signature, message.literal);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if ((*library)->EVP_Digest(bytes.data(), bytes.size(), digest, &size, method, nullptr) != 1) return Word::kUnsure;
  const std::string_view hash(reinterpret_cast<const char*>(digest), size);
  if (PacketReader(hash).number(2) != signature.hash_begins || signature.key_algorithm != issuer.algorithm)
    return Word::kBad;
  const PacketReader integers(std::string_view(signature.body).substr(signature.integers_at));
  const PacketReader key(issuer.material);
  if (issuer.algorithm == 1 || issuer.algorithm == 3) return by_rsa(**library, method, bytes, integers, key);
  return issuer.algorithm == 22 ? by_ed25519(hash, integers, key) : Word::kUnsure;
}

}  // namespace lorelei::attest
