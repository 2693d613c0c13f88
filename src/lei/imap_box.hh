// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox on an IMAP server as a destination. A message is its UID, as long as UIDVALIDITY stays; when that changes,
// or when the connection broke before the answer came, its Message-ID finds it again.
//
// Settings and passwords: lei/mail_servers.hh.
#pragma once
#include "lei/box.hh"
#include "lei/settings.hh"

namespace lorelei::lei {

// Connects, and makes the mailbox where it is missing. Errors: kTemporary (nobody answers), kRefused (login).
Result<std::unique_ptr<Box>> open_imap_box(Env&, const Settings&, const std::string& url, Ledger&, const BoxOptions&);

}  // namespace lorelei::lei
