// SPDX-License-Identifier: GPL-3.0-or-later
// An mbox as a destination. A message is found again by its digest: mail programs write the file anew when flags
// change, and positions mean nothing then.
//
// Of a saved search, mail is appended: before, the size of the file and of what comes are noted in the ledger. What a
// kill left half written is cut off again, if nobody has written behind it. Everything else (removing, a delivery that
// is not saved) makes a new file beside it and renames it.
#pragma once
#include "lei/box.hh"
#include "mail/mbox.hh"

namespace lorelei::lei {

enum class Keep { kLedger, kNothing };  // kNothing: not saved, the ledger is gone when the program ends

// Errors: kConflict (a directory, or something that is no mbox), kTemporary (locked).
Result<std::unique_ptr<Box>> open_mbox_box(const fs::path&, mail::MboxDialect, Keep, Ledger&, const BoxOptions&);

}  // namespace lorelei::lei
