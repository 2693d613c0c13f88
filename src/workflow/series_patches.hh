// SPDX-License-Identifier: GPL-3.0-or-later
// The patches of a branch as texts: what each commit says, and what it changes as git shows it.
//
// Message and author are read from the commits; the differences come from one `git diff-tree`, which knows no settings
// of the user, so that mails look the same whoever makes them: three lines of context, renames, binary files, a/ and
// b/. Where they are only compared with others, no process is started unless git could show a rename or a binary file.
#pragma once
#include <string>
#include <vector>

#include "workflow/prep_branch.hh"

namespace lorelei::workflow {

struct SeriesPatch {
  git::ObjectId commit;
  patch::Person author, committer;
  std::string title, body;    // UTF-8; body: without empty lines at either end
  std::size_t body_line = 3;  // in which it begins in the message, from 1
  std::string diff;           // diffstat, empty line, diff; ends with a line end
};
struct SeriesPatches {
  std::vector<SeriesPatch> patches;  // oldest first
  std::string stat;                  // of all of them together
};
// What is done with a commit that changes nothing: kTaken, it has no diff.
enum class EmptyCommits { kRefused, kTaken };
// kCompared: what patch-ids are made of is there, diffstats may be missing.
enum class DiffUse { kMailed, kCompared };
// commits: a line, oldest first, with `base` below. Errors: kRefused, one of them changes nothing; those of git.
Result<SeriesPatches> read_series_patches(const git::WorkTree&, const git::ObjectId& base,
                                          const std::vector<git::ObjectId>& commits,
                                          EmptyCommits = EmptyCommits::kRefused, DiffUse = DiffUse::kMailed);

// As `git shortlog` lists them: by author, oldest first.
std::string shortlog_of(const std::vector<SeriesPatch>&);

}  // namespace lorelei::workflow
