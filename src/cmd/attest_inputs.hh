// SPDX-License-Identifier: GPL-3.0-or-later
// The mail that is to be judged, one message after the other: files, mailboxes, Maildirs, standard input, or what a
// query finds in an archive.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "attest/attester.hh"
#include "base/env.hh"

namespace lorelei::cmd {

using JudgedSink = std::function<Result<void>(attest::MailToJudge&&)>;

// kPatatt: messages of a mailbox by their header, whatever was signed.
enum class Naming { kOurs, kPatatt };
// Each operand is a message, an mbox (packed or not) or a Maildir, as it looks; without any, standard input. One
// without a message gives an empty one.
Result<void> each_mail_of(const std::vector<std::string>& operands, Naming, const JudgedSink&);
// terms: a query; without any, all that the archive holds, in the order of git.
Result<void> each_mail_in(Env&, const std::string& archive, const std::vector<std::string>& terms, const JudgedSink&);

}  // namespace lorelei::cmd
