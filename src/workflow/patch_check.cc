// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/patch_check.hh"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "base/process.hh"
#include "base/text.hh"
#include "git/program.hh"
#include "git/work_tree.hh"
#include "workflow/setting_values.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;

namespace {

constexpr std::size_t kMaxShown = 100;  // findings of one patch
constexpr const char* kCheckpatch = "scripts/checkpatch.pl";

}  // namespace

Result<CheckCommands> CheckCommands::load(const Env& env, PatchesOf whose) {
  auto check = load_if_any(env, whose);
  if (!check || !check->commands.empty()) return check;
  return err(Kind::kUsage, "check patches", "", "no command is set for it", check->advice);
}

Result<CheckCommands> CheckCommands::load_if_any(const Env& env, PatchesOf whose) {
  const auto name = fmt::format("{}-perpatch-check-cmd", whose == PatchesOf::kMine ? "prep" : "am");
  TRY(const auto values, SettingValues::load(env, [](const git::ConfigEntry&) { return false; }));
  CheckCommands check;
  check.commands = values.all_of_b4(name);
  if (const auto tree = git::WorkTree::here(env)) check.directory = tree->directory();
  const auto script = check.directory / kCheckpatch;
  check.has_script = access(script.c_str(), X_OK) == 0;
  const auto* asked = values.config().find("lorelei.check.tree");
  const bool runs_tree = asked && git::as_bool(*asked).value_or(false);
  if (check.commands.empty() && check.has_script && runs_tree)
    check.commands.push_back(fmt::format("./{} -q --terse --no-summary --mailback --showfile -", kCheckpatch));
  check.advice = check.has_script ? "git config lorelei.check.tree true, to run this tree's scripts/checkpatch.pl"
                                  : fmt::format("git config b4.{} COMMAND", name);
  return check;
}

bool CheckResult::has_failed() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const CheckFinding& one) { return one.kind == CheckFinding::Kind::kFailure; });
}

Result<CheckResult> check_patch(const Env& env, const CheckCommands& check, std::string_view mail) {
  CheckResult result;
  for (const auto& command : check.commands) {
    RunOptions how;
    how.input = mail;
    how.process = git::git_options_for_user();
    how.process.directory = check.directory;
    how.cancelled = env.cancelled;
    TRY(const auto done, run_process({"sh", "-c", command}, how));
    const auto before = result.findings.size();
    const auto take = [&](std::string_view text, bool is_failure) {
      for (const auto line : split(text, '\n')) {
        if (trim(line).empty() || result.findings.size() >= kMaxShown) continue;
        const bool fails = is_failure || line.find("ERROR:") != line.npos;
        result.findings.push_back(
            {fails ? CheckFinding::Kind::kFailure : CheckFinding::Kind::kWarning, std::string(trim_end(line))});
      }
    };
    take(done.out, false);
    take(done.err, true);
    if (done.status != 0 && result.findings.size() == before)
      result.findings.push_back(
          {CheckFinding::Kind::kFailure, fmt::format("'{}' ended with status {}", command, done.status)});
  }
  return result;
}

std::string check_text(const std::string& title, const CheckResult& result, bool has_fancy_marks) {
  const bool is_clean = result.findings.empty(), fails = result.has_failed();
  const char* mark = has_fancy_marks ? (is_clean ? "✓" : fails ? "✗" : "●") : (is_clean ? "v" : fails ? "x" : "!");
  auto text = fmt::format("{} {}\n", mark, printable(title));
  for (const auto& one : result.findings) text += "    " + printable(one.text) + "\n";
  return text;
}

}  // namespace lorelei::workflow
