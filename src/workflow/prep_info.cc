// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/prep_info.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "git/commit_walk.hh"
#include "workflow/preflight.hh"
#include "workflow/sent_tag.hh"

namespace lorelei::workflow {

namespace {

constexpr std::size_t kShort = 12;

const char* truth(bool is_so) { return is_so ? "True" : "False"; }

}  // namespace

Result<InfoLines> info_of(const Env& env, const PrepBranch& branch) {
  const auto& tracking = branch.cover.tracking;
  const auto letter = letter_of(branch.cover.text);
  InfoLines lines;
  const auto add = [&](std::string key, std::string value) {
    if (!value.empty()) lines.emplace_back(std::move(key), std::move(value));
  };
  add("branch", branch.name);
  add("cover-subject", letter.title);
  add("base-branch", tracking.base_branch);
  add("base-commit", branch.base.hex());
  add("start-commit", branch.start().hex());
  add("end-commit", branch.end().hex());
  add("series-range",
      fmt::format("{}..{}", branch.start().hex().substr(0, kShort), branch.end().hex().substr(0, kShort)));
  add("prefixes", join(tracking.prefixes, " "));
  add("change-id", tracking.change_id);
  add("revision", std::to_string(tracking.revision));
  add("cover-strategy", std::string(name_of(branch.strategy)));
  add("needs-editing", truth(branch.cover.needs_editing()));
  add("needs-recipients", truth(letter.to_cc.empty()));
  add("has-prerequisites", truth(!tracking.prerequisites.empty()));
  TRY(const auto flags, preflight_of(env, branch));
  for (const auto& flag : flags)
    if (flag.name != "needs-editing") add(std::string(flag.name), truth(flag.is_set));
  add("preflight-checks-failing",
      truth(std::any_of(flags.begin(), flags.end(), [](const PreflightFlag& flag) { return flag.fails(); })));
  for (auto id = branch.patches.rbegin(); id != branch.patches.rend(); ++id) {
    TRY(const auto commit, branch.tree.objects().read(*id, git::ObjectType::kCommit));
    add("commit-" + id->hex().substr(0, kShort), git::title_of_commit(commit.bytes()));
  }
  for (auto past = tracking.history.rbegin(); past != tracking.history.rend(); ++past) {
    TRY(const auto tag, sent_tag(branch, past->first));
    const auto range =
        tag ? fmt::format("{}..{}", tag->base.substr(0, kShort), tag->commit.hex().substr(0, kShort)) : "";
    const auto id = past->second.empty() ? std::string() : past->second.front();
    add(fmt::format("series-v{}", past->first), std::string(trim(range + " " + id)));
  }
  return lines;
}

}  // namespace lorelei::workflow
