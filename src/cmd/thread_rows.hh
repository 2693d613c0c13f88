// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands about a thread share: how it is named, and where its mail comes from.
#pragma once
#include <string>
#include <vector>

#include "base/command.hh"
#include "workflow/mail_source.hh"

namespace lorelei::cmd {

struct ThreadChoice {
  workflow::MailSource source;
  bool reads_stdin = true;
};
// Which archives are asked, and whether servers are.
void add_source_rows(std::vector<Option>&, workflow::MailSource&);
void add_thread_rows(std::vector<Option>&, ThreadChoice&);
// word: the operand, if there is one; else the Message-ID of a mail on standard input. "": the mailbox of -m as a
// whole. Errors: kUsage, nothing says which.
Result<std::string> asked_thread(const ThreadChoice&, const std::vector<std::string>& words);

}  // namespace lorelei::cmd
