// SPDX-License-Identifier: GPL-3.0-or-later
// Branches of series, with the tags of what was sent of them.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "workflow/prep_branch.hh"
#include "workflow/sending.hh"
#include "workflow/sent_tag.hh"

namespace lorelei::workflow {

struct SentRevision {
  SentTag tag;
  git::ObjectId object;   // that the ref names
  std::int64_t sent = 0;  // when it was tagged; 0: the tag does not say
};
struct DoneSeries {
  PrepBranch branch;
  std::map<int, SentRevision> sent;
  std::string use;  // of the branch by a work tree, see git/branch_use; empty: none

  int last_revision() const;       // that was sent; 0: none was
  std::int64_t last_sent() const;  // seconds since 1970; 0: not known
};

// By branch. Those that were sent, at least once; branches that cannot be read are told. Errors: those of git.
Result<std::vector<DoneSeries>> sent_series(const Env&, const Told&);
// name: of a branch, with or without "b4/". Errors: kNotFound, it is none, or has no series.
Result<DoneSeries> series_of_branch(const Env&, const std::string& name);
// Other branches whose series has the change-id of this one, as copies of it have: its tags are theirs, too. Errors:
// those of git.
Result<std::vector<std::string>> branches_beside(const DoneSeries&);

}  // namespace lorelei::workflow
