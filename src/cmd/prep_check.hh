// SPDX-License-Identifier: GPL-3.0-or-later
// `prep --check`: our own checks and the user's commands, a marked line for each patch with the findings below; and
// what `send` asks of it.
#pragma once
#include "base/command.hh"
#include "base/env.hh"
#include "base/result.hh"
#include "cmd/outgoing.hh"
#include "workflow/prep_branch.hh"

namespace lorelei::cmd {

// Errors: kFailed, a patch has failures. Without any, it is noted that the series was checked.
Result<void> check_prepared(Env&, const Args&, const workflow::PrepBranch&);

// Tells what should have been done before the series goes out, each with the command that does it. kAsked: waits for a
// "y" if somebody is at the terminal; where nobody is, goes on. Errors: kCancelled.
Result<void> tell_preflight(const Env&, const Args&, const workflow::PrepBranch&, Consent);

}  // namespace lorelei::cmd
