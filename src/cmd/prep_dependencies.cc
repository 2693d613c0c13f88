// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei prep, with what a series needs first: --edit-deps and --check-deps.
#include <fmt/core.h>

#include "base/text.hh"
#include "cmd/prep_series.hh"
#include "git/editor.hh"
#include "workflow/dependencies.hh"
#include "workflow/dependency_check.hh"
#include "workflow/sending.hh"

namespace lorelei::cmd {

namespace {

constexpr const char* kNotes =
    "# What this series needs first, in the order in which it is applied, a line each:\n"
    "#\n"
    "#   patch-id: ID           one patch, by git patch-id --stable\n"
    "#   change-id: ID:vN       a revision of a series\n"
    "#   message-id: ID         the revision of a series that this mail belongs to\n"
    "#   base-commit: REVISION  what all of it is based on; needed with any of the others\n"
    "#\n"
    "# Lines that begin with # do not count. lorelei prep --check-deps tries all of it.\n";

Result<bool> take(const Env& env, const Args& args, workflow::PrepBranch& branch, const std::string& text) {
  TRY(const auto all, workflow::read_dependencies(text));
  TRY(const auto base, workflow::named_base(branch.tree, all));
  std::vector<std::string> lines;
  for (const auto& one : all) lines.push_back(one.line());
  if (!lines.empty() && !base)
    args.tell("No base-commit is named: --check-deps will ask for one, and so will whoever applies the series");
  if (lines == branch.cover.tracking.prerequisites) return false;
  branch.cover.tracking.prerequisites = std::move(lines);
  TRY_VOID(branch.save(env, "prep: edit what it needs first", workflow::Committer::kMe,
                       [&](const std::string& line) { args.tell(line); }));
  return true;
}

}  // namespace

// What was written is not lost if it cannot be taken.
Result<void> edit_dependencies(const Env& env, const Args& args, workflow::PrepBranch& branch) {
  TRY_VOID(workflow::check_finish(env, branch, workflow::Signing::kNotTried));
  const auto file = branch.tree.git_directory() / "PREP_DEPENDENCIES";
  const auto before = join(branch.cover.tracking.prerequisites, "\n");
  TRY(const auto text,
      git::edit_text(env, branch.tree.config(), file, before + (before.empty() ? "" : "\n\n") + kNotes));
  auto taken = take(env, args, branch, text);
  if (!taken) {
    taken.error().next += fmt::format("{}your text is in {}", taken.error().next.empty() ? "" : "; ", file.string());
    return tl::unexpected(std::move(taken).error());
  }
  std::error_code ignored;
  fs::remove(file, ignored);
  if (!*taken)
    args.remark("What it needs first is unchanged");
  else
    args.remark(fmt::format("It needs {} first now", branch.cover.tracking.prerequisites.empty()
                                                         ? "nothing"
                                                         : join(branch.cover.tracking.prerequisites, ", ")));
  return {};
}

Result<void> check_dependencies(Env& env, const Args& args, const workflow::MailSource& source,
                                const workflow::PrepBranch& branch) {
  TRY(const auto settings, workflow::Settings::load(env));
  TRY(const auto report,
      workflow::check_dependencies(env, settings, branch, source, [&](const std::string& line) { args.remark(line); }));
  print(env, workflow::report_text(report, settings.has_fancy_marks));
  if (report.passes()) return {};
  return err(Error::Kind::kFailed, "check what is needed first by", branch.name,
             "something is missing, or does not apply", "lorelei prep --edit-deps");
}

}  // namespace lorelei::cmd
