// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the Xapian shards of an archive are sound and hold the messages of its overview: number n is a document of
// shard n modulo the number of shards, under docid n, and there are no others. (archive/verify.hh does the rest.)
#pragma once
#include <functional>

#include "archive/inbox.hh"
#include "archive/verify.hh"
#include "base/env.hh"
#include "base/result.hh"

namespace lorelei::search {

// An index of level basic has no shards, and nothing is found. progress: after each document. Errors: kCancelled.
Result<void> verify_shards(const Env&, const archive::Inbox&, archive::Findings&,
                           const std::function<void()>& progress);

}  // namespace lorelei::search
