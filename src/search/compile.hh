// SPDX-License-Identifier: GPL-3.0-or-later
// From the tree of a query to Xapian's, for one set of shards.
//
//   word       its terms under each target of the prefix, OR; "Z" and the stem where it is stemmed
//   phrase     one phrase for each target, OR
//   wildcard   all terms that begin so, as synonyms of each other. Up to kReferenceWildcardTerms for each target and
//              shard (beyond, the reference fails); a wildcard that has more takes the kMaxWildcardTerms most frequent
//              of all shards, and says so
//   exact, range, thread    never count for relevance: FILTER beside something that does, else scaled by 0
//   range      over dates and with few documents: a set of documents, which the caller finds (over.sqlite3 has them by
//              date); else the documents' own numbers are compared
//   thread     a set of documents, which the caller finds (over.sqlite3 knows threads; the index only half)
//   xor        OR, without a set of documents that the caller finds: Xapian 1.4 crashes where OP_XOR is not the whole
//              query
//   not        AND_NOT; alone, from all documents
//
// In archives of level medium most texts have no positions: phrases, NEAR and ADJ in them ask for all words instead
// (the reference finds nothing).
//
// Terms whose weight is not needed and that all documents of a shard have are replaced: search/posting_sources.hh says
// why.
#pragma once
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.hh"
#include "search/posting_sources.hh"
#include "search/query.hh"
#include "search/time_span.hh"

namespace Xapian {
class Database;
class Query;
}  // namespace Xapian

namespace lorelei::search {

inline constexpr unsigned kReferenceWildcardTerms = 100;
inline constexpr std::size_t kMaxWildcardTerms = 1000;

enum class Weights { kUsed, kUnused };  // kUnused: the match will not be sorted by relevance, not even within ties

struct CompileFor {
  const std::vector<Xapian::Database>& shards;  // in the order of the combined database
  const PrefixSet& prefixes;
  Weights weights = Weights::kUsed;
  std::set<std::string> medium_shards = {};  // their uuids: shards of archives of level medium
  // The documents of the threads that a kThread leaf names.
  std::function<Result<std::shared_ptr<const DocumentSet>>(const Query& thread)> threads = {};
  // The documents that an even number of a kXor's parts match, at least two. Without it: OP_XOR, for one that looks at
  // the query but does not match with it.
  std::function<Result<std::shared_ptr<const DocumentSet>>(const Query& parts)> even = {};
  // The documents of a span of time, if they are few enough for that to be less work than looking at dates; else null.
  std::function<Result<std::shared_ptr<const DocumentSet>>(const TimeSpan&)> few_in_time = {};
  Stop stop = {};
};

struct Compiled {
  std::shared_ptr<const Xapian::Query> query;
  bool has_set = false;  // a set of documents that threads or few_in_time gave is part of it
  std::vector<std::string> notes;
};

// Before: the query is dated. Throws Xapian::Error (of reading the terms that a wildcard stands for); the caller has
// the loop that opens the index again after DatabaseModifiedError.
Result<Compiled> compile_query(const Query&, const CompileFor&);

}  // namespace lorelei::search
