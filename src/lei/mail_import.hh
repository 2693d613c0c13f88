// SPDX-License-Identifier: GPL-3.0-or-later
// Mail into the store (lei/store.hh), and into the record of what lies where (lei/mail_sync.hh).
//
// What is recorded as read is durable in the store: both are brought up to date in batches, the store first. A run that
// was killed or cut off goes on from the last batch; what it takes twice is recognised by the store.
//
// A message that was only indexed and is stored now is taken out of the archive of such mail.
//
// Of a message that was read before, only the keywords are looked at; a change of them in its folder is a change of the
// marks.
#pragma once
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "lei/intake.hh"
#include "lei/marks.hh"
#include "lei/store.hh"

namespace lorelei::lei {

enum class Unknown { kTake, kPassOver };  // messages that neither the store nor a known archive has

struct MailImportOptions {
  Mark marks = {};        // for every message
  bool keywords = true;   // take those of the folder
  bool remembers = true;  // what lies where
  bool incremental = true;
  bool new_only = false;  // do not even look at what was read before
  Manner manner = Manner::kOurs;
  Store::Kind into = Store::Kind::kMail;  // kIndexOnly: what the store has is not indexed once more
  Unknown unknown = Unknown::kTake;
  const std::set<std::string>* names = nullptr;  // in Maildirs only files of these names, without what follows a colon
};
struct Imported {
  std::uint64_t taken = 0;   // messages that were not known to lie there
  std::uint64_t marked = 0;  // whose keywords or labels changed
  std::uint64_t passed_over = 0;
};
// Errors: also of one of the places; what was read before it is kept.
Result<Imported> import_mail(Env&, const Settings&, const std::vector<source::MailPlace>&, const MailImportOptions&,
                             const Say&);

}  // namespace lorelei::lei
