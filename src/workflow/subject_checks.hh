// SPDX-License-Identifier: GPL-3.0-or-later
// What can be wrong with the title of a commit: its length, a full stop, marks of work that goes on ("fixup!", "WIP"),
// a tag that send writes ("[PATCH v2]"), and words before the colon that are not those
// which the files it touches have in the log ("drivers: one: ").
//
// A habit is learned from the last commits that touch the same files, else the same directories, and there is one only
// if it is clear: kHabitShare of them, of not less than kMinHabit. Merges and reverts do not count.
//
// The log is read by one `git log` for all patches; foreign bytes, linear.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "git/work_tree.hh"
#include "workflow/patch_check.hh"

namespace lorelei::workflow {

inline constexpr std::size_t kMaxTitle = 75;                 // columns; Documentation/process/submitting-patches
inline constexpr std::size_t kMinHabit = 8, kMaxHabit = 50;  // commits
inline constexpr double kHabitShare = 0.7;

struct LoggedCommit {
  std::string title;
  std::vector<std::string> paths;
};
// Of what `git log --format=%x00%s --name-only` says.
std::vector<LoggedCommit> read_subject_log(std::string_view text);
// Below `base`, newest first, of two years: those that touch one of the paths, or a file beside it. Nothing if git
// takes too long for it. Errors: kCancelled, kFailed.
Result<std::vector<LoggedCommit>> subject_log(const Env&, const git::WorkTree&, const git::ObjectId& base,
                                              const std::vector<std::string>& paths);

struct SubjectHabit {
  std::string prefix;  // "drivers: one: "
  std::string where;   // the file or directory, or how many of them
  std::size_t commits = 0, of = 0;
};
// Nothing: none that is clear. paths: of one patch.
std::optional<SubjectHabit> subject_habit(const std::vector<LoggedCommit>&, const std::vector<std::string>& paths);

std::vector<CheckFinding> check_subject(std::string_view title, const std::optional<SubjectHabit>&);

}  // namespace lorelei::workflow
