// SPDX-License-Identifier: GPL-3.0-or-later
// The public half of the key that somebody signs with, to be given to others.
//
//   ed25519    base64 of its 32 bytes
//   openpgp    in armour, the smallest export that gpg makes
//   openssh    a line of a file of public keys
#pragma once
#include <string>

#include "attest/sign.hh"

namespace lorelei::attest {

// Errors: those of reading the key and of gpg and ssh-keygen, which may ask the user for a password.
Result<std::string> public_key_of(const Signer&);

}  // namespace lorelei::attest
