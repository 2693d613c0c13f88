// SPDX-License-Identifier: GPL-3.0-or-later
// A series as an archive, from which all of it can be made again:
//
//   $XDG_DATA_HOME/b4/prep-archived/CHANGE-ID.tar.gz
//     CHANGE-ID/cover.txt tracking.js patches.mbx sent/patches-vN.cover sent/patches-vN.mbx notes.txt
//
// where b4 puts it. Mailboxes are those of git format-patch, as mboxrd, with all that git am needs to make the same
// trees. notes.txt is there if commits have notes: "commit ID", and the notes as git log shows them.
#pragma once
#include "workflow/done_series.hh"

namespace lorelei::workflow {

fs::path archive_of(const Env&, const DoneSeries&);
// On the disk, and read again, when it returns. One that is there with all of this is taken for done; another is never
// overwritten. Errors: kConflict, another archive of the name is there; of writing.
Result<void> write_archive(const Env&, const DoneSeries&, const Told&);

}  // namespace lorelei::workflow
