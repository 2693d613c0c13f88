// SPDX-License-Identifier: GPL-3.0-or-later
// Brings series.sqlite3 up to the index where it is behind: an index that public-inbox made or continued, a file that
// was lost, damaged or of another version.
#pragma once
#include <functional>

#include "archive/inbox.hh"
#include "base/env.hh"
#include "base/result.hh"

namespace lorelei::search {

// Reads the message of every overview row again if the markers of any epoch say that something is missing; otherwise
// costs two small databases to look at. Before: the archive's lock is held, over.sqlite3 and msgmap.sqlite3 are there.
// progress: messages more, of how many.
Result<void> backfill_series(const Env&, const archive::Inbox&,
                             const std::function<void(std::uint64_t more, std::uint64_t total)>& progress);

}  // namespace lorelei::search
