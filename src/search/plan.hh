// SPDX-License-Identifier: GPL-3.0-or-later
// What an index run has to do, epoch by epoch: git's history beside what msgmap says was indexed.
//
//   nothing recorded           every commit
//   an ancestor of the tip     the commits since then
//   something else             the history was rewritten (upstream purged or edited a message): take back the commits
//                              since the common ancestor, then index from there. The index is built anew, numbers
//                              kept, if the old commits are gone from the repository, or if a deletion was taken
//                              back: the message it hid lies before what is read again.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/inbox.hh"
#include "archive/msgmap.hh"
#include "base/result.hh"
#include "git/repository.hh"

namespace lorelei::search {

struct EpochPlan {
  unsigned epoch = 0;
  git::ObjectId tip;
  std::vector<git::Change> take_back;  // of rewritten history; order does not matter
  std::vector<git::Change> changes;    // oldest first
};

struct Plan {
  std::vector<EpochPlan> epochs;    // only those with something to do, ascending
  std::vector<unsigned> rewritten;  // epochs whose history changed
  bool must_rebuild = false;        // rewritten, and what was indexed cannot be taken back
  // Half of it must not count: the numbers of what was taken back, or of what an index built anew has not reached yet,
  // are known to this run only.
  bool is_one_step = false;
  std::vector<git::ObjectId> retried;  // messages that were skipped: off the list of them, before they are tried again
  std::vector<git::ObjectId> withdrawn;  // messages that rewritten history has no more: their numbers are to go

  std::uint64_t size() const;        // changes of all epochs
  std::uint64_t taken_back() const;  // of all epochs
};

// recorded: last_indexed of an epoch.
using Recorded = std::function<Result<std::optional<std::string>>(unsigned epoch)>;
// Ends soon after `limit` changes (64 bytes each), unless it is one step.
Result<Plan> plan_index(const archive::Inbox&, const Recorded&, std::uint64_t limit = UINT64_MAX);
// From nothing, without messages that were deleted later: numbers must not be spent on them again. So the whole history
// is in memory, some 64 MiB a million messages.
Result<Plan> plan_rebuild(const archive::Inbox&);

// What was skipped because git could not give it, or because it was too large, and can be read now. The epochs' tips
// are what is recorded.
Result<Plan> plan_retry(const archive::Inbox&, const Recorded&, std::uint64_t max_message_bytes);

// Cuts the plan after about limit changes, unless it is one step.
void cut_plan(Plan&, std::uint64_t limit);
// The first end of a commit at or after `end`: a commit can be two changes, and counts as done with both.
std::size_t end_of_commit(const std::vector<git::Change>&, std::size_t end);

}  // namespace lorelei::search
