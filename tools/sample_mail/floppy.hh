// SPDX-License-Identifier: GPL-3.0-or-later
// The floppy driver's story: what somebody who cares for that driver must find, and what they must not.
//
// A search for the last month finds the report of a regression and its thread, the fix in two revisions, a cleanup that
// only touches drivers/block/floppy.c and one whose hunks only have floppy_* functions in their headers; it does not
// find last spring's thread, mail that has "bug" without a floppy or a floppy only in somebody else's quoted words.
#pragma once
#include "sample_mail/stories.hh"

namespace lorelei::sample {

void floppy_story(Stage&);

}  // namespace lorelei::sample
