// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox on an IMAP server as a destination. A message is its UID, as long as UIDVALIDITY stays; when that changes,
// or when the connection broke before the answer came, its Message-ID finds it again.
//
// Settings (lei/settings.hh): imap.sslCAInfo (a file of authorities), imap.starttls = false, imap.insecureLogin = true.
// Passwords come from git's credential helpers.
#pragma once
#include "lei/box.hh"
#include "lei/settings.hh"
#include "net/imap.hh"

namespace lorelei::lei {

// How servers are talked to, as the settings say. Errors: kUsage.
Result<net::ImapOptions> imap_options(const Settings&);

// Connects, and makes the mailbox where it is missing. Errors: kTemporary (nobody answers), kRefused (login).
Result<std::unique_ptr<Box>> open_imap_box(Env&, const Settings&, const std::string& url, Ledger&, const BoxOptions&);

}  // namespace lorelei::lei
