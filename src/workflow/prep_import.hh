// SPDX-License-Identifier: GPL-3.0-or-later
// A branch made of a series that was posted: to go on with one's own on another machine, or with somebody's who gave it
// up. Its patches are applied in memory (workflow/apply_series); only if all apply is there a branch.
//
//   name       b4/ and the one that was given, else the middle of the change-id, else a slug of the title
//   base       the one that was given, else what the author names, else HEAD if it fits, else a guess
//   tracking   what the mail carries (X-B4-Tracking), else a new one that remembers the thread
//   revision   one more than what was posted
//   cover      title and text of the posted one, with a note that it has to be looked at
#pragma once
#include <string>

#include "workflow/am.hh"
#include "workflow/prep_branch.hh"

namespace lorelei::workflow {

struct ImportWishes {
  std::string name, fork_point;  // either may be empty
  bool is_offline = false;       // keys for signatures are those that are known
};
// Errors: as make_am_series; kIncomplete, patches are missing; kConflict, there is such a branch, one does not apply,
// or a file is in the way: nothing is changed then; kRefused, something is half done in the work tree.
Result<PrepBranch> import_series(const Env&, const Settings&, git::WorkTree, FetchedThread, const ImportWishes&,
                                 const Say&);

// "a-title-of-many" of "A title of many more words than fit".
std::string branch_slug(std::string_view title);

}  // namespace lorelei::workflow
