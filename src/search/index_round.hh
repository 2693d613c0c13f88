// SPDX-License-Identifier: GPL-3.0-or-later
// One round of an index run: the workers and their turns at the sequencer (search/index.hh tells the whole story).
#pragma once
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "search/document_sink.hh"
#include "search/index.hh"
#include "search/plan.hh"
#include "search/sequencer.hh"

namespace lorelei::search {

class SeriesStore;

inline constexpr std::size_t kRunChanges = 768;           // changes a worker takes at a time: 256 documents a segment
inline constexpr std::size_t kWorkerRawBytes = 12 << 20;  // raw mail a worker keeps between parsing and its documents

struct RoundInput {
  const Env& env;
  const archive::Inbox& inbox;
  const IndexOptions& options;
  Level level;
  const Plan& plan;
  std::size_t shards;           // 0 at level basic
  std::int64_t highest_before;  // numbers up to this one are in the sink's index already
  const IndexProgress& progress;
};

struct RoundResult {
  std::uint64_t changes_done = 0;  // a prefix of the plan; less than all only if the user stopped it
  bool counts = true;         // false: it was stopped before anything was done, or half-way through what is one step
  bool must_rebuild = false;  // git cannot give what is to be taken back: nothing was done, and it does not count
  std::vector<std::int64_t> removed;
  std::vector<std::pair<std::int64_t, git::Change>> stragglers;  // what an ascending sink could not take
  std::uint64_t indexed = 0, skipped = 0, damaged = 0, purged = 0;
};

// Takes back what the plan says, then every change in order.
Result<RoundResult> run_round(const RoundInput&, Sequencer&, SeriesStore&, DocumentSink&);

// Its Message-IDs, the one that its number belongs to in front.
std::vector<std::string> ids_own_first(const mail::Overview&);

}  // namespace lorelei::search
