// SPDX-License-Identifier: GPL-3.0-or-later
// Finds messages: opens the indexes of archives and aggregates read-only and runs queries over all of them at once.
//
//   TRY(auto engine, Engine::open({"/srv/mail/block", "/srv/mail/all"}));
//   TRY(const auto found, engine.search(query, {.limit = 200}));
//   TRY_VOID(engine.read_rows(found.hits, rows));
//
// All shards of all places are one Xapian database, so that relevance means the same in each. Shard s of n in it holds
// the combined ids s+1, s+1+n, ...; the id within the shard is the article number:
//
//   shard = (id - 1) mod n      number = (id - 1) / n + 1
//
// Orders are the reference's, ties included: by time of arrival, among equals by relevance, then by combined id.
//
// The newest of many matches are found without looking at all of them: over.sqlite3 tells which messages came last, and
// only in those is matched, as long as they hold enough matches. Relevance stays what it is among all documents.
//
// Readers take no locks. A writer that changes the index under a running search makes Xapian throw
// DatabaseModifiedError; the search opens the index again and starts over, up to kMaxReopens times. An index that is
// swapped while it is opened looks incomplete or damaged for an instant: only what stays so is an error.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "archive/over_reader.hh"
#include "base/result.hh"
#include "search/places.hh"
#include "search/posting_sources.hh"
#include "search/query.hh"

namespace lorelei::search {

inline constexpr int kMaxReopens = 10;
inline constexpr int kMaxSwaps = 3;  // tries again after what may have been one

enum class Sort { kReceived, kRelevance, kDocid };
enum class Direction { kNewestFirst, kOldestFirst };  // kRelevance: decides only among equals

struct SearchOptions {
  Sort sort = Sort::kReceived;
  Direction direction = Direction::kNewestFirst;
  std::uint32_t offset = 0, limit = 10'000;
  Stop stop = {};  // gives up with kTemporary (deadline) or kCancelled
};

struct Hit {
  unsigned place;  // index in Engine::places()
  std::int64_t number;
  int percent;  // of the best hit's relevance, 0 to 99
};

struct Found {
  std::vector<Hit> hits;
  std::uint64_t estimated = 0;  // how many there are without limit and offset, roughly
  std::vector<std::string> notes;
};

class Engine {
 public:
  // directories: archives and aggregates. Errors: kNotFound (not there, not indexed, level basic), kCorrupt.
  static Result<Engine> open(const std::vector<std::string>& directories, PrefixSet = {});

  const std::vector<Place>& places() const;
  std::uint64_t message_count() const;
  // True of one archive, where numbers are given as messages arrive; an aggregate takes whole archives one after
  // another.
  bool numbers_follow_time() const;

  // Before: the query is dated (search/query_dates.hh).
  Result<Found> search(const Query&, const SearchOptions& = {});

  // The row of each hit, in one transaction of each place. A message that went away meanwhile, or was none, has the
  // number 0. Rows that are there already keep their memory.
  Result<void> read_rows(std::span<const Hit>, std::vector<archive::OverRow>& rows);

  archive::OverReader& over(unsigned place);

 private:
  struct Impl;
  static Result<Engine> open_once(const std::vector<std::string>& directories, const PrefixSet&);
  explicit Engine(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

}  // namespace lorelei::search
