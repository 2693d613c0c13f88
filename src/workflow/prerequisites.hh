// SPDX-License-Identifier: GPL-3.0-or-later
// Patches that a series needs first. Its author names them by their patch-ids, one a line, in their order:
//
//   prerequisite-patch-id: 5ff3f7a5e2f6d1b1ee4bcb4fb1d44cd2a1ba5c1c
//
// They are looked up in the archives here, and on the server unless the series itself came from one that is here or we
// are offline. What a mail contains decides, not what an index says of it: a patch-id is blind to white space, and ends
// with the first patch of a text, so
//
//   all that git would apply of the mail has to be that patch
//   mails that have it with other white space are a doubt, and none of them is taken
//   each is made ready as `am` does it: the policy for signatures holds, characters that hide something are refused
#pragma once
#include <string>
#include <vector>

#include "git/objects.hh"
#include "workflow/am.hh"

namespace lorelei::workflow {

struct Prerequisite {
  std::string patch_id;
  AmSeries series;  // of this one patch
  const AmEntry& entry() const { return series.entries.front(); }
};

struct Prerequisites {
  std::vector<Prerequisite> found;   // in the order of the author
  std::vector<std::string> missing;  // patch-ids, with what is doubtful about them
};
// Each that is found is told: title, author, Message-ID, signatures. Errors: kAttestation, kRefused, as
// make_am_series; those of reading and of the network.
Result<Prerequisites> find_prerequisites(const Env&, const Settings&, const MailSource&, const AmWishes&,
                                         const AmSeries&, const Say&);

// Mails of those that are no commits of the history behind this one yet. Errors: those of reading.
Result<std::vector<std::string>> not_in_history(const Env&, const std::vector<Prerequisite>&, const git::Objects&,
                                                const git::ObjectId& commit);

}  // namespace lorelei::workflow
