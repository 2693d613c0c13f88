// SPDX-License-Identifier: GPL-3.0-or-later
// Files with one public key, of whichever algorithm.
//
//   ed25519   base64 of the 32 bytes, perhaps a line end
//   openssh   TYPE BASE64 [COMMENT]
//   openpgp   a transferable public key, in ASCII armour or not; text may stand before the armour
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "attest/signed_header.hh"
#include "base/result.hh"

namespace lorelei::attest {

struct KeyDescription {
  std::string
      fingerprint;   // ed25519: the key in base64; openssh: "SHA256:..."; openpgp: of the primary key, hexadecimal
  std::string kind;  // "ed25519", "ssh-rsa", "rsa"; as the algorithm calls it
};
// Errors: kCorrupt, it is no such key.
Result<KeyDescription> describe_key(Algorithm, std::string_view content);
// What a file looks like; nothing if it is none of them.
std::optional<Algorithm> algorithm_of_key(std::string_view content);

}  // namespace lorelei::attest
