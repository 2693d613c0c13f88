// SPDX-License-Identifier: GPL-3.0-or-later
// What a DKIM-Signature header says of itself, before anything is looked up or hashed.
//
//   v=1; a=rsa-sha256; c=relaxed/simple; d=example.org; s=2024; t=1704164645; h=from:subject:date; bh=...; b=...
//
// Source: RFC 6376 section 3.5, RFC 8301 (no SHA-1), RFC 8463 (Ed25519).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace lorelei::attest {

enum class Canonicalisation { kSimple, kRelaxed };
enum class DkimAlgorithm { kRsaSha256, kEd25519Sha256, kRsaSha1 };

const char* name_of(DkimAlgorithm);  // "rsa-sha256"

struct DkimSignature {
  DkimAlgorithm algorithm = DkimAlgorithm::kRsaSha256;
  Canonicalisation header = Canonicalisation::kSimple, body = Canonicalisation::kSimple;
  std::string domain, selector;         // d= and s=, lower case
  std::string identity;                 // i=, "@d" if it is not there
  std::vector<std::string> headers;     // h=, lower case, in order
  std::string body_hash, bytes;         // bh= and b=, decoded
  std::optional<std::uint64_t> length;  // l=: bytes of the canonical body that count
  std::optional<std::int64_t> signed_at, expires;
  std::size_t bytes_begin = 0, bytes_end = 0;  // where the value of b= stands, with the white space around it

  std::string key_name() const { return selector + "._domainkey." + domain; }
};
// value: what stands behind the colon. Filled as far as it could be read, so that also a refused one can be named.
// Errors: kCorrupt, it is none; kFailed, it uses what we do not know.
Result<void> parse_dkim_signature(std::string_view value, DkimSignature&);

}  // namespace lorelei::attest
