// SPDX-License-Identifier: GPL-3.0-or-later
// What all commands that send mail share. Nothing leaves the machine before the user has seen what and to whom, and has
// said yes; what is on its way is in an outbox.
#pragma once
#include <string>
#include <vector>

#include "base/command.hh"
#include "base/env.hh"
#include "base/result.hh"
#include "mail/header_writer.hh"
#include "workflow/outbox.hh"

namespace lorelei::cmd {

// Signs them all before anything is sent: who signs may have to be asked for a password.
enum class Signing { kNo, kIfThereIsAKey, kRequired };
Result<void> sign_all(const Env&, const Args&, Signing, std::vector<std::string>& mails);

// "  To: Ann <ann@x>\n" a line each.
std::string listed(const std::vector<mail::Correspondent>&, const char* what);

enum class Consent { kAsked, kGiven };
// Shows it, and if it is to be asked for, waits for "y" at the terminal. doing: "send". Errors: kUsage, nobody is there
// to answer; kCancelled.
Result<void> ask_consent(const Env&, const Args&, Consent, const std::string& shown, const char* doing,
                         const char* question);

// workflow::deliver(), and says what was sent.
Result<void> deliver(const Env&, const Args&, workflow::Outbox&);
// Errors: kConflict, something is on its way already.
Result<void> check_nothing_under_way(const fs::path& git_directory);

}  // namespace lorelei::cmd
