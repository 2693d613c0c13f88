// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox on an IMAP server as a destination. A message is its UID, as long as UIDVALIDITY stays; when that changes,
// or when the connection broke before the answer came, its Message-ID finds it again.
//
// A server that still works on what it got over a broken line cannot be told from one that lost it. It is given a
// second, and what is not there then is sent again; if the first one comes before the end of the run, one of the two is
// removed. One that comes later is there twice.
//
// Settings and passwords: lei/mail_servers.hh.
#pragma once
#include "lei/box.hh"
#include "lei/settings.hh"

namespace lorelei::lei {

// Connects, and makes the mailbox where it is missing. Errors: kTemporary (nobody answers), kRefused (login).
Result<std::unique_ptr<Box>> open_imap_box(Env&, const Settings&, const std::string& url, Ledger&, const BoxOptions&);

}  // namespace lorelei::lei
