// SPDX-License-Identifier: GPL-3.0-or-later
// What git's configuration says about signatures, here and in this repository: patatt's keys, b4's, git's own and ours.
//
//   patatt.signingkey         ed25519:NAME, ed25519:/PATH, openpgp:KEYID, openssh:PATH
//   patatt.identity, .selector, .keyringsrc, .trimbody, .gpg-bin, .ssh-keygen-bin; of a section: patatt.NAME.*
//
//   user.email, .signingkey, gpg.format, .program, .ssh.program, .ssh.defaultKeyCommand
//
//   b4.keyringsrc, b4.attestation-policy (hardfail), -staleness-days, -check-dkim, -gnupghome, -dns-resolvers
//
//   lorelei.attest.policy, .stalenessDays, .checkDkim, .gnupgHome, .dnsResolvers: before those of b4;
//   .keyringSource, .mayForward, .requireSignedRef, .requireKnownSigners
//
// Sources of keys are asked in this order: ours, then patatt's, then b4's, then .keys and .local-keys of HEAD,
// refs/meta/keyring, and the user's own public keys (patatt's, then b4's directory), which nobody has signed: not where
// refs must be.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attest/keyring.hh"
#include "attest/policy.hh"
#include "base/env.hh"

namespace lorelei::attest {

struct Settings {
  // As for git: the user's configuration and that of the repository that the current directory is in. section: "" or
  // the NAME of [patatt "NAME"]. Errors: kUsage, a value that is none.
  static Result<Settings> load(const Env&, const std::string& section);

  std::string signing_key;          // "openpgp:KEYID"; empty if nothing says
  std::string default_key_command;  // prints an SSH key where none is named; run by who signs, and by nobody else
  std::string identity, selector;
  std::vector<KeyringSource> sources;
  bool trims_body = false;
  std::string gpg = "gpg", ssh_keygen = "ssh-keygen";
  std::string gnupg_home;  // "": gpg's own
  Policy policy;
  std::optional<bool> checks_dkim;  // nothing: no setting says
  std::vector<std::string> dns_resolvers;
  Keyring::SignedRefs signed_refs = Keyring::SignedRefs::kNotNeeded;
};

VerifyOptions verify_options(const Settings&);

std::string patatt_directory(const Env&);  // $XDG_DATA_HOME/patatt

}  // namespace lorelei::attest
