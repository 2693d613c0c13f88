// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/prep_cleanup.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "git/branch_use.hh"
#include "git/program.hh"
#include "workflow/prep_archive.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;

namespace {

tl::unexpected<Error> refusal(const PrepBranch& branch, const std::string& why, const std::string& next) {
  return err(Kind::kRefused, "clean up", branch.name, why, next);
}

Result<void> check_use(const PrepBranch& branch, const std::string& use) {
  if (use.empty()) return {};
  return refusal(branch, "it is " + use,
                 use == "checked out" ? "git checkout another branch" : "git status, in the work tree that has it");
}

// An outbox that cannot be opened, as somebody sends it, is known by its name.
Result<void> check_not_under_way(const PrepBranch& branch) {
  const auto& id = branch.cover.tracking.change_id;
  for (const auto& name : Outbox::names(branch.tree.common_directory())) {
    bool is_of_it = name.starts_with(id + "-v");
    if (!is_of_it)
      if (const auto outbox = Outbox::open(branch.tree.common_directory(), name))
        is_of_it = outbox->posting().branch == branch.name || outbox->posting().change_id == id;
    if (is_of_it)
      return err(Kind::kConflict, "clean up", branch.name, name + " is still on its way",
                 "lorelei send --continue, or --abort");
  }
  return {};
}

bool is_same(const DoneSeries& one, const DoneSeries& other) {
  const auto is_same_tag = [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.tag.name == b.second.tag.name && a.second.object == b.second.object;
  };
  return one.branch.name == other.branch.name && one.branch.tip == other.branch.tip &&
         cover_message(one.branch.cover) == cover_message(other.branch.cover) &&
         std::equal(one.sent.begin(), one.sent.end(), other.sent.begin(), other.sent.end(), is_same_tag);
}

// A user thinks before he says yes, and has other terminals.
Result<void> check_unchanged(const Env& env, const DoneSeries& shown) {
  TRY(const auto now, series_of_branch(env, shown.branch.name));
  if (!is_same(now, shown))
    return err(Kind::kConflict, "clean up", shown.branch.name, "it is not as it was shown",
               "lorelei prep --cleanup, once more");
  return check_deletable(env, now);
}

Result<void> update_refs(const PrepBranch& branch, const std::string& commands) {
  const auto argv = git::git_argv(branch.tree.common_directory(), {"update-ref", "--stdin"});
  const auto input = "start\n" + commands + "commit\n";
  const auto done = output_of(argv, {.input = input, .process = git::git_options()});
  if (done) return {};
  return err(Kind::kConflict, "delete the branch and the tags of", branch.name, done.error().why,
             "it is archived; git log " + branch.name);
}

struct Setting {
  std::string key, value;
};
// Those of the branch's section in the repository's own configuration.
Result<std::vector<Setting>> settings_of(const PrepBranch& branch) {
  TRY(const auto text, git::run_git(branch.tree.common_directory(), {"config", "--local", "--null", "--list"},
                                    "read the configuration of", branch.name));
  std::vector<Setting> settings;
  const auto section = "branch." + branch.name + ".";
  for (const auto one : split(text, '\0')) {
    const auto end = std::min(one.find('\n'), one.size());
    const auto key = one.substr(0, end);
    if (!key.starts_with(section) || key.find('.', section.size()) != key.npos) continue;
    settings.push_back({std::string(key), end == one.size() ? "true" : std::string(one.substr(end + 1))});
  }
  return settings;
}

Result<void> forget_settings(const PrepBranch& branch) {
  TRY_VOID(git::run_git(branch.tree.common_directory(),
                        {"config", "--local", "--remove-section", "branch." + branch.name},
                        "forget the configuration of", branch.name));
  return {};
}

void restore_settings(const PrepBranch& branch, const std::vector<Setting>& settings, const Told& told) {
  for (const auto& [key, value] : settings)
    if (const auto done = git::run_git(branch.tree.common_directory(), {"config", "--local", "--add", key, value},
                                       "put back the configuration of", branch.name);
        !done)
      told("WARNING: " + to_text(done.error()));
}

// git does not delete several refs at once if it is killed. So the branch goes last: as long as it is there, the next
// run finds the rest.
Result<void> delete_all(const DoneSeries& series, const Told& told) {
  const auto& branch = series.branch;
  auto commands = fmt::format("verify {} {}\n", branch.ref(), branch.tip.hex());
  for (const auto& [revision, sent] : series.sent)
    commands += fmt::format("delete refs/tags/{} {}\n", sent.tag.name, sent.object.hex());
  TRY_VOID(update_refs(branch, commands));
  TRY(const auto settings, settings_of(branch));
  if (!settings.empty()) TRY_VOID(forget_settings(branch));
  auto deleted = check_use(branch, git::use_of_branch(branch.tree.common_directory(), branch.name));
  if (deleted) deleted = update_refs(branch, fmt::format("delete {} {}\n", branch.ref(), branch.tip.hex()));
  if (!deleted) restore_settings(branch, settings, told);
  return deleted;
}

}  // namespace

Result<void> check_deletable(const Env&, const DoneSeries& series) {
  const auto& branch = series.branch;
  TRY_VOID(check_use(branch, series.use));
  TRY_VOID(check_not_under_way(branch));
  if (branch.merges > 0)
    return refusal(branch, "there is a merge on it, which no mailbox holds",
                   "git branch -D " + branch.name + ", if it is not wanted");
  if (branch.above > 0)
    return refusal(branch,
                   fmt::format("{} above its cover letter, no part of the series",
                               branch.above == 1 ? "a commit stands" : fmt::format("{} commits stand", branch.above)),
                   "git rebase -i, to move them elsewhere");
  TRY(const auto others, branches_beside(series));
  if (!others.empty())
    return refusal(branch, fmt::format("{} has the same change-id, and so the same tags", printable(others.front())),
                   fmt::format("git branch -D, for the one of them that is not wanted"));
  return {};
}

Result<void> archive_and_delete(const Env& env, const DoneSeries& series, const Told& told) {
  const auto& branch = series.branch;
  TRY_VOID(check_unchanged(env, series));
  TRY_VOID(write_archive(env, series, told));
  TRY_VOID(check_unchanged(env, series));  // an archive of many patches takes its time
  TRY_VOID(delete_all(series, told));
  told(fmt::format("Deleted the branch {} ({}){}", branch.name, branch.tip.hex().substr(0, 12),
                   series.sent.empty()
                       ? ""
                       : fmt::format(" and {} of what was sent", series.sent.size() == 1 ? "the tag" : "the tags")));
  return {};
}

}  // namespace lorelei::workflow
