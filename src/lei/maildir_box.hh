// SPDX-License-Identifier: GPL-3.0-or-later
// A Maildir as a destination. A message is the file whose name up to the colon its row has, in cur/ or new/: mail
// programs move files between the two and change what is behind the colon.
#pragma once
#include "lei/box.hh"

namespace lorelei::lei {

// Makes what is missing of the Maildir. Errors: kConflict, something else is there: a file, or a directory with other
// things in it.
Result<std::unique_ptr<Box>> open_maildir_box(const fs::path&, Ledger&, const BoxOptions&);

}  // namespace lorelei::lei
