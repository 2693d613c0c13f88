// SPDX-License-Identifier: GPL-3.0-or-later
// How listed series stand to a branch of a repository: which of their patches are commits of it already, and whether
// they would apply to it. All of it in memory, by our own reading of commits and diffs; nothing is written.
//
// A patch is there if
//
//   same     a commit has its title, its date or its Message-ID (in a Link), and makes the same change: applied to the
//            commit's parent, the patch gives the commit's tree. Offsets do not matter, as they do not for a patch-id
//   changed  a commit has its Message-ID, or its title and its author, but the change is another one: of another
//            revision, or mended on the way
//
// A commit is one patch of a series only. Merges are none. That a commit was reverted is not seen.
#pragma once
#include <vector>

#include "git/objects.hh"
#include "workflow/am.hh"
#include "workflow/mail_finder.hh"
#include "workflow/series_list.hh"

namespace lorelei::workflow {

inline constexpr std::int64_t kLead = 30 * 86'400;  // before a series was sent, its commits may have been made

inline constexpr std::int64_t kOldest = 2 * 365 * 86'400;  // of a date that a mail claims, before its last news
inline constexpr std::size_t kMaxWalked = 500'000;         // commits
inline constexpr std::size_t kMaxCandidates = 20;          // commits that may be one patch

struct SeriesBranch {
  const Env& env;      // for the wish to stop
  MailFinder& finder;  // of the archives that were listed
  const git::Objects& objects;
  git::ObjectId tip;
};

// Sets PatchState::commit and is_changed. Errors: those of reading.
Result<void> find_in_branch(const SeriesBranch&, const std::vector<ListedSeries*>&);
// The same of patches that are ready to be applied: whether each is a commit of the branch that changes the same.
Result<std::vector<bool>> are_in_branch(const Env&, const git::Objects&, const git::ObjectId& tip,
                                        const std::vector<const AmEntry*>&);

// Sets applies and why_not; of a series whose patches were all found in a branch nothing. sought_in: where
// find_in_branch has looked; what it found on this very branch is not tried once more. Errors: those of reading.
Result<void> try_on_branch(const SeriesBranch&, const SeriesBranch* sought_in, ListedSeries&);

}  // namespace lorelei::workflow
