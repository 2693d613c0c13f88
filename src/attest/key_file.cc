// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/key_file.hh"

#include "attest/ed25519.hh"
#include "attest/openpgp_key_file.hh"
#include "attest/ssh_public_key.hh"

namespace lorelei::attest {

Result<KeyDescription> describe_key(Algorithm algorithm, std::string_view content) {
  switch (algorithm) {
    case Algorithm::kEd25519: {
      TRY(const auto key, parse_ed25519_key(content, "the key"));
      return KeyDescription{to_text(key), "ed25519"};
    }
    case Algorithm::kOpenSsh: {
      TRY(const auto key, parse_ssh_public_key(content, "the key"));
      return KeyDescription{ssh_fingerprint(key.blob), key.type};
    }
    case Algorithm::kOpenPgp:
      break;
  }
  TRY(const auto certificates, parse_openpgp_key_file(content, "the key"));
  return KeyDescription{certificates.front().fingerprint(), "openpgp"};
}

std::optional<Algorithm> algorithm_of_key(std::string_view content) {
  for (const auto one : {Algorithm::kEd25519, Algorithm::kOpenSsh, Algorithm::kOpenPgp})
    if (describe_key(one, content)) return one;
  return std::nullopt;
}

}  // namespace lorelei::attest
