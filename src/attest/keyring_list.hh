// SPDX-License-Identifier: GPL-3.0-or-later
// All that is in keyrings: to look at, and to take along.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "attest/keyring.hh"
#include "attest/keyring_ref.hh"

namespace lorelei::attest {

struct ListedKey {
  std::string source;           // as it was configured
  std::string path;             // below it
  std::optional<KeyName> name;  // nothing: by hash, or a path that is none
  std::string kind, fingerprint;
  std::string problem;  // why it cannot be used; empty if it can
};
// In the order of the sources; a source that is not there has none. identity: "" for all. A second name of a key (a
// link) is listed like the first. Errors: of reading a source.
Result<std::vector<ListedKey>> list_keys(const std::vector<KeyringSource>&, const std::string& identity,
                                         Keyring::SignedRefs);

// The files of a keyring in git, what links lead to, too, to a new or empty directory. How many. Errors: kConflict,
// kNotFound, kAttestation (a ref that has to be signed).
Result<std::uint64_t> export_keys(const KeyringRef&, const std::string& directory, Keyring::SignedRefs);

}  // namespace lorelei::attest
