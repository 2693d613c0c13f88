// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/prep_check.hh"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "base/random.hh"
#include "base/text.hh"
#include "workflow/posting.hh"
#include "workflow/preflight.hh"
#include "workflow/series_checks.hh"
#include "workflow/settings.hh"

namespace lorelei::cmd {

namespace {

using Kind = Error::Kind;
using workflow::CheckResult;

// What the user's commands find, added to what we have found.
Result<void> run_commands(const Env& env, const workflow::CheckCommands& commands, const workflow::PrepBranch& branch,
                          workflow::SeriesPatches patches, std::vector<CheckResult>& results) {
  if (commands.commands.empty()) return {};
  std::vector<bool> is_empty;
  for (const auto& patch : patches.patches) is_empty.push_back(patch.diff.empty());
  TRY(const auto settings, workflow::SendSettings::load(env));
  TRY(const auto random, random_bytes(6));
  TRY(const auto posting,
      workflow::make_posting(env, settings, {branch.cover, branch.base, std::move(patches)}, {}, random));
  for (const auto& mail : posting.mails) {
    if (mail.is_cover()) continue;
    const auto index = static_cast<std::size_t>(mail.number) - 1;
    if (is_empty[index]) continue;
    TRY(auto found, workflow::check_patch(env, commands, mail.text));
    auto& findings = results[index].findings;
    findings.insert(findings.end(), found.findings.begin(), found.findings.end());
  }
  return {};
}

}  // namespace

Result<void> check_prepared(Env& env, const Args& args, const workflow::PrepBranch& branch) {
  if (branch.patches.empty()) return err(Kind::kUsage, "check", branch.name, "there is no patch yet", "git commit");
  TRY(const auto shown, workflow::Settings::load(env));
  TRY(const auto commands, workflow::CheckCommands::load_if_any(env, workflow::PatchesOf::kMine));
  TRY(auto patches,
      workflow::read_series_patches(branch.tree, branch.start(), branch.patches, workflow::EmptyCommits::kTaken));
  TRY(auto checks, workflow::check_series(env, branch, patches.patches));
  std::vector<std::string> titles;
  for (const auto& patch : patches.patches) titles.push_back(patch.title);
  TRY_VOID(run_commands(env, commands, branch, std::move(patches), checks.patches));

  if (!checks.series.findings.empty())
    print(env,
          workflow::check_text(workflow::letter_of(branch.cover.text).title, checks.series, shown.has_fancy_marks));
  for (std::size_t i = 0; i < titles.size(); ++i)
    print(env, workflow::check_text(titles[i], checks.patches[i], shown.has_fancy_marks));
  if (commands.commands.empty() && commands.has_script)
    args.remark("scripts/checkpatch.pl of this tree was not run: " + commands.advice);

  const auto failed = std::count_if(checks.patches.begin(), checks.patches.end(),
                                    [](const CheckResult& result) { return result.has_failed(); });
  const auto outcome = failed == 0 ? workflow::PreflightOutcome::kPassed : workflow::PreflightOutcome::kFailed;
  if (const auto noted = workflow::note_preflight(env, branch, workflow::PreflightStep::kCheck, outcome); !noted)
    args.tell("It is not remembered: " + to_text(noted.error()));
  if (failed == 0) return {};
  return err(
      Kind::kFailed, "approve", branch.name,
      fmt::format("{} of {} {} failures", failed, titles.size(), titles.size() == 1 ? "patch has" : "patches have"),
      "git rebase -i, to mend them");
}

Result<void> tell_preflight(const Env& env, const Args& args, const workflow::PrepBranch& branch, Consent consent) {
  TRY(const auto flags, workflow::preflight_of(env, branch));
  std::string text;
  for (const auto& flag : flags)
    if (flag.fails()) text += fmt::format("  {}: {}\n    {}\n", flag.name, flag.why, flag.repair);
  if (text.empty()) return {};
  text = "Before it is sent:\n" + text;
  const bool is_somebody_here = isatty(0) && env.err_is_terminal;
  if (consent == Consent::kAsked && is_somebody_here)
    return ask_consent(env, args, consent, text, "send", "Send all the same?");
  args.tell(text.substr(0, text.size() - 1));
  return {};
}

}  // namespace lorelei::cmd
