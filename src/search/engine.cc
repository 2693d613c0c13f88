// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/engine.hh"

#include <fmt/core.h>
#include <xapian.h>

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "base/files.hh"
#include "search/compile.hh"
#include "search/most_matches.hh"
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

void sort(DocumentSet& documents) {
  for (auto& [uuid, numbers] : documents) {
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());  // of archives that were copied
  }
}

// May the first matches in time be looked for at one end of it? Not if that end is ruled out, or if beginning a match
// is dear: a wildcard is spelt out, the list of each term is opened.
bool suits_one_end(const Xapian::Query& query, Direction direction) {
  constexpr Xapian::termcount kMostTerms = 64;
  const auto type = query.get_type();
  if (query.get_length() > kMostTerms || type == Xapian::Query::OP_WILDCARD || type == Xapian::Query::OP_VALUE_RANGE ||
      type == (direction == Direction::kNewestFirst ? Xapian::Query::OP_VALUE_LE : Xapian::Query::OP_VALUE_GE))
    return false;
  for (std::size_t i = 0; i < query.get_num_subqueries(); ++i)
    if (!suits_one_end(query.get_subquery(i), direction)) return false;
  return true;
}

}  // namespace

struct Engine::Impl {
  struct Shard {
    unsigned place;
    std::string uuid;
  };
  // Looking at one end of time is worth it where all matches are this many times what is looked at there.
  static constexpr double kWorthIt = 6;
  static constexpr double kFirstLook = 6, kMargin = 1.5;  // documents for a wanted match; for one that is expected
  static constexpr double kLeastLook = 250;
  static constexpr std::size_t kFew = 32;  // so many times fewer than all documents

  PrefixSet prefixes;
  std::vector<Place> places;
  std::vector<archive::OverReader> overs;
  std::vector<Xapian::Database> databases;  // one a shard, in combined order
  std::vector<Shard> shards;
  std::vector<std::size_t> first_shards;  // of each place
  bool has_twins = false;                 // two shards share a uuid, by which sets of documents know them
  std::set<std::string> medium_shards;
  Xapian::Database all;

  // Of one search:
  std::map<const Query*, std::shared_ptr<const DocumentSet>> sets;  // of kThread and kXor, which may be compiled again
  std::size_t dated_budget = 0;                                     // documents that sets by date may still hold

  void open_databases();
  void open_place(unsigned place);
  Hit hit(Xapian::docid id, int percent) const {
    const auto shards_count = static_cast<Xapian::docid>(databases.size());
    return {shards[(id - 1) % shards_count].place, (id - 1) / shards_count + 1, percent};
  }
  std::string name() const { return places.size() == 1 ? places[0].directory : std::string(); }

  Result<Found> search_once(const Query&, const SearchOptions&);
  Result<Found> search_in_order(const Xapian::Query&, const SearchOptions&);  // kRelevance, kDocid
  Result<Found> search_by_time(const Compiled&, const SearchOptions&);
  Result<std::optional<Found>> search_one_end(const Xapian::Query&, const SearchOptions&);
  Result<std::optional<DocumentSet>> documents_at(archive::OverReader::End, std::size_t count);
  Found found(const Xapian::MSet& matches, const Xapian::MSet& with_best) const;
  using Set = Result<std::shared_ptr<const DocumentSet>>;
  Set once(const Query&, const Stop&, Set (Impl::*make)(const Query&, const Stop&));
  Set threads(const Query&, const Stop&);
  Result<std::vector<Xapian::docid>> matches_of(const Query&, const Stop&);
  Set even(const Query&, const Stop&);
  Result<std::vector<std::set<std::int64_t>>> threads_of_matches(const Query&, const Stop&);
  Set few_in_time(const TimeSpan&);
  void add(DocumentSet&, unsigned place, std::int64_t number) const;
  CompileFor target(Weights, const Stop&);
};

void Engine::Impl::open_databases() {
  databases.clear();
  shards.clear();
  first_shards.clear();
  has_twins = false;
  medium_shards.clear();
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
  first_shards.push_back(shards.size());
  std::vector<std::string> uuids;
  for (const auto& path : places[place].shards) {
    databases.emplace_back(path.string());
    uuids.push_back(databases.back().get_uuid());
    has_twins |= std::any_of(shards.begin(), shards.end(), [&](const Shard& s) { return s.uuid == uuids.back(); });
    shards.push_back({place, uuids.back()});
    all.add_database(databases.back());
  }
  const auto& first = databases[databases.size() - uuids.size()];
  if (first.get_metadata(kIndexLevel) == "medium") medium_shards.insert(uuids.begin(), uuids.end());
}

CompileFor Engine::Impl::target(Weights weights, const Stop& stop) {
  return {.shards = databases,
          .prefixes = prefixes,
          .weights = weights,
          .medium_shards = medium_shards,
          .threads = [this, stop](const Query& thread) { return once(thread, stop, &Impl::threads); },
          .even = [this, stop](const Query& parts) { return once(parts, stop, &Impl::even); },
          .few_in_time = [this](const TimeSpan& span) { return few_in_time(span); },
          .stop = stop};
}

// All documents that a query matches, ascending.
Result<std::vector<Xapian::docid>> Engine::Impl::matches_of(const Query& query, const Stop& stop) {
  TRY(const auto compiled, compile_query(query, target(Weights::kUnused, stop)));
  Xapian::Enquire enquire(all);
  enquire.set_query(*compiled.query);
  enquire.set_weighting_scheme(Xapian::BoolWeight());
  enquire.set_docid_order(Xapian::Enquire::ASCENDING);
  const auto matches = enquire.get_mset(0, all.get_doccount());
  return std::vector<Xapian::docid>(matches.begin(), matches.end());
}

// Of each place, the threads of all messages that a query finds.
Result<std::vector<std::set<std::int64_t>>> Engine::Impl::threads_of_matches(const Query& query, const Stop& stop) {
  TRY(const auto matches, matches_of(query, stop));
  std::vector<std::set<std::int64_t>> found(places.size());
  for (const auto id : matches) {
    const auto at = hit(id, 0);
    TRY(const auto thread, overs[at.place].thread_of(at.number));
    if (thread) found[at.place].insert(thread);
  }
  return found;
}

// A query within a query is compiled, and its set made, as often as what is around it is: only the first time counts.
Engine::Impl::Set Engine::Impl::once(const Query& query, const Stop& stop,
                                     Set (Impl::*make)(const Query&, const Stop&)) {
  if (const auto made = sets.find(&query); made != sets.end()) return made->second;
  TRY(auto set, (this->*make)(query, stop));
  sets.emplace(&query, set);
  return set;
}

Engine::Impl::Set Engine::Impl::even(const Query& query, const Stop& stop) {
  std::vector<bool> is_matched(std::size_t{all.get_lastdocid()} + 1), is_odd(is_matched.size());
  for (const auto& part : query.parts) {
    if (stop.reached()) throw Stopped{};
    TRY(const auto matches, matches_of(part, stop));
    for (const auto id : matches) {
      is_matched[id] = true;
      is_odd[id] = !is_odd[id];
    }
  }
  auto documents = std::make_shared<DocumentSet>();
  for (std::size_t id = 1; id < is_matched.size(); ++id) {
    if (!is_matched[id] || is_odd[id]) continue;
    const auto at = hit(static_cast<Xapian::docid>(id), 0);
    add(*documents, at.place, at.number);
  }
  sort(*documents);
  return documents;
}

Engine::Impl::Set Engine::Impl::threads(const Query& query, const Stop& stop) {
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
  for (unsigned place = 0; place < places.size(); ++place)
    for (const auto thread : wanted[place]) {
      if (stop.reached()) throw Stopped{};
      TRY(const auto numbers, overs[place].numbers_of_thread(thread));
      for (const auto number : numbers) add(*documents, place, number);
    }
  sort(*documents);
  return documents;
}

Engine::Impl::Set Engine::Impl::few_in_time(const TimeSpan& span) {
  if (has_twins) return nullptr;
  const auto most = dated_budget;
  auto documents = std::make_shared<DocumentSet>();
  std::size_t count = 0;
  for (unsigned place = 0; place < places.size(); ++place) {
    // As if mail came evenly; saves reading thousands of numbers in vain.
    TRY(const auto whole, overs[place].whole_span(span.clock));
    const auto length = [](std::int64_t low, std::int64_t high) {
      return static_cast<double>(high) - static_cast<double>(low) + 1;
    };
    const auto common = length(std::max(whole.low, span.seconds.low), std::min(whole.high, span.seconds.high));
    if (common * kFew > length(whole.low, whole.high)) return nullptr;
    TRY(const auto numbers, overs[place].numbers_between(span.clock, span.seconds, most + 1 - count));
    count += numbers.size();
    if (count > most) return nullptr;
    for (const auto number : numbers) add(*documents, place, number);
  }
  dated_budget -= count;
  sort(*documents);
  return documents;
}

void Engine::Impl::add(DocumentSet& documents, unsigned place, std::int64_t number) const {
  const auto shard = first_shards[place] + static_cast<std::size_t>(number) % places[place].shards.size();
  documents[shards[shard].uuid].push_back(static_cast<std::uint32_t>(number));
}

// with_best: of the same query, with the most relevant of all matches in it; percentages are of that one's relevance.
Found Engine::Impl::found(const Xapian::MSet& matches, const Xapian::MSet& with_best) const {
  Found found;
  found.estimated = std::max(matches.get_matches_estimated(), with_best.get_matches_estimated());
  found.hits.reserve(matches.size());
  for (auto it = matches.begin(); it != matches.end(); ++it)
    found.hits.push_back(hit(*it, std::min(with_best.convert_to_percent(it.get_weight()), 99)));
  return found;
}

// All messages that came after (kOldest: before) a moment that is chosen so that they are nearly `count` at least, and
// at most that many of each place. Nothing if they might be all there are.
Result<std::optional<DocumentSet>> Engine::Impl::documents_at(archive::OverReader::End end, std::size_t count) {
  using Arrival = archive::OverReader::Arrival;
  const auto is_nearer = [end](std::int64_t a, std::int64_t b) {
    return end == archive::OverReader::End::kNewest ? a > b : a < b;
  };
  std::vector<std::vector<Arrival>> arrivals;
  std::optional<std::int64_t> moment;  // up to which all of each place are known; those of it itself may lack some
  for (auto& over : overs) {
    TRY(auto some, over.arrivals(end, count));
    if (some.size() == count && (!moment || is_nearer(some.back().received, *moment))) moment = some.back().received;
    arrivals.push_back(std::move(some));
  }
  if (!moment) return std::nullopt;
  DocumentSet documents;
  for (unsigned place = 0; place < places.size(); ++place)
    for (const auto& arrival : arrivals[place])
      if (is_nearer(arrival.received, *moment)) add(documents, place, arrival.number);
  sort(documents);
  return documents;
}

// Nothing if too few match there for that to be less work than looking at all matches.
Result<std::optional<Found>> Engine::Impl::search_one_end(const Xapian::Query& query, const SearchOptions& options) {
  const bool newest = options.direction == Direction::kNewestFirst;
  const auto end = newest ? archive::OverReader::End::kNewest : archive::OverReader::End::kOldest;
  const double enough = static_cast<double>(options.offset) + options.limit;
  double look = std::max(kLeastLook, enough * kFirstLook);
  const auto is_worth_it = [this](double some, double matches) {
    return some * static_cast<double>(places.size()) * kWorthIt < matches;
  };
  if (has_twins || !is_worth_it(look, all.get_doccount()) || !suits_one_end(query, options.direction))
    return std::nullopt;
  const auto most = static_cast<double>(most_matches(query, all));
  Xapian::Enquire enquire(all);
  enquire.set_sort_by_value_then_relevance(slot::kReceived, newest);
  while (is_worth_it(look, most)) {
    TRY(auto documents, documents_at(end, static_cast<std::size_t>(look)));
    if (!documents) return std::nullopt;
    const auto set = std::make_shared<const DocumentSet>(*std::move(documents));
    const Xapian::Query there(make_document_set_source(set)->release());
    enquire.set_query(Xapian::Query(Xapian::Query::OP_FILTER, query, there));
    const auto matches = enquire.get_mset(options.offset, options.limit);
    if (matches.size() == options.limit) {
      enquire.set_query(query);
      enquire.set_sort_by_relevance();
      return found(matches, enquire.get_mset(0, 1));
    }
    look *= std::max(2.0, enough / (options.offset + matches.size() + 1.0) * kMargin);
  }
  return std::nullopt;
}

Result<Found> Engine::Impl::search_by_time(const Compiled& compiled, const SearchOptions& options) {
  if (!compiled.has_set) {
    TRY(auto some, search_one_end(*compiled.query, options));
    if (some) return *std::move(some);
  }
  Xapian::Enquire enquire(all);
  enquire.set_query(*compiled.query);
  enquire.set_sort_by_value_then_relevance(slot::kReceived, options.direction == Direction::kNewestFirst);
  const auto matches = enquire.get_mset(options.offset, options.limit);
  return found(matches, matches);
}

Result<Found> Engine::Impl::search_in_order(const Xapian::Query& query, const SearchOptions& options) {
  Xapian::Enquire enquire(all);
  enquire.set_query(query);
  const bool newest_first = options.direction == Direction::kNewestFirst;
  if (options.sort == Sort::kRelevance) {
    enquire.set_sort_by_relevance_then_value(slot::kReceived, newest_first);
  } else {
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    enquire.set_docid_order(newest_first ? Xapian::Enquire::DESCENDING : Xapian::Enquire::ASCENDING);
  }
  const auto matches = enquire.get_mset(options.offset, options.limit);
  return found(matches, matches);
}

Result<Found> Engine::Impl::search_once(const Query& query, const SearchOptions& options) {
  sets.clear();
  dated_budget = all.get_doccount() / kFew;
  const auto weights = options.sort == Sort::kDocid ? Weights::kUnused : Weights::kUsed;
  TRY(auto compiled, compile_query(query, target(weights, options.stop)));
  TRY(auto found,
      options.sort == Sort::kReceived ? search_by_time(compiled, options) : search_in_order(*compiled.query, options));
  found.notes = std::move(compiled.notes);
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
    if (place.shards.empty())
      return err(Kind::kNotFound, "search", directory, "its index has level basic, without the words of the messages",
                 archive::indexing_command(place.layout, "--level full " + directory));
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
bool Engine::numbers_follow_time() const { return impl_->places.size() == 1 && !impl_->places[0].is_aggregate(); }
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
      // Without a blob it is but the keywords of a message that is elsewhere, in a store of lei.
      if (!is_there || rows[i].blob.empty()) rows[i].number = 0;
    }
    return {};
  };
  for (auto& over : impl_->overs) read = [&over, inner = std::move(read)] { return over.snapshot(inner); };
  return read();
}

}  // namespace lorelei::search
