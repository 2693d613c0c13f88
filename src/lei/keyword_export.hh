// SPDX-License-Identifier: GPL-3.0-or-later
// Keywords from the marks (lei/marks.hh) into folders of which it is known what lies where (lei/mail_sync.hh): flags in
// the names of a Maildir's files, flags of an IMAP mailbox.
//
//   kMerge  what changed in the folder since the last time stays; what changed in the marks is carried over
//   kSet    the marks replace what the folder has
//
// Other flags of a message stay as they are.
#pragma once
#include "lei/mail_servers.hh"
#include "lei/mail_sync.hh"
#include "lei/marks.hh"

namespace lorelei::lei {

enum class ExportMode { kMerge, kSet };
struct Exported {
  std::uint64_t changed = 0;
  std::uint64_t gone = 0;  // messages that are not where they were
};
// Errors: also kRefused, a mailbox that keeps no flags or a newsgroup.
Result<Exported> export_keywords(MailServers&, MailSync&, Marks&, const std::string& folder, ExportMode);

}  // namespace lorelei::lei
