// SPDX-License-Identifier: GPL-3.0-or-later
// The header X-Developer-Signature: its tags, and the text of it that is signed.
//
//   value   := item *(";" item)        item := NAME "=" VALUE      white space (SP HT LF CR VT FF) counts for nothing
//
//   v  1                                        h   names of the signed headers, ":" between, in hashing order
//   a  ed25519-sha256 | openpgp-sha256 |        bh  base64 of the SHA-256 of the canonical body
//      openssh-sha256                           b   base64 of the signature object; the last tag
//   t  seconds since 1970; not for openpgp      i   who signs, local@domain; may be missing
//   l  bytes of the canonical body              s   selector of the key; missing means "default"
//
// One reading: each tag once, b last and nothing behind it, base64 of exactly one spelling. What is signed is the same
// text that was read, with single spaces, up to and including "b=".
//
// Source: the format of patatt; where its reader is more lenient, a header that both accept means the same to both.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "attest/outcome.hh"

namespace lorelei::attest {

inline constexpr std::string_view kSignatureHeader = "X-Developer-Signature";
inline constexpr std::string_view kKeyHeader = "X-Developer-Key";
inline constexpr std::size_t kMaxSignatureHeader = 64 << 10;  // an RSA-4096 object by OpenPGP takes 2 KiB

inline constexpr std::size_t kMaxTags = 32;            // there are nine
inline constexpr std::size_t kMaxSignedHeaders = 256;  // names in h=

enum class Algorithm { kEd25519, kOpenPgp, kOpenSsh };
const char* name_of(Algorithm);  // "ed25519"
std::optional<Algorithm> algorithm_named(std::string_view);

struct SignatureTags {
  Algorithm algorithm = Algorithm::kEd25519;
  std::optional<std::int64_t> time;     // t
  std::optional<std::uint64_t> length;  // l, 1..2^31
  std::string identity;                 // i; empty if it is missing
  std::string selector;                 // s, as written; "default" if it is missing
  std::vector<std::string> headers;     // h
  std::string body_hash;                // bh, 32 bytes
  std::string object;                   // b
  std::string hashed;                   // the value up to and including "b="
};

struct HeaderFault {
  Outcome outcome;  // kMalformed, kUnsupported, kBadHeader (from or subject are not signed)
  std::string reason;
  std::string algorithm, identity, selector;  // as far as they could be read
};

// value: what stands behind the colon, folds and all.
tl::expected<SignatureTags, HeaderFault> read_signature_header(std::string_view value);

// The relaxed form of a header's value that signatures cover (RFC 6376 3.4.2 with the white space of Python): no line
// ends, runs of white space as one space, none at the ends. A value that holds "?q?" has its encoded words decoded.
std::string relaxed(std::string_view value);

// "NAME: VALUE" folded at spaces to lines of 78 columns or less where that is possible, without a line end at the end.
std::string folded(std::string_view name, std::string_view value, std::string_view line_end);
// The base64 of a signature with a space after each 75 digits (73 for the first), for the sake of folded().
std::string in_chunks(std::string_view base64);

}  // namespace lorelei::attest
