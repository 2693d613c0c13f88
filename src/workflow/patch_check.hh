// SPDX-License-Identifier: GPL-3.0-or-later
// Patches, each handed to the user's check commands: checkpatch and the like.
//
// A command gets the mail on standard input, at the top of the work tree. What it prints is findings: a line with
// "ERROR:" is a failure, any other a warning, whatever it says on standard error is a failure, too, and so is a status
// other than 0 without a word.
//
// Which commands: b4.prep-perpatch-check-cmd (of own patches) or b4.am-perpatch-check-cmd (of those of others), each
// may be there several times. None that is configured: `scripts/checkpatch.pl` of the tree, if lorelei.check.tree is
// set: what came with a tree is not run unasked.
#pragma once
#include <string>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"

namespace lorelei::workflow {

enum class PatchesOf { kMine, kOthers };

struct CheckCommands {
  std::vector<std::string> commands;  // for the shell
  fs::path directory;
  bool has_script = false;  // the tree has a checkpatch of its own
  std::string advice;       // how to have a command
  // Errors: kUsage, there is none; those of reading settings.
  static Result<CheckCommands> load(const Env&, PatchesOf);
  static Result<CheckCommands> load_if_any(const Env&, PatchesOf);  // none is no error
};

struct CheckFinding {
  enum class Kind { kWarning, kFailure } kind = Kind::kWarning;
  std::string text;
};
struct CheckResult {
  std::vector<CheckFinding> findings;
  bool has_failed() const;
};
// Errors: kFailed, a command cannot be run; kCancelled.
Result<CheckResult> check_patch(const Env&, const CheckCommands&, std::string_view mail);

// "✓ title", "● title", "✗ title", with the findings below.
std::string check_text(const std::string& title, const CheckResult&, bool has_fancy_marks);

}  // namespace lorelei::workflow
