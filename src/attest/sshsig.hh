// SPDX-License-Identifier: GPL-3.0-or-later
// Signatures "a=openssh-sha256" of a digest: what `ssh-keygen -Y sign` makes, without the lines around it.
//
//   blob    := "SSHSIG" version (4 bytes, 1) string KEY string namespace string "" string HASH string signature
//   signed  := "SSHSIG" string namespace string "" string HASH string H(digest)
//
// The key in it is only what the signer says; it counts if the keyring has the same. HASH is sha256 or sha512. Keys:
// Ed25519, ECDSA on the three NIST curves, RSA of 2,048 bits and more (signed with SHA-2), and the two kinds that live
// in a security token, which must have been touched. Verified here; signing is ssh-keygen's, which knows agents and
// tokens.
//
// Source: PROTOCOL.sshsig and PROTOCOL.u2f of OpenSSH.
#pragma once
#include <string>
#include <string_view>

#include "attest/outcome.hh"
#include "attest/ssh_public_key.hh"
#include "base/env.hh"
#include "base/files.hh"
#include "base/sha256.hh"

namespace lorelei::attest {

inline constexpr std::string_view kPatattNamespace = "patatt";
inline constexpr std::size_t kMaxSshsig = 16 << 10;  // two numbers of 16,384 bits and some words

// kGood; kMalformed (not such a blob); kBadSignature (of another key, namespace, hash or digest); kWeakKey (right, but
// RSA of too few bits); kUnsupported (a kind of key); kFailed (the key file). The fingerprint is ssh_fingerprint() of
// the key of the keyring.
Judgement judge_sshsig(std::string_view blob, const Sha256Digest&, std::string_view key_line,
                       std::string_view name_space = kPatattNamespace);

// The key that a blob says it is made with, nothing being verified. Errors: kCorrupt.
Result<SshPublicKey> key_of_sshsig(std::string_view blob);

struct SshSigner {
  std::string program = "ssh-keygen";
  fs::path key = {};  // a private key, or a public one whose private half the agent has
  std::string name_space = std::string(kPatattNamespace);
};
// A blob over the digest. Errors: kFailed, with what ssh-keygen says.
Result<std::string> sign_sshsig(const Env&, const SshSigner&, const Sha256Digest&);

}  // namespace lorelei::attest
