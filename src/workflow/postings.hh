// SPDX-License-Identifier: GPL-3.0-or-later
// Series with their mail, and which of them are revisions of one (workflow/series_list.hh has the rule).
#pragma once
#include <cstddef>
#include <vector>

#include "search/series_snapshot.hh"

namespace lorelei::workflow {

struct Posting {
  search::Series series = {};
  std::vector<std::size_t> rows = {};   // all its mail in the snapshot
  bool answers_older = false;           // to a mail of a lower revision
  std::size_t newest = 0;               // of its revisions, among the postings
  std::vector<std::size_t> older = {};  // of the newest: its other revisions, the highest first
};

std::vector<Posting> find_postings(const search::SeriesSnapshot&);

}  // namespace lorelei::workflow
