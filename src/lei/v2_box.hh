// SPDX-License-Identifier: GPL-3.0-or-later
// An archive of public-inbox's version 2 as a destination: one commit a message, indexed when the delivery ends.
//
// It only grows: what is in it is never taken out, whatever the search finds later. A message with the content and an
// id of one that is there counts as delivered (archive/importer.hh), so a kill between commit and ledger costs nothing:
// pending rows are forgotten, and the archive knows its mail.
//
// Shared: the archives that were searched become alternates of the epochs. What they have is not copied, and is lost
// with them.
#pragma once
#include "lei/box.hh"

namespace lorelei::lei {

// Makes it where it is missing. Errors: kRefused, something else is there.
Result<std::unique_ptr<Box>> open_v2_box(Env&, const fs::path&, Ledger&, const BoxOptions&);

}  // namespace lorelei::lei
