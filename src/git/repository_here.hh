// SPDX-License-Identifier: GPL-3.0-or-later
// The repository that the current directory is in, found without a process where that can be done: a directory or a
// file called .git in it or above it cannot have come with a tree, and is taken if it belongs to the user.
//
// Anything else that may be a repository is for git to judge: one of somebody else (safe.directory), a bare one, what
// GIT_DIR names.
#pragma once
#include <optional>
#include <string>

#include "base/env.hh"
#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::git {

struct RepositoryHere {
  enum class Kind { kNone, kFound, kDoubtful } kind = Kind::kNone;
  fs::path directory;    // of kFound: with HEAD in it; of a linked work tree its own
  fs::path common;       // with objects, refs and config
  std::string why = {};  // of kNone, where git was asked: what it says
};
// Without a process.
RepositoryHere look_around(const Env&);
// The same, where git is asked in doubt: never kDoubtful.
RepositoryHere repository_here(const Env&);

// The branch that is checked out: "main" of refs/heads/main, also if it has no commit yet; nothing for a detached HEAD
// and where refs are no files.
std::optional<std::string> checked_out_branch(const RepositoryHere&);

}  // namespace lorelei::git
