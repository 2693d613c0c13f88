// SPDX-License-Identifier: GPL-3.0-or-later
// A signed OpenPGP message, as far as one must read it to know what was signed and who says so. Nothing is verified.
//
//   object   := message, or message in ASCII armour with nothing but white space around it
//   message  := [compressed] one-pass literal signature, or [compressed] signature literal
//
// Exactly this: one literal, one signature, nothing before, between or behind. Everything that a verifier is asked
// later is made anew from the parts read here (the literal's bytes and signature_packet()), so that no second reader
// can find another literal or another signature in the object.
//
// Foreign bytes: kMaxObject; what is compressed may have kMaxInflated bytes and may be compressed once more; a literal
// of more than kMaxLiteral bytes is no digest.
//
// Source: RFC 4880 sections 5.2, 5.4, 5.6, 5.9 and 11.3.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "attest/outcome.hh"

namespace lorelei::attest {

inline constexpr std::size_t kMaxObject = 64 << 10;    // of gpg's, the largest have 1.3 KB
inline constexpr std::size_t kMaxInflated = 16 << 10;  // a signature of 8,192 bits with many notations has 4 KB
inline constexpr std::size_t kMaxLiteral = 64;
inline constexpr std::size_t kMinOpenpgpBits = 2048;  // of RSA and DSA

struct OpenpgpSignature {
  std::string body = {};  // of its packet
  std::uint8_t version = 0, type = 0, key_algorithm = 0, hash_algorithm = 0;
  std::int64_t created = 0;               // seconds since 1970
  std::optional<std::int64_t> ends = {};  // the same; where the signer gave it an end
  std::string issuer_key_id = {};         // 8 bytes; empty if it does not say
  std::string issuer_fingerprint = {};    // bytes; empty if it does not say
  std::size_t hashed_size = 0;            // of the front of body, which is signed; version 4
  std::size_t integers_at = 0;            // in body: where the numbers begin that are the signature; version 4
  std::uint32_t hash_begins = 0;          // the first 16 bits of the hash, as the signer says; version 4
  bool is_common = false;  // version 4, and each subpacket is of a kind and a size that every program knows
};
std::string signature_packet(const OpenpgpSignature&);
// Why nobody should trust a signature like this any more; empty if there is no such reason. bits: of the keys that it
// depends on; 0 for a kind whose sizes say nothing.
std::string weakness(const OpenpgpSignature&, const std::vector<std::size_t>& bits);
// What is hashed for a signature of bytes by version 4: they, the fields that are signed, and where these end.
std::string hashed_bytes(const OpenpgpSignature&, std::string_view bytes);

struct OpenpgpMessage {
  std::string literal = {};
  OpenpgpSignature signature = {};
};

// kGood: it is read. kMalformed: these are no packets. kBadSignature: packets, but not in one of the two orders.
// kUnsupported: a version or a compression that is not known here.
struct OpenpgpReading {
  Outcome outcome = Outcome::kGood;
  std::string reason = {};
  OpenpgpMessage message = {};
};
OpenpgpReading read_openpgp_message(std::string_view object);

// The fields of the body of a signature packet; nothing if they do not fill it. Version 3 and 4.
std::optional<OpenpgpSignature> parse_openpgp_signature(std::string_view body);

}  // namespace lorelei::attest
