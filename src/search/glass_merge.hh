// SPDX-License-Identifier: GPL-3.0-or-later
// Several Xapian databases of disjoint document ids into one, in a single pass over sorted tables.
//
// The one idea: what has the same key in several inputs is rare and small (a term's lists, one after the other);
// everything else is copied as it is stored, compressed or not. Xapian's own Database::compact does the same through
// general cursors, at ten times the instructions, and leaves a term's list in as many chunks as there were inputs; here
// neighbours are joined up to the usual size of a chunk.
//
// Not merged, but refused: databases with spelling data or synonyms (public-inbox has none), which are the library's.
// Foreign bytes: the inputs may be damaged; see search/glass_reader.hh.
#pragma once
#include <vector>

#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::search {

// Every id of an input is greater than all of the input before it. Of metadata under one name the first input's counts.
// Creates output, which must not hold a database; the inputs stay. Opens four files for each input.
// Errors: kRefused, an input is of another kind; kCorrupt; kConflict, output holds a database.
Result<void> merge_glass(const std::vector<fs::path>& inputs, const fs::path& output, Sync);

}  // namespace lorelei::search
