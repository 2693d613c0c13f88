// SPDX-License-Identifier: GPL-3.0-or-later
// An archive that was cloned, brought up to date from where its epochs came from: every epoch that has a remote, then
// the epochs that were begun there since.
//
// Upstream may have rewritten an epoch (a purge or an edit). That is taken over, and reported: the old commits stay in
// the repository, so that the next index run can take back what is gone. Messages that were put into the copy here are
// never taken away by it: an epoch that has some stays as it is; where nothing is known of its past, the replaced
// history is kept under a ref. One epoch that fails does not keep the others
// from being fetched.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/inbox.hh"
#include "base/env.hh"
#include "base/result.hh"
#include "git/object_id.hh"

namespace lorelei::archive {

struct FetchedEpoch {
  enum class Outcome {
    kUnchanged,
    kUpdated,    // the new history goes on from the old one
    kRewritten,  // it does not
    kAhead,      // upstream has nothing that we lack, and lacks messages of ours
    kAdded,      // the epoch is new
    kNoRemote,   // made here, or its directory may not be written: nothing to fetch
    kFailed,
  };
  unsigned number = 0;
  Outcome outcome = Outcome::kUnchanged;
  std::optional<git::ObjectId> before, after;  // HEAD
  std::uint64_t messages = 0;                  // added by the new commits
  std::string kept_as;         // a ref of the history that was replaced, where it is not known that all was upstream's
  std::optional<Error> error;  // of kFailed
};
const char* to_text(FetchedEpoch::Outcome);

// In order of number. Errors: kFailed if no new epoch could be looked for, kCancelled.
Result<std::vector<FetchedEpoch>> fetch_archive(const Env&, Inbox&, Talk);

}  // namespace lorelei::archive
