// SPDX-License-Identifier: GPL-3.0-or-later
// Takes the blobs out of the epochs of an archive, once its index has them: history and trees stay, so that new mail
// can be added and indexed.
//
// What is new in an epoch since the last time is packed again without blobs; the packs and loose objects that had them
// are deleted. A pack that is done has a .keep beside it, and the file `lorelei-bare` has the commit up to which all is
// done. A kill leaves blobs behind; the next run takes them away.
#pragma once
#include "archive/inbox.hh"
#include "base/result.hh"

namespace lorelei::lei {

// Before: nobody else writes to the archive; its index is up to date.
Result<void> take_blobs_away(const archive::Inbox&);

}  // namespace lorelei::lei
