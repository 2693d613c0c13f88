// SPDX-License-Identifier: GPL-3.0-or-later
// Revisions of a series that were posted as threads of their own: by the same author, with the same change-id or the
// same title. Archives here are asked; a server only where its mail is what one has.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "workflow/mail_finder.hh"
#include "workflow/revisions.hh"

namespace lorelei::workflow {

struct PostedRevision {
  std::string message_id, title;  // of its cover, else of its first patch
  std::int64_t sent = 0;
};
using PostedRevisions = std::map<int, PostedRevision>;  // of a revision that was sent twice the last one

// All that the archives here have, with the one that is given, which stays what it is. Errors: of reading.
Result<PostedRevisions> posted_revisions(const Env&, const MailSource&, const Revision&);
// The same with what the server has. Errors: of the network, too.
Result<PostedRevisions> posted_revisions_on_server(const Revision&, PostedRevisions known, MailFinder&);

// Adds the threads of revisions that are newer than all in the thread, mail that is there already apart. How many
// revisions. Errors: of reading and of the network.
Result<int> add_newer_revisions(const Env&, const Settings&, const MailSource&, FetchedThread&, const Say&);

}  // namespace lorelei::workflow
