// SPDX-License-Identifier: GPL-3.0-or-later
// The mail of one mailbox, one newsgroup or one URL, for lei/intake.hh.
#pragma once
#include "lei/intake.hh"
#include "lei/mail_servers.hh"

namespace lorelei::lei {

Result<void> read_imap(MailServers&, const std::string& url, const source::MailSink&, const Intake&);
Result<void> read_news(MailServers&, const std::string& url, const source::MailSink&, const Intake&);
Result<void> read_web(MailServers&, const std::string& url, const source::MailSink&, const Intake&);

}  // namespace lorelei::lei
