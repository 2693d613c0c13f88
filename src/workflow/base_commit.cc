// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/base_commit.hh"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hh"
#include "git/commit_walk.hh"
#include "git/tree_edit.hh"
#include "patch/diff.hh"
#include "workflow/apply_series.hh"

namespace lorelei::workflow {

namespace {

// The files as they were before the series: the first time that each is named.
Result<std::map<std::string, std::string>> named_files(const AmSeries& series) {
  std::map<std::string, std::string> files;
  std::set<std::string> seen;
  for (const auto& entry : series.entries) {
    const auto diff = patch::parse_diff(entry.patch.notes);
    if (!diff) continue;
    for (const auto& change : diff->files) {
      const bool is_known = !change.old_id.empty() && change.old_id.find_first_not_of('0') != std::string::npos;
      if (seen.insert(change.old_path).second && is_known) files[change.old_path] = change.old_id;
      seen.insert(change.new_path);
    }
  }
  return files;
}

}  // namespace

Result<Fit> fit_of(const AmSeries& series, const git::Objects& objects, const git::ObjectId& commit,
                   patch::ThreeWay three_way, const std::vector<std::string>& before) {
  auto mails = before;
  for (const auto& entry : series.entries) mails.push_back(entry.text);
  git::NewObjects made(objects);
  TRY(const auto applied, apply_series(mails, commit, made, "lorelei <lorelei@localhost> 0 +0000", three_way));
  Fit fit;
  fit.applies = !applied.failure;
  for (const auto& one : applied.patches) fit.moved_hunks += one.moved_hunks;
  const auto done = applied.patches.size();
  if (applied.failure && done < before.size())
    fit.why_not = fmt::format("patch {} that it needs first: {}", done + 1, applied.failure->why);
  else if (applied.failure)
    fit.why_not = fmt::format("patch {} of {}, \"{}\": {}", done - before.size() + 1, series.entries.size(),
                              series.entries[done - before.size()].patch.title, applied.failure->why);
  return fit;
}

Result<std::optional<GuessedBase>> guess_base(const AmSeries& series, const git::Objects& objects,
                                              const std::vector<git::ObjectId>& tips, std::int64_t days) {
  TRY(const auto files, named_files(series));
  if (files.empty()) return std::nullopt;
  const auto sent = series.revision->first().sent;
  days = std::clamp<std::int64_t>(days, 0, 36'500);
  git::NewObjects all(objects);
  git::CommitWalk walk(objects);
  for (const auto& tip : tips) TRY_VOID(walk.add(tip));
  std::optional<GuessedBase> best;
  std::set<git::ObjectId> trees;  // looked at
  while (walk.seen() <= kMaxGuesses) {
    TRY(const auto commit, walk.next());
    // One that is older is looked at only if nothing younger is there: the lists of slow projects.
    if (!commit || (commit->fields.committer_time < sent - days * 86'400 && best)) break;
    if (commit->fields.committer_time > sent || !trees.insert(commit->fields.tree).second) continue;
    git::TreeEdit tree(all, commit->fields.tree);
    std::size_t matched = 0;
    for (const auto& [path, id] : files) {
      TRY(const auto entry, tree.find(path));
      matched += entry && entry->id.hex().starts_with(id);
    }
    if (!best || matched > best->matched)
      best = GuessedBase{commit->id, git::title_of_commit(commit->bytes()), matched, files.size()};
    if (best->is_exact()) break;
  }
  if (best && best->matched == 0) return std::nullopt;
  return best;
}

}  // namespace lorelei::workflow
