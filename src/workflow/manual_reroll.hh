// SPDX-License-Identifier: GPL-3.0-or-later
// A revision that went out by other means than `send`, as git send-email: what send does when all is sent is done for
// the mails that are found.
//
// Whether they are this series says the change-id; where they have none, the patch-ids, or at least all the titles.
#pragma once
#include <string>
#include <vector>

#include "workflow/mail_source.hh"
#include "workflow/prep_branch.hh"
#include "workflow/revisions.hh"
#include "workflow/sending.hh"

namespace lorelei::workflow {

struct PostedDifferences {
  bool has_other_change_id = false;
  bool has_other_patches = false;        // not the same number of them, or one with neither change nor title in common
  std::vector<std::string> differences;  // sentences; empty: the patches are the same
};
Result<PostedDifferences> compare_posted(const PrepBranch&, const Revision&);

// The tag of a revision that was posted, on the patches of the branch, which are those; its name. One that is there
// stays, and then there is none.
Result<std::string> tag_posted(const Env&, PrepBranch&, const Revision&);

// The tag, the history, the next revision: each left out where it is there already. What differs is told. Errors:
// kNotFound, no series there; kConflict, it is another series or revision, or that one was sent as another mail;
// kRefused, see check_finish.
Result<void> take_as_sent(const Env&, const Settings&, PrepBranch&, const FetchedThread&, const Told&);

}  // namespace lorelei::workflow
