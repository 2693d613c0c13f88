// SPDX-License-Identifier: GPL-3.0-or-later
// A series brought into the repository of the current directory: its branch, FETCH_HEAD, or a merge.
//
//   in memory     the commits are made without a trace (workflow/apply_series); only if all patches apply are the
//                 objects written and files and branch moved
//   by git        where policy is the repository's own (hooks of git am, signed commits, flags that we do not know):
//                 `git am`, for a branch right here, else in a work tree of its own
//   in conflict   nothing is changed; if that is wanted, `git am -3` is left waiting in a work tree of its own, and
//                 go_on() takes what was made there
//
// A branch is only moved in a clean tree. What is done is recorded (workflow/shazam_record) before and after, so
// undo() can take it back.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "git/work_tree.hh"
#include "workflow/am.hh"
#include "workflow/apply_series.hh"
#include "workflow/base_commit.hh"
#include "workflow/prerequisites.hh"
#include "workflow/settings.hh"
#include "workflow/shazam_record.hh"

namespace lorelei::workflow {

struct ShazamWishes {
  Landing landing = Landing::kBranch;
  std::string base;  // for the others: a revision; empty: what the author says, if it is here, else HEAD, else
                     // a guess
  std::int64_t guess_days = kGuessDays;          // how long before the series was sent it is looked for
  bool is_dry = false;                           // tell what would be, change nothing
  bool is_interactive = true;                    // a shell may be opened
  bool resolves = false;                         // a conflict: let git am wait in a work tree of its own
  std::vector<Prerequisite> prerequisites = {};  // go first, as far as the base has not got them
};

class Shazam {
 public:
  // Errors: as WorkTree::here; kTemporary, another one is at work.
  static Result<Shazam> here(const Env&, const Settings&, Say);

  // Errors: kRefused, something is half done, or tracked files are changed and the branch is to be moved.
  Result<void> check_ready(Landing) const;
  // Nothing: all is done. Errors: kConflict, a patch does not apply, and nothing is changed; or git am waits.
  Result<void> run(const AmSeries&, const ShazamWishes&);
  // After a conflict: takes over what git am made. Errors: kNotFound, nothing waits; kConflict, git am is not done.
  Result<void> go_on();
  // Errors: kNotFound, nothing to undo; kRefused, something came on top.
  Result<void> undo();
  // The repository remembers the series, and which commits its patches are, for letters of thanks; until undo().
  Result<void> remember(const AmSeries&);
  // The words of `git merge` for what is in FETCH_HEAD.
  std::vector<std::string> merge_command(bool is_interactive) const;
  // What the last run did; its stage is kDone if it is.
  const ShazamRecord& record() const { return record_; }
  const git::WorkTree& work_tree() const { return tree_; }

 private:
  Shazam(const Env& env, const Settings& settings, git::WorkTree tree, FileLock lock, Say say)
      : env_(env), settings_(settings), tree_(std::move(tree)), lock_(std::move(lock)), say_(std::move(say)) {}

  Result<git::ObjectId> choose_base(const AmSeries&, const ShazamWishes&);
  Result<std::size_t> count_there(const AmSeries&) const;
  std::string mboxrd(const AmSeries&) const;  // what goes first, and the series
  std::string why_git() const;
  Result<void> in_memory(const AmSeries&, const ShazamWishes&);
  Result<void> by_git_here(const AmSeries&);
  Result<void> in_own_tree(const AmSeries&, bool is_interactive);
  Result<void> land();
  Result<void> undo_branch();
  Result<void> forget_series() const;
  Result<void> check_ours(const std::set<std::string>& paths);
  Result<std::string> own_tree() const;
  Result<void> remove_own_tree();
  Result<int> git_am(const fs::path& directory, const std::vector<std::string>& flags, const std::string& mbox) const;
  fs::path message_file() const;

  const Env& env_;
  const Settings& settings_;
  git::WorkTree tree_;
  FileLock lock_;  // one at a time in a work tree
  Say say_;
  ShazamRecord record_;
  std::vector<std::string> first_;       // mails that go before the series
  std::vector<CommittedPatch> commits_;  // of all mails
};

}  // namespace lorelei::workflow
