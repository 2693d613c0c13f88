// SPDX-License-Identifier: GPL-3.0-or-later
// Judges the mail of an archive that was not judged yet, and records what came of it (attest/verdict_store.hh).
#pragma once
#include <cstdint>
#include <functional>

#include "archive/inbox.hh"
#include "attest/attester.hh"
#include "base/env.hh"

namespace lorelei::attest {

struct RecordReport {
  std::uint64_t judged = 0, known = 0;
  std::uint64_t unreadable = 0;  // blobs that git could not give
  bool is_interrupted = false;
};
// Holds the archive's lock. What was judged is durable every some hundred messages.
Result<RecordReport> record_verdicts(const Env&, const archive::Inbox&, const AttesterOptions&,
                                     const std::function<void()>& progress);

}  // namespace lorelei::attest
