// SPDX-License-Identifier: GPL-3.0-or-later
// What should be done before a series is sent, and whether it has been for the code as it is now.
//
//   needs-editing         EDITME is still in the cover letter
//   needs-auto-to-cc      `prep --auto-to-cc` has not been run for these patches
//   needs-checking        `prep --check` has not passed for these patches and their messages; warnings do
//   needs-checking-deps   `prep --check-deps` has not for these prerequisites; only if the series has any
//   misplaced-body        a patch whose log message is empty has prose below its "---": git am drops it. Of a patch
//   that
//                         goes out alone, this is the cover letter, too
//
// What was done is kept in
//
//   GIT-COMMON-DIR/lorelei/preflight/KEY.json
//     {"check": {"at": SECONDS, "of": SHA-1}, "auto-to-cc": {"at": SECONDS}, "check-deps": {"at": SECONDS, "of":
//     SHA-1}}
//
// KEY is the SHA-1 of the patch-ids of the series, in hexadecimal, a line each, with the SHA-1 of what changes if that
// is no text, as a mode: a change of code is another series, a rebase or an edited cover letter is not. "of" is what
// the step looked at besides: of check, who wrote and committed each patch and its message; of check-deps, the lines of
// the tracking. SECONDS since 1970; what is older than 30 days, or to come, does not count, and files of nothing else
// are removed. Without the directory, all is to be done once more.
//
// b4.prep-pre-flight-checks is "disable-NAME,..." or "disable-all": those are not asked for. It may stand in the tree's
// .b4-config, as it makes nothing run; EDITME is refused by `send` whatever it says.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "workflow/prep_branch.hh"

namespace lorelei::workflow {

enum class PreflightStep { kCheck, kAutoToCc, kCheckDeps };
enum class PreflightOutcome { kPassed, kFailed };
// It has been done for the series as it is; one that failed takes back what passed before. Errors: those of reading
// commits and of writing.
Result<void> note_preflight(const Env&, const PrepBranch&, PreflightStep, PreflightOutcome = PreflightOutcome::kPassed);

struct PreflightFlag {
  std::string_view name;         // "needs-checking"
  std::string_view why, repair;  // a clause; a command
  bool is_set = false;           // it is to be done
  bool is_asked_for = true;      // nobody has disabled it

  bool fails() const { return is_set && is_asked_for; }
};
// All, in the order above; no process, no mails are made. Errors: those of reading commits.
Result<std::vector<PreflightFlag>> preflight_of(const Env&, const PrepBranch&);

}  // namespace lorelei::workflow
