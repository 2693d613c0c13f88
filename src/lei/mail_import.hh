// SPDX-License-Identifier: GPL-3.0-or-later
// Mail into the store (lei/store.hh), and into the record of what lies where (lei/mail_sync.hh).
//
// What is recorded as read is durable in the store: both are brought up to date in batches, the store first. A run that
// was killed or cut off goes on from the last batch; what it takes twice is recognised by the store.
//
// Of a message that was read before, only the keywords are looked at; a change of them in its folder is a change of the
// marks.
#pragma once
#include <memory>
#include <vector>

#include "lei/intake.hh"
#include "lei/marks.hh"

namespace lorelei::lei {

struct MailImportOptions {
  Mark marks = {};        // for every message
  bool keywords = true;   // take those of the folder
  bool remembers = true;  // what lies where
  bool incremental = true;
  bool new_only = false;  // do not even look at what was read before
  Manner manner = Manner::kOurs;
};
// Errors: also of one of the places; what was read before it is kept.
Result<void> import_mail(Env&, const Settings&, const std::vector<source::MailPlace>&, const MailImportOptions&,
                         const Say&);

}  // namespace lorelei::lei
