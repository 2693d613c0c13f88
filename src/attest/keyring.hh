// SPDX-License-Identifier: GPL-3.0-or-later
// Keyrings: directories of public keys, on disk or in a commit, asked one after the other.
//
//   DIR                     a directory; "~/", "$VAR" and "${VAR}" stand for what they do in a shell
//   ref:REPO:REF:SUBDIR     SUBDIR of the commit of REF; no REPO: the one we are in, no REF: HEAD, no SUBDIR: all
//   worktree:SUBDIR         SUBDIR of the work tree, committed or not: for who asks for it
//
// The first source that has a file for a key decides; one that cannot be read is not passed over. What is in a commit
// is read from the commit, never from the work tree beside it.
//
// Source: patatt, where "ref:" falls back to files of the work tree, which anybody's patch may have put there.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attest/key_path.hh"
#include "attest/openpgp_key_file.hh"
#include "base/env.hh"
#include "git/tree_files.hh"

namespace lorelei::attest {

struct KeyringSource {
  enum class Kind { kDirectory, kRef };
  Kind kind = Kind::kDirectory;
  std::string text;             // as it was configured
  std::string directory;        // SUBDIR of a ref; empty: of a work tree, and we are in none
  std::string repository, ref;  // kRef
  bool is_configured = true;    // somebody named it; false: one of those that are always asked
};
// Errors: kUsage, a ref: with less than three colons.
Result<KeyringSource> parse_keyring_source(const Env&, const std::string& text);

struct FoundKey {
  std::string content;
  std::string source;  // "ref:GITDIR:REF:PATH", or the path of a file
  std::string path;    // below the source: "ed25519/DOMAIN/LOCAL/SELECTOR", or by hash
};

class Keyring {
 public:
  // kNeeded: `git verify-commit` must take the commit of a ref that has any key below SUBDIR, and that of refs/meta/*.
  enum class SignedRefs { kNotNeeded, kNeeded };
  explicit Keyring(std::vector<KeyringSource> sources, SignedRefs = SignedRefs::kNotNeeded);
  // One key that somebody has at hand, and no other. Errors: kUsage, the name is none.
  static Result<Keyring> of_key(const KeyName&, std::string content, std::string source);

  // Nothing if no source has it. The same question is answered from memory. Errors: the name is none, a file that
  // cannot be read.
  Result<std::optional<FoundKey>> find(const KeyName&);
  const std::vector<KeyringSource>& sources() const { return sources_; }

 private:
  struct Tree;
  Result<Tree*> tree_of(const KeyringSource&);
  Result<std::optional<FoundKey>> look_in(const KeyringSource&, const std::string& path);

  std::vector<KeyringSource> sources_;
  SignedRefs signed_refs_;
  std::map<std::string, std::shared_ptr<Tree>> trees_;  // by the text of their sources
  std::map<std::string, std::optional<FoundKey>> known_;
};

// Errors: kAttestation, git does not take the signature of the commit that the ref is at.
Result<void> verify_ref(const std::string& ref, const std::string& git_directory, const std::string& commit);
// Errors: kNotFound, there is no such directory, ref, or nothing in it. For sources that somebody named; others may be
// missing.
Result<void> must_exist(const KeyringSource&);

// A file below a directory, nowhere else, whatever links there are; nothing if it is not there. Errors: kTooLarge,
// kCorrupt (a link that leads out).
Result<std::optional<std::string>> read_beneath(const std::string& directory, const std::string& path,
                                                std::size_t limit_bytes);

}  // namespace lorelei::attest
