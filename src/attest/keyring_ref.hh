// SPDX-License-Identifier: GPL-3.0-or-later
// A keyring in a ref of its own (refs/meta/keyring, or a branch): keys are added by commits, without a work tree.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attest/key_path.hh"
#include "base/result.hh"

namespace lorelei::attest {

inline constexpr const char* kKeyringRef = "refs/meta/keyring";

struct KeyringRef {
  std::string repository;  // "" for the one of the current directory
  std::string ref = kKeyringRef;
  std::string directory;  // "" for its root
};

enum class Replace { kNo, kYes };
struct KeyAdded {
  std::string path, commit, parent;  // parent: the commit before, empty if there was none
  std::string git_directory;
  bool is_default = false;  // it is what a signature without selector is checked by, too
};
// One commit on top of the ref, signed if commit.gpgSign says so. The first key of somebody becomes their default one.
// Errors: kConflict: there is another key of that name, or the ref has moved meanwhile; kUsage: it is no key, or the
// ref is not named by its whole name; kRefused: the branch is checked out.
Result<KeyAdded> add_key(const KeyringRef&, const KeyName&, const std::string& key, Replace);

struct KeysRemoved {
  std::vector<std::string> paths;  // below the directory
  std::string commit;
};
// The keys of an identity, of any algorithm, and whatever leads to them or is a copy; selector: "" for all. Errors: as
// above; kNotFound.
Result<KeysRemoved> remove_keys(const KeyringRef&, const std::string& identity, const std::string& selector);

// One change of a key.
struct KeyChange {
  enum class Kind { kAdded, kReplaced, kRemoved } kind = Kind::kAdded;
  std::string path;       // below the directory
  std::string commit;     // hexadecimal
  std::int64_t time = 0;  // of the commit, seconds since 1970
  std::string author;     // "NAME <ADDRESS>"
  char signature = 'N';   // as %G? of git-log(1): G good, U good but not known to be trusted, N none, B bad, ...
  std::string signer;     // who signed, as git names them
};
// All changes of keys, the oldest first. Errors: kNotFound, there is no such ref.
Result<std::vector<KeyChange>> key_history(const KeyringRef&);

}  // namespace lorelei::attest
