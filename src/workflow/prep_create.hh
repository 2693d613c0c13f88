// SPDX-License-Identifier: GPL-3.0-or-later
// A series is begun: on a branch of its own, or with the commits that a branch has already.
#pragma once
#include <functional>
#include <string>

#include "workflow/prep_branch.hh"

namespace lorelei::workflow {

struct NewSeries {
  std::string name;        // of the series; the branch is b4/SLUG
  std::string fork_point;  // "" HEAD
};
// The branch is made and checked out by git, with changes that are not committed carried along as git does it.
// Errors: kConflict, there is such a branch; kUsage, nothing is left of the name; kNotFound, no such fork point.
Result<PrepBranch> begin_series(const Env&, git::WorkTree, const NewSeries&);

// A branch that is made with all that is to be on it, and then checked out.
struct SeriesStart {
  std::string branch;  // without "refs/heads/"
  git::ObjectId fork;
  SeriesCover cover;
  std::vector<std::string> mails = {};  // patches for git am, in order
};
// Where the cover goes say the settings; strategies that need a base branch find it in the tracking. Nothing is there
// unless all patches apply and no file is in the way. Errors: kConflict; also those of apply_series().
Result<PrepBranch> start_series(const Env&, git::WorkTree, SeriesStart,
                                const std::function<void(const std::string&)>& say);

// What is on the branch above `base` ("" its upstream) is the series from now on. Errors: kConflict, it has one
// already; kNotFound, no such base; kRefused, see git/rewrite; kUsage, nothing is above it.
Result<PrepBranch> enroll_branch(const Env&, git::WorkTree, const std::string& base,
                                 const std::function<void(const std::string&)>& say);

// Commits of the series, and the cover's, that somebody else committed are committed by us from now on, and so is what
// is above them. How many there were. Errors: see git/rewrite.
Result<std::size_t> claim_series(const Env&, PrepBranch&, const std::function<void(const std::string&)>& say);

}  // namespace lorelei::workflow
