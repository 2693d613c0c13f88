// SPDX-License-Identifier: GPL-3.0-or-later
// Signatures "a=ed25519-sha256" of a digest: the shape that patatt gave them.
//
//   object      96 bytes: the Ed25519 signature (RFC 8032) over the 32 bytes of the digest, then the digest again
//   key file    base64 of the 32 bytes of the public key, at most one line end behind it
//   seed file   the same of the 32 bytes that the key pair is made from
//
// Verified by libsodium, which refuses what other libraries let pass: points of small order and points or scalars in
// another than their one spelling.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "attest/outcome.hh"
#include "base/result.hh"
#include "base/sha256.hh"

namespace lorelei::attest {

using Ed25519PublicKey = std::array<unsigned char, 32>;

// What a key pair is made from. Wiped when it goes.
class Ed25519Seed {
 public:
  // Errors: kFailed, libsodium is not installed.
  static Result<Ed25519Seed> random();
  // From the content of a seed file. Errors: kCorrupt.
  static Result<Ed25519Seed> parse(std::string_view content, const std::string& name);
  Ed25519Seed(Ed25519Seed&&) noexcept;
  Ed25519Seed& operator=(Ed25519Seed&&) = delete;
  ~Ed25519Seed();

  const std::array<unsigned char, 32>& bytes() const { return bytes_; }
  // The content of a seed file, without a line end. Whoever takes it wipes it.
  std::string text() const;
  Result<Ed25519PublicKey> public_key() const;
  // The object for a digest: 96 bytes.
  Result<std::string> sign(const Sha256Digest&) const;

 private:
  Ed25519Seed() = default;
  std::array<unsigned char, 32> bytes_{};
};
// Overwrites a secret in a way that no compiler leaves out.
void wipe(std::string& secret);

// From the content of a key file. Errors: kCorrupt, it is none, or its point is not one that a key pair can have.
Result<Ed25519PublicKey> parse_ed25519_key(std::string_view content, const std::string& name);
// As it stands in a key file, and behind pk=.
std::string to_text(const Ed25519PublicKey&);

// kGood, kMalformed (not 96 bytes), kBadHeader (of another digest), kBadSignature, kFailed (the key file). The
// fingerprint is the key in base64.
Judgement judge_ed25519(std::string_view object, const Sha256Digest&, std::string_view key_file);
// The same with a key that was read before: to check its point costs half as much as a signature.
Judgement judge_ed25519(std::string_view object, const Sha256Digest&, const Ed25519PublicKey&);

}  // namespace lorelei::attest
