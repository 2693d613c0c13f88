// SPDX-License-Identifier: GPL-3.0-or-later
// What an index run has to do, epoch by epoch: git's history beside what msgmap says was indexed.
//
//   nothing recorded           every commit
//   an ancestor of the tip     the commits since then
//   something else             the history was rewritten (upstream purged or edited a message): take back the commits
//                              since the common ancestor, then index from there. If the old commits are gone from the
//                              repository they cannot be taken back: the index is built anew, numbers are kept.
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

  std::uint64_t size() const;  // changes of all epochs
};

// recorded: last_indexed of an epoch.
using Recorded = std::function<Result<std::optional<std::string>>(unsigned epoch)>;
Result<Plan> plan_index(const archive::Inbox&, const Recorded&);
// From nothing, without messages that were deleted later: numbers must not be spent on them again.
Result<Plan> plan_rebuild(const archive::Inbox&);

// Cuts the plan after at most limit changes. Returns whether something was cut.
enum class Cut { kNo, kYes };
Cut cut_plan(Plan&, std::uint64_t limit);

}  // namespace lorelei::search
