// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/engine.hh"

#include <fmt/core.h>
#include <xapian.h>

#include <algorithm>
#include <set>
#include <thread>

#include "base/files.hh"
#include "search/compile.hh"
#include "search/schema.hh"
#include "search/xapian_error.hh"

namespace lorelei::search {

namespace {

using Kind = Error::Kind;

constexpr std::chrono::milliseconds kSwap{20};  // longer than any

tl::unexpected<Error> index_error(const std::string& directory, const Xapian::Error& e) {
  constexpr auto kDoing = "search the index";
  const std::string_view type = e.get_type();
  if (type == "DatabaseModifiedError")
    return err(Kind::kTemporary, kDoing, directory, "it changed faster than it could be read",
               "search again when the indexer has finished");
  if (type == "DatabaseOpeningError" || type == "DatabaseNotFoundError")
    return err(Kind::kNotFound, kDoing, directory, "it is gone or cannot be opened: " + e.get_msg(),
               "lorelei archive index " + directory);
  return xapian_error(e, kDoing, directory);
}

}  // namespace

struct Engine::Impl {
  struct Shard {
    unsigned place;
    std::string uuid;
  };

  PrefixSet prefixes;
  std::vector<Place> places;
  std::vector<archive::OverReader> overs;
  std::vector<Xapian::Database> databases;  // one a shard, in combined order
  std::vector<Shard> shards;
  std::set<std::string> medium_shards;
  bool has_threads = true;  // all places keep thread ids in their documents
  Xapian::Database all;

  void open_databases();
  void open_place(unsigned place);
  Hit hit(Xapian::docid id, int percent) const {
    const auto shards_count = static_cast<Xapian::docid>(databases.size());
    return {shards[(id - 1) % shards_count].place, (id - 1) / shards_count + 1, percent};
  }
  std::string name() const { return places.size() == 1 ? places[0].directory : std::string(); }

  Result<Found> search_once(const Query&, const SearchOptions&);
  Result<std::shared_ptr<const DocumentSet>> threads(const Query&, const Stop&);
  Result<std::vector<std::set<std::int64_t>>> threads_of_matches(const Query&, const Stop&);
  CompileFor target(Weights, const Stop&);
};

void Engine::Impl::open_databases() {
  databases.clear();
  shards.clear();
  medium_shards.clear();
  has_threads = true;
  all = Xapian::Database();
  for (unsigned place = 0; place < places.size(); ++place) open_place(place);
}

// Throws Xapian::Error.
void Engine::Impl::open_place(unsigned place) {
  // A writer of public-inbox 2 swaps shards while it holds this lock alone; older ones have no such file.
  const auto open_lock = fs::path(places[place].directory) / "open.lock";
  std::error_code ignored;
  std::optional<FileLock> lock;
  if (fs::exists(open_lock, ignored))
    if (auto taken = FileLock::take(open_lock, LockMode::kShared)) lock = *std::move(taken);
  std::vector<std::string> uuids;
  for (unsigned i = 0; i < places[place].shards; ++i) {
    databases.emplace_back((places[place].index / std::to_string(i)).string());
    uuids.push_back(databases.back().get_uuid());
    shards.push_back({place, uuids.back()});
    all.add_database(databases.back());
  }
  const auto& first = databases[databases.size() - uuids.size()];
  if (first.get_metadata(kIndexLevel) == "medium") medium_shards.insert(uuids.begin(), uuids.end());
  has_threads &= first.get_metadata(kHasThreadId) == "1";
}

CompileFor Engine::Impl::target(Weights weights, const Stop& stop) {
  return {.shards = databases,
          .prefixes = prefixes,
          .weights = weights,
          .medium_shards = medium_shards,
          .threads = [this, stop](const Query& thread) { return threads(thread, stop); },
          .stop = stop};
}

// Of each place, the threads of all messages that a query finds.
Result<std::vector<std::set<std::int64_t>>> Engine::Impl::threads_of_matches(const Query& query, const Stop& stop) {
  TRY(const auto compiled, compile_query(query, target(Weights::kUnused, stop)));
  Xapian::Enquire enquire(all);
  enquire.set_query(*compiled.query);
  enquire.set_weighting_scheme(Xapian::BoolWeight());
  enquire.set_docid_order(Xapian::Enquire::ASCENDING);
  const auto matches = enquire.get_mset(0, all.get_doccount());
  std::vector<std::set<std::int64_t>> found(places.size());
  for (auto it = matches.begin(); it != matches.end(); ++it) {
    const auto at = hit(*it, 0);
    TRY(const auto thread, overs[at.place].thread_of(at.number));
    if (thread) found[at.place].insert(thread);
  }
  return found;
}

Result<std::shared_ptr<const DocumentSet>> Engine::Impl::threads(const Query& query, const Stop& stop) {
  std::vector<std::set<std::int64_t>> wanted(places.size());
  if (!query.parts.empty()) {
    TRY(wanted, threads_of_matches(query.parts[0], stop));
  } else {
    for (unsigned place = 0; place < places.size(); ++place) {
      TRY(const auto thread, overs[place].thread_of_message_id(query.value));
      if (thread) wanted[place].insert(thread);
    }
  }
  auto documents = std::make_shared<DocumentSet>();
  std::size_t first_shard = 0;
  for (unsigned place = 0; place < places.size(); first_shard += places[place].shards, ++place)
    for (const auto thread : wanted[place]) {
      if (stop.reached()) throw Stopped{};
      TRY(const auto numbers, overs[place].numbers_of_thread(thread));
      for (const auto number : numbers) {
        const auto shard = first_shard + static_cast<std::size_t>(number) % places[place].shards;
        (*documents)[shards[shard].uuid].push_back(static_cast<std::uint32_t>(number));
      }
    }
  for (auto& [uuid, numbers] : *documents) std::sort(numbers.begin(), numbers.end());
  return documents;
}

Result<Found> Engine::Impl::search_once(const Query& query, const SearchOptions& options) {
  const auto weights = options.sort == Sort::kDocid ? Weights::kUnused : Weights::kUsed;
  TRY(auto compiled, compile_query(query, target(weights, options.stop)));
  auto wanted = *compiled.query;
  if (options.above) {
    const Xapian::Query range(Xapian::Query::OP_VALUE_GE, slot::kNumber,
                              Xapian::sortable_serialise(static_cast<double>(*options.above + 1)));
    wanted = Xapian::Query(Xapian::Query::OP_FILTER, wanted, range);
  }
  Xapian::Enquire enquire(all);
  enquire.set_query(wanted);
  const bool newest_first = options.direction == Direction::kNewestFirst;
  switch (options.sort) {
    case Sort::kReceived:
      enquire.set_sort_by_value_then_relevance(slot::kReceived, newest_first);
      break;
    case Sort::kRelevance:
      enquire.set_sort_by_relevance_then_value(slot::kReceived, newest_first);
      break;
    case Sort::kDocid:
      enquire.set_weighting_scheme(Xapian::BoolWeight());
      enquire.set_docid_order(newest_first ? Xapian::Enquire::DESCENDING : Xapian::Enquire::ASCENDING);
      break;
  }
  if (options.collapse == Collapse::kThreads && has_threads && places.size() == 1)
    enquire.set_collapse_key(slot::kThread);
  const auto matches = enquire.get_mset(options.offset, options.limit);
  Found found;
  found.estimated = matches.get_matches_estimated();
  found.notes = std::move(compiled.notes);
  found.hits.reserve(matches.size());
  for (auto it = matches.begin(); it != matches.end(); ++it)
    found.hits.push_back(hit(*it, std::min(it.get_percent(), 99)));
  return found;
}

Result<Engine> Engine::open(const std::vector<std::string>& directories, PrefixSet prefixes) {
  for (int again = 0;; ++again) {
    auto engine = open_once(directories, prefixes);
    if (engine || again == kMaxSwaps) return engine;
    const auto kind = engine.error().kind;
    if (kind != Kind::kNotFound && kind != Kind::kCorrupt && kind != Kind::kTemporary) return engine;
    std::this_thread::sleep_for(kSwap);
  }
}

Result<Engine> Engine::open_once(const std::vector<std::string>& directories, const PrefixSet& prefixes) {
  auto impl = std::make_shared<Impl>();
  impl->prefixes = prefixes;
  for (const auto& directory : directories) {
    TRY(auto place, find_place(directory));
    if (place.shards == 0)
      return err(Kind::kNotFound, "search", directory, "its index has level basic, without the words of the messages",
                 "lorelei archive index --level full " + directory);
    TRY(auto over, archive::OverReader::open(place.over()));
    impl->places.push_back(std::move(place));
    impl->overs.push_back(std::move(over));
  }
  try {
    impl->open_databases();
  } catch (const Xapian::Error& e) {
    return index_error(impl->name(), e);
  }
  return Engine(std::move(impl));
}

const std::vector<Place>& Engine::places() const { return impl_->places; }
std::uint64_t Engine::message_count() const { return impl_->all.get_doccount(); }
archive::OverReader& Engine::over(unsigned place) { return impl_->overs.at(place); }

Result<Found> Engine::search(const Query& query, const SearchOptions& options) {
  for (int opened = 0;; ++opened) {
    try {
      if (opened) impl_->open_databases();
      return impl_->search_once(query, options);
    } catch (const Stopped&) {
      if (options.stop.cancelled && options.stop.cancelled->load())
        return err(Kind::kCancelled, "search", impl_->name(), "it was interrupted");
      return err(Kind::kTemporary, "search", impl_->name(), "it took longer than it was allowed to",
                 "give it more time, or a narrower query");
    } catch (const Xapian::DatabaseModifiedError& e) {
      if (opened == kMaxReopens) return index_error(impl_->name(), e);
    } catch (const Xapian::DatabaseError& e) {
      if (opened >= kMaxSwaps) return index_error(impl_->name(), e);
      std::this_thread::sleep_for(kSwap);
    } catch (const Xapian::Error& e) {
      return index_error(impl_->name(), e);
    }
  }
}

Result<void> Engine::read_rows(std::span<const Hit> hits, std::vector<archive::OverRow>& rows) {
  rows.resize(hits.size());
  // One snapshot inside the other, a place each.
  std::function<Result<void>()> read = [&]() -> Result<void> {
    for (std::size_t i = 0; i < hits.size(); ++i) {
      TRY(const bool is_there, impl_->overs[hits[i].place].read(hits[i].number, rows[i]));
      if (!is_there) rows[i].number = 0;
    }
    return {};
  };
  for (auto& over : impl_->overs) read = [&over, inner = std::move(read)] { return over.snapshot(inner); };
  return read();
}

}  // namespace lorelei::search
