// SPDX-License-Identifier: GPL-3.0-or-later
// One Xapian shard beside another: postings with positions (read by term, which is how they lie on disk), then for each
// document its term list, length, values and data, and the database's metadata.
#pragma once
#include "interop/diff/report.hh"
#include "interop/diff/sqlite.hh"

namespace lorelei::interop {

// threads collects value slot 5 over all shards: it is compared as one partition.
Result<void> diff_shard(const Sides&, const OverFacts&, const Options&, PartitionDiff& threads, Report&);

}  // namespace lorelei::interop
