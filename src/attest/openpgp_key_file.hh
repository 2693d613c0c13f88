// SPDX-License-Identifier: GPL-3.0-or-later
// The OpenPGP keys in a file, as far as one must know them to say whose signature this may be. Nothing is verified.
//
//   file         := binary, or any text with one or more blocks of armour in it
//   binary       := certificate...
//   certificate  := public key, then user ids, subkeys and signatures that belong to it
//
// A certificate is kept without what does not bear on its own signatures: what others certified, pictures, subkeys that
// only encrypt. Keyrings hold keys with ten thousands of certifications; each would be verified when the key is loaded.
//
// Foreign bytes: kMaxKeyFile, linear. Secret keys are skipped.
//
// Source: RFC 4880 sections 5.5, 11.1 and 12.2; RFC 9580 for versions 5 and 6.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "attest/openpgp_message.hh"
#include "base/result.hh"

namespace lorelei::attest {

inline constexpr std::size_t kMaxKeyFile = 8 << 20;  // the largest keys of developers have 3 MB of certifications

struct OpenpgpKey {
  std::string fingerprint = {};  // bytes
  std::string key_id = {};       // 8 bytes
  std::uint8_t version = 0, algorithm = 0;
  std::string material = {};  // what the algorithm has as its key, up to the end of the packet
  std::int64_t created = 0;   // seconds since 1970
  std::size_t bits = 0;       // of RSA and DSA; 0 for others
};

struct OpenpgpCertificate {
  std::vector<OpenpgpKey> keys = {};  // the primary key first; subkeys that may sign
  std::string packets = {};           // what is kept of it
  bool is_common = true;              // its own signatures are such as every program reads
  std::string fingerprint() const;    // of the primary key, as it is shown
  const OpenpgpKey* issuer_of(const OpenpgpSignature&) const;
};

// Errors: kCorrupt (no key in it, or damaged), kTooLarge.
Result<std::vector<OpenpgpCertificate>> parse_openpgp_key_file(std::string_view content, const std::string& name);

}  // namespace lorelei::attest
