// SPDX-License-Identifier: GPL-3.0-or-later
// Branches of series that are done: put into an archive, then deleted, with their tags and their section of the
// configuration.
//
// The archive is on the disk, and has been read again, before a ref goes; refs go only if they are where they were: the
// tags, then the section, the branch last. After a kill the archive has all that is left, and the next run does the
// rest; of a series in the branch's description it may find a branch without one, which no later one inherits.
#pragma once
#include "workflow/done_series.hh"

namespace lorelei::workflow {

// Errors: kRefused, the branch is in use, has what the archive could not hold (merges, commits above the series), or
// another branch has the same change-id; kConflict, some of it is on its way to somebody.
Result<void> check_deletable(const Env&, const DoneSeries&);
// series: as it was shown. Errors: the same; kConflict, it is another one now, another archive of the name is there, or
// a ref has moved: then it is archived, and what has moved is not deleted; of writing.
Result<void> archive_and_delete(const Env&, const DoneSeries& series, const Told&);

}  // namespace lorelei::workflow
