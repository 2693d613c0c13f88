// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/prep_branch.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "git/commit_text.hh"
#include "git/program.hh"
#include "workflow/apply_series.hh"
#include "workflow/branch_rewrite.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;

namespace {

std::string value_of(const git::Config& config, const std::string& key) {
  const auto* entry = config.find(key);
  return entry ? entry->value.value_or("") : "";
}

tl::unexpected<Error> no_series(const std::string& branch) {
  return err(Kind::kNotFound, "find the series on", branch, "no cover letter is kept there",
             "lorelei prep -n NAME, for a new one; lorelei prep -e BASE, for what is on this branch");
}

// By first parents, newest first, until the cover is found.
Result<void> find_cover_commit(PrepBranch& branch) {
  auto at = branch.tip;
  std::vector<git::ObjectId> above;
  for (std::size_t seen = 0; seen <= git::kMaxRewritten; ++seen) {
    TRY(const auto commit, git::read_commit(branch.tree.objects(), at));
    if (auto cover = read_cover_message(commit.message)) {
      branch.cover = *std::move(cover);
      branch.cover_commit = at;
      if (commit.parents.size() != 1)
        return err(Kind::kCorrupt, "find the series on", branch.name, "its cover letter has no commit below it");
      branch.base = commit.parents.front();
      branch.patches.assign(above.rbegin(), above.rend());
      return {};
    }
    if (commit.parents.empty()) break;
    if (commit.parents.size() > 1)
      ++branch.merges;
    else
      above.push_back(at);
    at = commit.parents.front();
  }
  return no_series(branch.name);
}

// Where the branch has left the one that it was made from.
Result<void> find_base(PrepBranch& branch, const git::ObjectId& last) {
  const auto& from = branch.cover.tracking.base_branch;
  const auto unknown = [&](const std::string& why) {
    return err(Kind::kNotFound, "find the base of", branch.name, why,
               "git branch " + (from.empty() ? "BASE" : from) + " COMMIT");
  };
  if (from.empty()) return unknown("its tracking names no base branch");
  TRY(auto base_tip, branch.tree.resolve(from));
  if (!base_tip) return unknown("there is no branch " + printable(from));
  TRY(const auto base, branch.tree.merge_base(*base_tip, last));
  if (!base) return unknown("it has nothing in common with " + printable(from));
  branch.base = *base;
  std::vector<git::ObjectId> above;
  for (auto at = last; at != *base && above.size() <= git::kMaxRewritten;) {
    TRY(const auto commit, git::read_commit(branch.tree.objects(), at));
    if (commit.parents.empty()) break;
    if (commit.parents.size() > 1)
      ++branch.merges;
    else
      above.push_back(at);
    at = commit.parents.front();
  }
  branch.patches.assign(above.rbegin(), above.rend());
  return {};
}

// Commits that were made above the cover's since are no part of the series until they are moved below it.
Result<void> find_tip_commit(PrepBranch& branch) {
  auto at = branch.tip;
  for (branch.above = 0; branch.above <= git::kMaxRewritten; ++branch.above) {
    TRY(const auto commit, git::read_commit(branch.tree.objects(), at));
    if (commit.parents.size() != 1) break;
    if (auto cover = read_cover_message(commit.message)) {
      branch.cover = *std::move(cover);
      branch.cover_commit = at;
      return find_base(branch, commit.parents.front());
    }
    at = commit.parents.front();
  }
  return no_series(branch.name);
}

Result<void> find_description(PrepBranch& branch) {
  const auto& config = branch.tree.config();
  const auto key = "branch." + branch.name + ".";
  branch.known_description = value_of(config, key + "description");
  branch.known_tracking = value_of(config, key + "b4-tracking");
  auto tracking = read_tracking(branch.known_tracking);
  if (!tracking) return no_series(branch.name);
  branch.cover = {std::string(trim(branch.known_description)), *std::move(tracking)};
  return find_base(branch, branch.tip);
}

Result<void> find_cover_as(PrepBranch& branch, CoverStrategy strategy) {
  branch.strategy = strategy;
  switch (strategy) {
    case CoverStrategy::kCommit:
      return find_cover_commit(branch);
    case CoverStrategy::kTipCommit:
      return find_tip_commit(branch);
    case CoverStrategy::kDescription:
      break;
  }
  return find_description(branch);
}

// The setting for new series says nothing of those that there are, unless it is the branch's own.
Result<void> find_cover(PrepBranch& branch, CoverStrategy wanted) {
  auto found = find_cover_as(branch, wanted);
  if (branch.tree.config().find("branch." + branch.name + ".b4-prep-cover-strategy")) return found;
  for (const auto other : {CoverStrategy::kCommit, CoverStrategy::kTipCommit, CoverStrategy::kDescription}) {
    if (found || found.error().kind != Kind::kNotFound) break;
    if (other == wanted) continue;
    branch.merges = branch.above = 0;
    if (auto again = find_cover_as(branch, other); again) found = again;
  }
  return found;
}

}  // namespace

std::string_view name_of(CoverStrategy strategy) {
  if (strategy == CoverStrategy::kCommit) return "commit";
  return strategy == CoverStrategy::kTipCommit ? "tip-commit" : "branch-description";
}

std::optional<CoverStrategy> strategy_named(std::string_view name) {
  for (const auto strategy : {CoverStrategy::kCommit, CoverStrategy::kTipCommit, CoverStrategy::kDescription})
    if (name == name_of(strategy)) return strategy;
  return std::nullopt;
}

Result<CoverStrategy> strategy_for(const git::Config& config, const std::string& branch) {
  auto key = "branch." + branch + ".b4-prep-cover-strategy";
  if (!config.find(key)) key = "b4.prep-cover-strategy";
  const auto name = value_of(config, key);
  if (name.empty()) return CoverStrategy::kCommit;
  if (const auto strategy = strategy_named(name)) return *strategy;
  return err(Kind::kUsage, "read the setting", key, fmt::format("'{}' is none of them", printable(name)),
             "commit, tip-commit or branch-description");
}

Result<PrepBranch> PrepBranch::open(const Env&, git::WorkTree tree, const std::string& wanted) {
  auto name = wanted;
  if (name.empty()) {
    name = tree.branch();
    if (!name.starts_with("refs/heads/"))
      return err(Kind::kNotFound, "find the series of", tree.directory(), "no branch is checked out",
                 "git checkout BRANCH");
    name.erase(0, 11);
  }
  PrepBranch branch{
      .tree = std::move(tree), .name = name, .cover = {}, .cover_commit = {}, .base = {}, .tip = {}, .patches = {}};
  TRY(const auto tip, branch.tree.ref(branch.ref()));
  if (!tip) return err(Kind::kNotFound, "find the series on", name, "there is no such branch", "git branch");
  branch.tip = *tip;
  TRY(const auto wanted_strategy, strategy_for(branch.tree.config(), name));
  TRY_VOID(find_cover(branch, wanted_strategy));
  return branch;
}

git::ObjectId PrepBranch::start() const {
  return strategy == CoverStrategy::kCommit && cover_commit ? *cover_commit : base;
}

git::ObjectId PrepBranch::end() const { return patches.empty() ? start() : patches.back(); }

// While an editor was open, or a question, a posting may have ended, which begins the next revision.
Result<void> PrepBranch::save_description(const Env& env) {
  const auto key = "branch." + name + ".";
  TRY(const auto now, git::Config::here(env));
  if (value_of(now, key + "description") != known_description || value_of(now, key + "b4-tracking") != known_tracking)
    return err(Kind::kConflict, "keep the cover letter of", name, "somebody else has changed it or its tracking since",
               "once more");
  const auto write = [&](const char* what, std::string& known, const std::string& value) -> Result<void> {
    TRY_VOID(git::run_git(tree.common_directory(), {"config", key + what, value}, "write the configuration of", name));
    known = value;
    return {};
  };
  TRY_VOID(write("description", known_description, cover.text + "\n"));
  return write("b4-tracking", known_tracking, tracking_json(cover.tracking, TrackingForm::kOneLine));
}

Result<void> PrepBranch::save(const Env& env, const std::string& reflog, Committer committer,
                              const std::function<void(const std::string&)>& say) {
  const auto message = cover_message(cover);
  if (const auto again = read_cover_message(message); !again || again->text != trim(cover.text))
    return err(Kind::kTooLarge, "keep the cover letter of", name,
               "it could not be read again: it is too large, or its tracking makes no sense", "it stays as it was");
  if (strategy == CoverStrategy::kDescription) return save_description(env);
  TRY(const auto below, git::read_commit(tree.objects(), *cover_commit));
  TRY(const auto commits, git::line_of_commits(tree.objects(), below.parents.front(), tip));
  TRY(auto wishes, rewrite_as_me(env, tree));
  wishes.messages[*cover_commit] = message;
  if (committer != Committer::kMe) wishes.own_address.clear();
  git::NewObjects objects(tree.objects());
  TRY(const auto rewritten, git::rewrite(objects, commits, wishes));
  TRY_VOID(replace_commits(env, tree, ref(), tip, objects, rewritten, reflog, say));
  for (const auto& [from, to] : rewritten.commits) {
    if (from == *cover_commit) cover_commit = to;
    std::replace(patches.begin(), patches.end(), from, to);
  }
  tip = rewritten.tip;
  return {};
}

}  // namespace lorelei::workflow
