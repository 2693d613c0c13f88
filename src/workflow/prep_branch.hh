// SPDX-License-Identifier: GPL-3.0-or-later
// A branch on which a series is prepared: where its cover letter and tracking are, which commits are its patches.
//
//   commit               an empty commit below the patches; its parent is the base
//   tip-commit           an empty commit above them, with what is not part of the series above that; the base is where
//   the branch left base-branch branch-description   branch.NAME.description and branch.NAME.b4-tracking; the base as
//   above
//
// As b4 has them, so that either can work on the branch. Which it is says branch.NAME.b4-prep-cover-strategy, else
// b4.prep-cover-strategy, else it is "commit". The cover is looked for on the line of first parents, 500 commits deep:
// by whom and when it was committed does not matter.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "git/work_tree.hh"
#include "workflow/series_cover.hh"

namespace lorelei::workflow {

enum class CoverStrategy { kCommit, kTipCommit, kDescription };
std::string_view name_of(CoverStrategy);
std::optional<CoverStrategy> strategy_named(std::string_view);
// Errors: kUsage, one that does not exist.
Result<CoverStrategy> strategy_for(const git::Config&, const std::string& branch);

enum class Committer { kMe, kWhoever };  // of what is rewritten

struct PrepBranch {
  // branch: "" for the one that is checked out, else NAME. Errors: kNotFound, it is no such branch, or there is no
  // series on it; kCorrupt.
  static Result<PrepBranch> open(const Env&, git::WorkTree, const std::string& branch);

  git::WorkTree tree;
  std::string name;  // without "refs/heads/"
  CoverStrategy strategy = CoverStrategy::kCommit;
  SeriesCover cover;
  std::optional<git::ObjectId> cover_commit;
  git::ObjectId base, tip;             // of the branch; the cover commit may be the tip
  std::vector<git::ObjectId> patches;  // oldest first; merges are left out
  std::size_t merges = 0;
  std::size_t above = 0;  // commits above the cover's, with tip-commit: not in `patches`
  // With branch-description: as the configuration had them when they were read or written last.
  std::string known_description = {}, known_tracking = {};

  std::string ref() const { return "refs/heads/" + name; }
  git::ObjectId start() const;  // below the first patch: the cover commit or the base
  git::ObjectId end() const;    // the last patch, or start()

  // Keeps cover and tracking as they are in `cover` now; the branch is where it was but for that. Errors: kConflict,
  // somebody else moved it, or wrote another description or tracking; kRefused, see git/rewrite.
  Result<void> save(const Env&, const std::string& reflog, Committer,
                    const std::function<void(const std::string&)>& say);

 private:
  Result<void> save_description(const Env&);
};

}  // namespace lorelei::workflow
