// SPDX-License-Identifier: GPL-3.0-or-later
// How an archive is: what is in it, and whether its index is what git says. Looked at without locks and without
// reading mail; an archive that is just being written may show either state.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "archive/config.hh"
#include "base/result.hh"

namespace lorelei::archive {

enum class IndexState {
  kNone,     // never indexed
  kBehind,   // git has commits that were not indexed
  kCurrent,  // nothing to do; of an aggregate: it has an index
};
const char* to_text(IndexState);

struct Status {
  IndexState index = IndexState::kNone;
  std::size_t epochs = 0;                 // 0 for an aggregate, and for an archive of version 1
  std::optional<std::uint64_t> messages;  // in the index
  std::optional<std::int64_t> newest;     // received: seconds since 1970
  std::optional<std::int64_t> updated;    // when the index was last written
};
// Errors: kNotFound, kRefused (no archive there), kCorrupt.
Result<Status> status_of(const Located&);

}  // namespace lorelei::archive
