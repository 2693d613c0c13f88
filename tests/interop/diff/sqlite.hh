// SPDX-License-Identifier: GPL-3.0-or-later
// The SQLite files of two indexes: article numbers, the overview, threads and, in an aggregate, which message is where.
//
// Row ids of msgid and subject, thread numbers, ghost numbers, inbox ids and created_at are free: they are compared by
// what they stand for.
#pragma once
#include <filesystem>

#include "base/result.hh"
#include "interop/diff/report.hh"

namespace lorelei::interop {

struct Sides {
  std::filesystem::path left, right;
};

// Thread id of each real row of over.
using Threads = std::unordered_map<std::int64_t, std::int64_t>;
struct OverFacts {
  MessageIds message_ids;  // of the left side, then of those that only the right one has
  Threads left, right;
};

Result<void> diff_msgmap(const Sides&, Report&);
Result<OverFacts> diff_over(const Sides&, const Options&, Report&);
// The tables that only an aggregate has, in the same file.
Result<void> diff_aggregate(const Sides&, Report&);

}  // namespace lorelei::interop
