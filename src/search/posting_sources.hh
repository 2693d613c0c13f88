// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of a match that Xapian does not have: documents of a term without Xapian's shortcut, a given set of documents,
// and a way to stop a match that takes too long.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace Xapian {
class PostingSource;
}

namespace lorelei::search {

// The documents of a term. For a term that every document of a shard has, and whose weight is not needed, Xapian 1.4
// takes the list of all documents and renames it to the term; where document ids have gaps (ours have: number modulo
// shards) stepping to that list's second chunk throws DatabaseCorruptError, "Unexpected end of posting list". This
// source reads the posting list itself.
Xapian::PostingSource* make_term_source(const std::string& term);

// Ascending document ids of each shard, by the shard's uuid: a shard does not know its place among the others.
using DocumentSet = std::map<std::string, std::vector<std::uint32_t>>;
Xapian::PostingSource* make_document_set_source(std::shared_ptr<const DocumentSet>);

// All documents of the shards with these uuids.
Xapian::PostingSource* make_shard_source(const std::set<std::string>& uuids);

// When to give up.
struct Stop {
  std::optional<std::chrono::steady_clock::time_point> deadline = {};
  const std::atomic<bool>* cancelled = nullptr;
  explicit operator bool() const { return deadline || cancelled; }
  bool reached() const {
    return (cancelled && cancelled->load(std::memory_order_relaxed)) ||
           (deadline && std::chrono::steady_clock::now() >= *deadline);
  }
};
struct Stopped {};  // thrown through Xapian by the source below, caught around the match

// Every document; throws Stopped when it is time. To be filtered by, where a match looks at each candidate.
Xapian::PostingSource* make_stop_source(const Stop&);

}  // namespace lorelei::search
