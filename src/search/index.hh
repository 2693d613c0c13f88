// SPDX-License-Identifier: GPL-3.0-or-later
// Brings an archive's index up to date with its git history.
//
//   plan ─► workers: read, parse ─► sequencer, in order ─► workers: terms, documents ─► shards ─► publish
//           search/plan.hh          search/sequencer.hh    search/document.hh          search/shards.hh, publish.hh
//
// The one idea: only numbering depends on the order of history, and it is cheap. A worker takes a run of changes,
// parses it, waits for its turn at the sequencer, and goes on with the documents while the next one has the turn.
//
// Two ways to write, the same pipeline before them:
//   bulk      much is new: everything goes to segments and copies in a build directory that is swapped in at the end
//   in place  little is new: documents go to the shards themselves; then one SQLite transaction over over.sqlite3,
//             msgmap.sqlite3 and series.sqlite3 makes them count, together with the commit up to which git was read
// A kill at any moment leaves the recorded commit where it was, or everything done: the next run repeats the rest and
// comes to the same result. Bulk goes in rounds of at least as many messages as there are, so that a kill costs at
// most half of the work. Two things are one step, of which a stop keeps nothing: an index that is built anew (the old
// one stays), and rewritten history that is taken over.
//
// Memory: a worker holds a few MiB of raw mail (a larger message is read again when its turn comes) and one segment.
// What it may hold, and what SQLite and Xapian may, are shares of memory_bytes; a single message can be more than that.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "archive/inbox.hh"
#include "base/env.hh"
#include "base/result.hh"
#include "git/object_id.hh"
#include "search/document.hh"

namespace lorelei::search {

struct IndexOptions {
  enum class Scope { kNew, kRebuild };
  Scope scope = Scope::kNew;
  std::optional<Level> level;                    // nothing: as the index is, full for a new one
  unsigned shards = 3;                           // of a new index; an existing one keeps its number
  unsigned jobs = 0;                             // workers; 0: one a processor, as far as memory_bytes allows
  std::uint64_t memory_bytes = 256 << 20;        // aimed at, all workers and databases together
  std::uint64_t max_message_bytes = UINT64_MAX;  // larger ones are skipped, and listed
  std::vector<std::string> altids = {};          // search/serial_numbers.hh
  // Terms that a message gets beside those of what it says (search/mark_terms.hh). Called from any thread.
  std::function<Result<std::vector<std::string>>(const git::ObjectId& blob)> own_terms = {};
};

struct IndexReport {
  std::uint64_t indexed = 0;        // messages added
  std::uint64_t removed = 0;        // messages taken away
  std::uint64_t skipped = 0;        // changes that could not be indexed: archive ls --skipped
  std::uint64_t damaged = 0;        // of the skipped: git could not give the message
  std::uint64_t purged = 0;         // empty blobs left behind by a purge
  bool interrupted = false;         // the user stopped it; what is counted here is kept
  bool rebuilt = false;             // the index was made anew
  std::vector<unsigned> rewritten;  // epochs whose history changed
};

// Called from any thread, one at a time: `more` changes are done of `total` in this round.
using IndexProgress = std::function<void(std::uint64_t more, std::uint64_t total)>;

// Takes the archive's lock. Errors: those of git and the databases; nothing is lost, the next run goes on.
Result<IndexReport> index_archive(const Env&, const archive::Inbox&, const IndexOptions&, const IndexProgress&);

}  // namespace lorelei::search
