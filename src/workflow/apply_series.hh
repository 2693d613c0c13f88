// SPDX-License-Identifier: GPL-3.0-or-later
// A series as commits, made in memory on top of any commit: the same as `git am` would make, with nothing of the
// repository changed. Whoever wants them writes the objects and moves a branch.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/env.hh"
#include "git/config.hh"
#include "git/new_objects.hh"
#include "patch/apply_to_tree.hh"

namespace lorelei::workflow {

// Who commits, and when: a line of git, "NAME <ADDRESS> SECONDS ZONE". From GIT_COMMITTER_NAME, _EMAIL and _DATE, else
// committer.*, user.* and the clock. Errors: kUsage, nobody is named.
Result<std::string> committer_line(const Env&, const git::Config&);

struct CommittedPatch {
  std::string title;
  git::ObjectId commit;  // the one before, if it was_there
  std::size_t moved_hunks = 0;
  bool is_merged = false;  // three-way
  bool was_there = false;  // it changes nothing any more
};
struct AppliedSeries {
  git::ObjectId base, tip;
  std::vector<CommittedPatch> patches;  // up to the one that fails
  std::set<std::string> paths;          // touched by them
  std::optional<Error> failure;         // of the first that does not apply
};

// mails: each a patch mail for git am, in order. Errors: those of reading objects, and of mails that git would not
// take; that one does not apply is none.
Result<AppliedSeries> apply_series(const std::vector<std::string>& mails, const git::ObjectId& base, git::NewObjects&,
                                   const std::string& committer, patch::ThreeWay);

}  // namespace lorelei::workflow
