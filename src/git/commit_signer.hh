// SPDX-License-Identifier: GPL-3.0-or-later
// The signature of a commit, made by the program that git would have make it.
//
//   gpg.format   program                                   key
//   openpgp      gpg.openpgp.program, gpg.program, gpg     user.signingKey, else who commits
//   x509         gpg.x509.program, gpgsm                   the same
//   ssh          gpg.ssh.program, ssh-keygen               user.signingKey, else gpg.ssh.defaultKeyCommand
//
// A key of ssh is a file, or the public key itself after "key::" (its private part is the agent's). Only what the
// user's own configuration says is asked: it names programs.
//
// Source: git-config(1), gitformat-signature(5).
#pragma once
#include <functional>
#include <string>

#include "base/env.hh"
#include "base/result.hh"
#include "git/commit_text.hh"
#include "git/config.hh"

namespace lorelei::git {

// What a commit's bytes without one get. Errors: kFailed, with what the program complained of; kUsage, a setting makes
// no sense or no key is named.
using SignCommit = std::function<Result<std::string>(const std::string& bytes)>;

// The commit's bytes, signed unless `sign` is empty.
Result<std::string> signed_bytes(const CommitText&, const SignCommit& sign);

// Empty where commit.gpgSign is not set. top: of the work tree, where the program is run. committer: "NAME <ADDRESS>
// SECONDS ZONE". env and the configuration must outlive it; the settings of gpg and the key are looked at when the
// first commit is signed. Errors: kUsage, commit.gpgSign makes no sense.
Result<SignCommit> commit_signer(const Env&, const Config&, const fs::path& top, const std::string& committer);

}  // namespace lorelei::git
