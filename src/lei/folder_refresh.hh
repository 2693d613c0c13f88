// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of a folder (lei/mail_sync.hh), held against the folder: messages that are gone are forgotten, files of
// a Maildir that have another name are followed, and what lies there and is in the store or a known archive is learnt.
#pragma once
#include "lei/mail_servers.hh"
#include "lei/mail_sync.hh"
#include "lei/manner.hh"

namespace lorelei::lei {

struct Refreshed {
  std::uint64_t gone = 0, moved = 0, learnt = 0;
  std::uint64_t unknown = 0;  // in the Maildir, and nowhere else
  bool is_forgotten = false;  // there is no such folder any more
};
Result<Refreshed> refresh_folder(Env&, const Settings&, MailServers&, MailSync&, const std::string& folder, Manner);

// Only forgets what is gone from a Maildir; how many that were.
Result<std::uint64_t> forget_missing(MailSync&, const std::string& folder);

}  // namespace lorelei::lei
