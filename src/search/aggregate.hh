// SPDX-License-Identifier: GPL-3.0-or-later
// Several archives as one index: what lore's /all/ is, an extindex of public-inbox 1.9.
//
//   DIR/ei.lock               flock(2) of every writer
//       ALL.git               no objects of its own; objects/info/alternates names each archive's all.git, absolute
//       ei15/over.sqlite3     overview, threads, and which archives hold a message (archive/cross_posts.hh)
//       ei15/0 ...            Xapian shards; a document's number is one of this index, given as messages come
//       ei15/misc             a small Xapian database with a document for each archive
//
// The one idea: two passes. The first reads only the archives' overviews and decides which copies are one message: the
// same Message-ID, and the same blob or the same content (only those candidates are read from git). The second indexes
// each distinct message once, with the keys and List-Ids of all archives that hold it. The reference indexes the first
// copy and then reads, changes and writes its document again for each further one.
//
// An archive must be indexed before; what its index skipped is not here either. ALL.git names every archive, so that a
// copy can be compared with those of archives that this run does not look at. Crash safety is that of
// search/index.hh: bulk work is swapped in whole, little work counts with one commit.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "archive/readable.hh"
#include "base/env.hh"
#include "base/result.hh"
#include "search/index.hh"

namespace lorelei::search {

struct Member {
  std::string key;   // newsgroup, else directory: names the archive inside the aggregate, for ever
  std::string name;  // for messages
  archive::Readable archive;
  std::int64_t boost = 0;  // of several copies, the one of the archive with the highest is shown
};

struct AggregateReport {
  std::uint64_t documents = 0;    // new distinct messages
  std::uint64_t cross_posts = 0;  // further copies of messages
  std::uint64_t removed = 0;      // copies that are gone
  std::uint64_t unreadable = 0;   // copies that git cannot give: they are left out
};

// Keys of the archives in it; none if there is no such aggregate.
Result<std::vector<std::string>> aggregate_keys(const fs::path& dir);

// Makes DIR if it is not there; existing members that are not named stay as they are. options: level (not basic),
// shards, jobs, memory, scope. members in the order of the configuration.
Result<AggregateReport> update_aggregate(const Env&, const fs::path& dir, std::vector<Member> members,
                                         const IndexOptions& options, const IndexProgress&);

}  // namespace lorelei::search
