// SPDX-License-Identifier: GPL-3.0-or-later
// Two revisions of a series, made comparable for `git range-diff` without the tree they are for: every patch is a
// commit of a repository that exists for the comparison only.
//
//   before a patch   its files as the repository here has them, by the ids that the patch names; else what can be known
//                    from its hunks (patch/preimage)
//   a chain          patch after patch, with a merge between two where the files would not follow from each other:
//                    range-diff leaves merges out
//
// So nothing can fail to apply, and nothing of the work tree matters.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "git/objects.hh"
#include "git/work_tree.hh"
#include "workflow/am.hh"

namespace lorelei::workflow {

class RangeDiff {
 public:
  // known: where the files may be found; nothing: no repository here. Errors: kConflict, a diff contradicts itself;
  // those of writing.
  static Result<RangeDiff> make(const AmSeries& older, const AmSeries& newer, const git::Objects* known);

  // The ranges as words for it, "A..B C..D", of commits that are in the repository from then on, and on no branch.
  // Errors: as make().
  static Result<std::string> prepare(const AmSeries& older, const AmSeries& newer, const git::WorkTree&);

  // What `git range-diff` says, with its colours. options: of the user, for it. Errors: kFailed, with git's words.
  Result<std::string> text(const std::vector<std::string>& options, bool has_colour) const;

 private:
  explicit RangeDiff(TempDir place) : place_(std::move(place)) {}
  TempDir place_;
  std::string older_, newer_;  // ranges
};

// Colours as they are, all else that a terminal might obey made visible.
std::string printable_but_colours(std::string_view);

}  // namespace lorelei::workflow
