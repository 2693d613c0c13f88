// SPDX-License-Identifier: GPL-3.0-or-later
// The header X-Developer-Key: which key somebody says they sign with. It vouches for nothing; whoever wants to trust
// the key asks its owner.
//
//   value   := item *(";" item)        item := NAME "=" VALUE      white space counts for nothing
//
//   i   whose key, local@domain              fpr   openpgp: the fingerprint in hexadecimal digits (40 or 64)
//   a   ed25519 | openpgp | openssh                openssh: SHA256: and 43 digits of base64
//                                            pk    ed25519: the key, base64 of 32 bytes
//
// Other items count for nothing, each of these stands there once. Foreign bytes: linear, kMaxKeyHeader.
#pragma once
#include <string>
#include <string_view>

#include "attest/signed_header.hh"
#include "base/result.hh"

namespace lorelei::attest {

inline constexpr std::size_t kMaxKeyHeader = 4096;  // real ones take 150

struct KeyHeader {
  Algorithm algorithm = Algorithm::kEd25519;
  std::string identity;
  std::string key;  // as describe_key() has a fingerprint; of openpgp in upper case
};
// value: what stands behind the colon, folds and all. Errors: kCorrupt.
Result<KeyHeader> read_key_header(std::string_view value);

}  // namespace lorelei::attest
