// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/ed25519.hh"

#include <cstring>

#include "attest/libcrypto.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

using Bytes32 = std::array<unsigned char, 32>;

constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kObjectBytes = kSignatureBytes + std::tuple_size_v<Sha256Digest>;
constexpr std::size_t kKeyTextBytes = 44;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// Leaves no copy of what may be a secret.
Result<void> parse_32_bytes(Bytes32& bytes, std::string_view content, const char* doing, const std::string& name) {
  const auto text = without_line_end(content);
  auto decoded = text.size() == kKeyTextBytes ? unbase64(text) : std::nullopt;
  if (!decoded || decoded->size() != std::tuple_size_v<Bytes32>) {
    if (decoded) wipe(*decoded);
    return err(Error::Kind::kCorrupt, doing, name, "it is not one line of base64 of 32 bytes");
  }
  std::memcpy(bytes.data(), decoded->data(), bytes.size());
  wipe(*decoded);
  return {};
}

Judgement judged(Outcome outcome, std::string reason) { return {.outcome = outcome, .reason = std::move(reason)}; }

}  // namespace

void wipe(std::string& secret) {
  // A loop that the compiler must take to be seen: a seed is wiped even where the library is not there.
  for (volatile char* at = secret.data(); at != secret.data() + secret.size(); ++at) *at = 0;
  secret.clear();
}

Result<Ed25519Seed> Ed25519Seed::random() {
  TRY(const auto* library, sodium());
  Ed25519Seed seed;
  library->randombytes_buf(seed.bytes_.data(), seed.bytes_.size());
  return seed;
}

Result<Ed25519Seed> Ed25519Seed::parse(std::string_view content, const std::string& name) {
  Ed25519Seed seed;
  TRY_VOID(parse_32_bytes(seed.bytes_, content, "read the private key", name));
  return seed;
}

Ed25519Seed::Ed25519Seed(Ed25519Seed&& other) noexcept : bytes_(other.bytes_) {
  volatile unsigned char* bytes = other.bytes_.data();
  for (std::size_t i = 0; i < other.bytes_.size(); ++i) bytes[i] = 0;
}

Ed25519Seed::~Ed25519Seed() {
  volatile unsigned char* bytes = bytes_.data();
  for (std::size_t i = 0; i < bytes_.size(); ++i) bytes[i] = 0;
}

std::string Ed25519Seed::text() const { return base64({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}); }

Result<Ed25519PublicKey> Ed25519Seed::public_key() const {
  TRY(const auto* library, sodium());
  Ed25519PublicKey key;
  std::array<unsigned char, crypto_sign_ed25519_SECRETKEYBYTES> secret;
  library->crypto_sign_ed25519_seed_keypair(key.data(), secret.data(), bytes_.data());
  library->sodium_memzero(secret.data(), secret.size());
  return key;
}

Result<std::string> Ed25519Seed::sign(const Sha256Digest& digest) const {
  TRY(const auto* library, sodium());
  Ed25519PublicKey key;
  std::array<unsigned char, crypto_sign_ed25519_SECRETKEYBYTES> secret;
  library->crypto_sign_ed25519_seed_keypair(key.data(), secret.data(), bytes_.data());
  std::string object(kObjectBytes, '\0');
  library->crypto_sign_ed25519_detached(reinterpret_cast<unsigned char*>(object.data()), nullptr, digest.data(),
                                        digest.size(), secret.data());
  library->sodium_memzero(secret.data(), secret.size());
  std::memcpy(object.data() + kSignatureBytes, digest.data(), digest.size());
  return object;
}

Result<Ed25519PublicKey> parse_ed25519_key(std::string_view content, const std::string& name) {
  TRY(const auto* library, sodium());
  Ed25519PublicKey key;
  TRY_VOID(parse_32_bytes(key, content, "read the public key", name));
  if (library->crypto_core_ed25519_is_valid_point(key.data()) != 1)
    return err(Error::Kind::kCorrupt, "read the public key", name, "it is not a point that a key pair can have");
  return key;
}

std::string to_text(const Ed25519PublicKey& key) {
  return base64({reinterpret_cast<const char*>(key.data()), key.size()});
}

Judgement judge_ed25519(std::string_view object, const Sha256Digest& digest, std::string_view key_file) {
  const auto key = parse_ed25519_key(key_file, {});
  if (!key) return judged(Outcome::kFailed, "the key file cannot be used: " + key.error().why);
  return judge_ed25519(object, digest, *key);
}

Judgement judge_ed25519(std::string_view object, const Sha256Digest& digest, const Ed25519PublicKey& key) {
  if (object.size() != kObjectBytes)
    return judged(Outcome::kMalformed, fmt::format("the signature has {} bytes instead of 96", object.size()));
  const auto library = sodium();
  if (!library) return judged(Outcome::kFailed, library.error().why);
  Judgement judgement = {.outcome = Outcome::kGood, .reason = {}, .fingerprint = to_text(key)};
  if (std::memcmp(object.data() + kSignatureBytes, digest.data(), digest.size()) != 0) {
    judgement.outcome = Outcome::kBadHeader;
    judgement.reason = "what was signed has another digest";
  } else if ((*library)->crypto_sign_ed25519_verify_detached(bytes_of(object), digest.data(), digest.size(),
                                                             key.data()) != 0) {
    judgement.outcome = Outcome::kBadSignature;
    judgement.reason = "the signature does not belong to the key";
  }
  return judgement;
}

}  // namespace lorelei::attest
