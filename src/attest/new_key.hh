// SPDX-License-Identifier: GPL-3.0-or-later
// A new ed25519 key pair, in the files that patatt keeps them in, below its directory:
//
//   private/NAME.key                      base64 of the seed, 0600 in a directory 0700
//   public/NAME.pub                       base64 of the public key; none of the files ends in a line end
//   public/ed25519/DOMAIN/LOCAL/NAME      the same, where a keyring has it
//   public/ed25519/DOMAIN/LOCAL/default   a link to NAME, if nothing is there
#pragma once
#include <string>
#include <vector>

#include "base/env.hh"

namespace lorelei::attest {

enum class Existing { kRefuse, kSetAside };

struct NewKey {
  std::string name;
  std::vector<std::string> wrote;  // private, public, in the keyring
  std::string set_aside;           // where the private key of that name was moved; empty: there was none
};
// name: a file name. Errors: kUsage; kConflict, there is a key of that name.
Result<NewKey> make_key(const Env&, const std::string& identity, const std::string& name, Existing);

}  // namespace lorelei::attest
