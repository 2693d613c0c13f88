// SPDX-License-Identifier: GPL-3.0-or-later
// What GnuPG says: of signatures that librnp cannot judge, of signatures by keys of the user's own keyring; and
// signing, which needs secret keys, agents and tokens.
//
// Verifying is done through GPGME, whose status lines have a pipe of their own: what gpg or a key makes appear among
// its messages is not read. What is verified is the literal and the signature packet that attest/openpgp_message.hh
// read.
#pragma once
#include <string>
#include <string_view>

#include "attest/openpgp_message.hh"
#include "base/env.hh"
#include "base/files.hh"
#include "base/result.hh"
#include "base/sha256.hh"

namespace lorelei::attest {

struct Gnupg {
  std::string program = "gpg";  // found in PATH if it has no '/'
  fs::path home = {};           // empty: the user's
};

// By the certificates only, in a GnuPG directory of its own that is removed afterwards, without an agent, a network, or
// a configuration of the user's. kExpiredKey, kRevokedKey and kStale (the signer gave the signature an end, and that
// was before now) are said of signatures that are right. kNoKey: gpg takes none of the certificates. Before: the
// message is one that read_openpgp_message() took.
Judgement judge_by_gnupg(const Env&, const std::string& program, const OpenpgpMessage&, std::string_view certificates);

// By the user's keyring. Good only if identity is the address of a user id of the key: one that is not revoked and was
// not ended when the signature was made; else kOtherIdentity. kNoKey: the keyring does not have it. kWeakKey as
// attest/openpgp.hh says.
Judgement judge_by_default_keyring(const Env&, const Gnupg&, std::string_view object, const Sha256Digest&,
                                   std::string_view identity);

// The address of a user id: what is between its one '<' and the '>' at its end, or all of it. Empty if it has none.
std::string_view address_of_user_id(std::string_view user_id);

// A signed message over the digest, uncompressed and unarmoured whatever the user's configuration says. key: a key id
// or fingerprint in hex (with or without 0x, with ! to mean this very subkey) or a user id; one that begins with '-' is
// refused. Errors: kUsage, kFailed with what gpg says.
Result<std::string> sign_openpgp(const Env&, const Gnupg&, const std::string& key, const Sha256Digest&);

}  // namespace lorelei::attest
