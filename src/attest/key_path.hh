// SPDX-License-Identifier: GPL-3.0-or-later
// Where the key of an identity lies in a keyring:
//
//   ALGORITHM/DOMAIN/LOCAL/SELECTOR            o'neil+lists@Example.ORG, "2024 a":
//   by-hash/HH/THE-OTHER-62-DIGITS               ed25519/example.org/o%27neil%2Blists/2024+a
//
// in lower case; each part with letters, digits and _ . - ~ as they are, a space as "+", any other byte as %HH. The
// second form is the SHA-256 of the first, for keyrings that shall not show addresses. Source: patatt.
#pragma once
#include <string>
#include <string_view>

#include "attest/signed_header.hh"
#include "base/result.hh"

namespace lorelei::attest {

struct KeyName {
  Algorithm algorithm = Algorithm::kEd25519;
  std::string identity;  // local@domain
  std::string selector = "default";
};

// Errors: kUsage, an identity without "@" or with an empty part, a part that is "." or "..", or longer than a file
// name may be.
Result<std::string> key_path(const KeyName&);
std::string by_hash_path(std::string_view key_path);
// What key_path() was made from; the error of anything else. Errors: kUsage.
Result<KeyName> key_name_of(std::string_view key_path);
// Whether a file of that path, below a keyring, can be a key at all.
bool is_key_path(std::string_view);

}  // namespace lorelei::attest
