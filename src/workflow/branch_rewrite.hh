// SPDX-License-Identifier: GPL-3.0-or-later
// A branch whose last commits are made anew (git/rewrite), with all that hangs on them.
//
//   1  b4.prep-pre-rewrite-hook of the user's configuration, with the branch as its argument, may refuse
//   2  the new objects are durable
//   3  notes of the old commits are also on the new ones, in every ref below refs/notes
//   4  refs/original/NAME, and the branch, with a line in the reflog; only if it is where it was
//   5  git's hook post-rewrite with lines "OLD NEW", and b4.prep-post-rewrite-hook
//
// What fails in 3 and 5 is told and stops nothing. Index and files are not touched: the trees are the same.
#pragma once
#include <functional>
#include <string>

#include "base/env.hh"
#include "git/rewrite.hh"
#include "git/work_tree.hh"

namespace lorelei::workflow {

// Committed now by whoever asks, of commits that are his own, signed if commit.gpgSign says so. Errors: kUsage, nobody
// is named, or no key.
Result<git::Rewrite> rewrite_as_me(const Env&, const git::WorkTree&);

// branch: "refs/heads/NAME"; old_tip: where it is. objects: with the commits of `rewritten`. say: a warning.
// Errors: kConflict, the branch has moved; kRefused, the hook of 1.
Result<void> replace_commits(const Env&, git::WorkTree&, const std::string& branch, const git::ObjectId& old_tip,
                             git::NewObjects& objects, const git::Rewritten& rewritten, const std::string& reflog,
                             const std::function<void(const std::string&)>& say);

}  // namespace lorelei::workflow
