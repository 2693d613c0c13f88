// SPDX-License-Identifier: GPL-3.0-or-later
// Signing a message: two headers at the end of its header block, everything else as it was.
//
// What is signed is the canonical form (attest/canonical.hh), so that mail programs may encode and fold as they like.
// From and Subject are named twice in h=: a second one that is added on the way makes the signature void. A Message-ID
// is signed if there is one; git send-email may add one later.
#pragma once
#include <string>
#include <string_view>

#include "attest/settings.hh"

namespace lorelei::attest {

// kPatatt: h= and what is refused as patatt has them. kPosted: h= as patatt has it, refused as ours.
enum class Manner { kOurs, kPatatt, kPosted };

struct Signer {
  Algorithm algorithm = Algorithm::kEd25519;
  std::string
      key;  // ed25519: the path of the private key; openpgp: KEYID; openssh: a path, or "key::" and a public key
  std::string identity;  // i=
  std::string selector;  // s=; empty: none
  std::string gpg, gnupg_home, ssh_keygen;
};
// Who signs, by the configuration. Errors: kUsage, nothing
// is configured or the kind of key is unknown; kNotFound; kRefused, others may read the private key.
Result<Signer> signer_of(const Env&, const Settings&);

// The signed message; signatures that it had are gone. Errors: kCorrupt, it is no message;
// kRefused, what would be signed is not certainly what is read (not kPatatt); those of gpg and ssh-keygen.
Result<std::string> sign(const Env&, std::string_view message, const Signer&, Manner);

}  // namespace lorelei::attest
