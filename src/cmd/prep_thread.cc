// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei prep, with mails that were posted: -F and --manual-reroll.
#include <fmt/core.h>

#include "base/text.hh"
#include "cmd/prep_series.hh"
#include "workflow/manual_reroll.hh"
#include "workflow/prep_import.hh"

namespace lorelei::cmd {

Result<void> make_branch_of_thread(const Env& env, const Args& args, const workflow::MailSource& source,
                                   const std::string& id, const std::string& name, const std::string& fork_point) {
  const workflow::Say say = [&](const std::string& line) { args.remark(line); };
  TRY(auto tree, git::WorkTree::here(env));
  TRY(const auto settings, workflow::Settings::load(env));
  TRY(auto thread, workflow::fetch_thread(env, settings, source, id, say));
  TRY(const auto branch, workflow::import_series(env, settings, std::move(tree), std::move(thread),
                                                 workflow::ImportWishes{name, fork_point, source.is_offline}, say));
  args.remark(fmt::format("Created new branch {}: {} patch{} on {}, the next one is v{}", branch.name,
                          branch.patches.size(), branch.patches.size() == 1 ? "" : "es",
                          branch.base.hex().substr(0, 12), branch.cover.tracking.revision));
  args.remark("The cover letter is that of the mail, you can edit it with --edit-cover");
  return {};
}

Result<void> take_posted_as_sent(const Env& env, const Args& args, const workflow::MailSource& source,
                                 const std::string& id, workflow::PrepBranch& branch) {
  TRY(const auto settings, workflow::Settings::load(env));
  TRY(const auto thread,
      workflow::fetch_thread(env, settings, source, id, [&](const std::string& line) { args.remark(line); }));
  return workflow::take_as_sent(env, settings, branch, thread, [&](const std::string& line) { args.tell(line); });
}

}  // namespace lorelei::cmd
