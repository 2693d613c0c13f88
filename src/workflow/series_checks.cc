// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/series_checks.hh"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "base/text.hh"
#include "git/commit_walk.hh"
#include "patch/body.hh"
#include "workflow/added_line_checks.hh"
#include "workflow/cut_message.hh"
#include "workflow/file_checks.hh"
#include "workflow/reference_checks.hh"
#include "workflow/subject_checks.hh"
#include "workflow/trailer_block.hh"
#include "workflow/trailer_checks.hh"

namespace lorelei::workflow {

namespace {

constexpr std::size_t kMaxShown = 40;  // columns of a line that is quoted

void take(CheckResult& result, std::vector<CheckFinding> findings) {
  std::move(findings.begin(), findings.end(), std::back_inserter(result.findings));
}

// By the last commits below the series that are no merges.
Result<SignedOff> habit_of_signing(const PrepBranch& branch) {
  git::CommitWalk walk(branch.tree.objects());
  TRY_VOID(walk.add(branch.base));
  std::size_t all = 0, with = 0;
  while (all < kMaxHabit) {
    TRY(const auto commit, walk.next());
    if (!commit) break;
    if (commit->fields.parents > 1) continue;
    ++all;
    with += git::message_of_commit(commit->bytes()).find("\nSigned-off-by: ") != std::string_view::npos;
  }
  const bool is_asked = all >= kMinHabit && static_cast<double>(with) >= kHabitShare * static_cast<double>(all);
  return is_asked ? SignedOff::kAsked : SignedOff::kNotAsked;
}

// Of the message itself; its trailers are another matter.
std::vector<CheckFinding> check_cut(const SeriesPatch& patch) {
  const auto cut = cut_message(patch.body);
  const auto line = patch.body_line + cut.line;
  if (cut.mark.empty()) return {};
  if (!cut.is_for_notes())
    return {{CheckFinding::Kind::kFailure,
             fmt::format("line {} of the message, \"{}\", is the beginning of a patch for git am: indent it", line,
                         fit_width(cut.mark, kMaxShown))}};
  if (is_body_misplaced(patch.body))
    return {{CheckFinding::Kind::kFailure,
             fmt::format("line {} of the message is ---, and all that it says stands below, where git am drops it: "
                         "take that line out",
                         line)}};
  if (!has_prose(cut.below) || !trailer_block(cut.above).empty()) return {};
  return {
      {CheckFinding::Kind::kWarning,
       fmt::format("line {} of the message is ---: git am drops what stands below; take that line out or indent it, "
                   "unless those are notes for the mail",
                   line)}};
}

}  // namespace

Result<SeriesChecks> check_series(const Env& env, const PrepBranch& branch, const std::vector<SeriesPatch>& patches) {
  SeriesChecks checks;
  checks.patches.resize(patches.size());
  TRY(const auto base, check_base(env, branch));
  if (base) checks.series.findings.push_back(*base);
  TRY(const auto signed_off, habit_of_signing(branch));
  std::vector<std::vector<std::string>> touched;
  std::vector<std::string> all_touched;
  for (const auto& patch : patches) {
    touched.push_back(patch::touched_paths(patch.diff));
    all_touched.insert(all_touched.end(), touched.back().begin(), touched.back().end());
  }
  TRY(const auto log, subject_log(env, branch.tree, branch.base, all_touched));
  TRY(auto fixes, check_fixes(env, branch, patches));
  TRY(auto links, check_links(env, patches));
  for (std::size_t i = 0; i < patches.size(); ++i) {
    auto& result = checks.patches[i];
    take(result, check_subject(patches[i].title, subject_habit(log, touched[i])));
    if (patches[i].diff.empty())
      result.findings.push_back({CheckFinding::Kind::kFailure, "it changes no file: git rebase -i, to drop it"});
    take(result, check_cut(patches[i]));
    take(result, check_trailers(patches[i], signed_off));
    take(result, std::move(fixes[i]));
    take(result, std::move(links[i]));
    take(result, check_files(patches[i].diff));
    take(result, check_added_lines(patches[i].diff));
  }
  return checks;
}

}  // namespace lorelei::workflow
