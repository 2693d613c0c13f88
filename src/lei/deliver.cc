// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/deliver.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <set>

#include "base/exit_code.hh"
#include "base/plural.hh"
#include "base/sha256.hh"
#include "lei/imap_ahead.hh"
#include "lei/imap_box.hh"
#include "lei/intake.hh"
#include "lei/mail_sync.hh"
#include "lei/maildir_box.hh"
#include "lei/mbox_box.hh"
#include "lei/read_ahead.hh"
#include "lei/store.hh"
#include "lei/v2_box.hh"
#include "net/url.hh"
#include "search/places.hh"

namespace lorelei::lei {

namespace {

using State = Ledger::State;

constexpr auto kDoing = "deliver to";
constexpr const char* kQueryKey = "query";
constexpr const char* kLastRunKey = "last.run";
constexpr const char* kReferencesKey = "references ";  // and the server: "1 TIME", it knows the term; "0 TIME"
constexpr std::int64_t kRelearn = 7 * 86'400;          // servers are upgraded
constexpr std::size_t kMaxFollowed = 400;              // threads a server and run
constexpr std::size_t kMostSeen = 1024;                // candidates looked at before their turn

// What makes old results useless for the next update.
std::string query_id(const Request& request) {
  std::string text;
  const auto add = [&](std::string_view part) { text.append(part).append(1, '\0'); };
  for (const auto& word : request.query.words) add(word);
  for (const auto* list : {&request.wish.only, &request.wish.include}) {
    add("--");
    for (const auto& location : *list) add(location);
  }
  add(request.selection.threads == search::Threads::kNone ? "" : "threads");
  const auto digest = sha256(text);
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

mail::Keywords with_flag(mail::Keywords keywords, search::Mark mark) {
  keywords.flagged |= mark == search::Mark::kFlagged;
  return keywords;
}

class Delivery {
 public:
  Delivery(Env& env, const Settings& settings, const Request& request, const SavedSearch* search,
           const DeliveryOptions& options, const Say& say, Ledger ledger)
      : env_(env),
        settings_(settings),
        request_(request),
        search_(search),
        options_(options),
        say_(say),
        ledger_(std::move(ledger)) {}

  Result<DeliveryReport> run();
  Result<std::size_t> read_flags();
  Result<void> find_places();

 private:
  Result<Gathered> gather_all();
  Result<Gathered> gather_new(const Sources&, QueryText);
  Result<void> look();
  Result<void> may_begin();
  Result<void> note_gone();
  Result<void> start_anew();
  Result<void> foreign_mail();
  Result<void> open(const Gathered&);
  Result<std::size_t> remember_flags();
  Result<std::optional<Ledger::Row>> delivered(const Gathered&, const Candidate&);
  Result<void> take_all(Gathered&);
  Result<void> take(const Gathered&, const Candidate&, Letter, Marks&);
  Result<void> write(Letter);
  Result<bool> stays(const Ledger::Row&, const git::ObjectId&);
  Result<void> remove_unwanted();
  Result<std::optional<bool>> knows_references(const std::string& location);
  Result<void> follow(const std::string& location, const Candidate&, const Letter&, bool is_new);
  Result<void> forget_lei_readings(const Gathered&);
  void count_refusals();
  Result<void> note(const char* key, const std::string& value);
  Result<void> remember(const Gathered&);
  Result<void> remember_threads(const SourceNews&);
  Result<DeliveryReport> only_tell(Gathered&);
  bool comes_again(const Letter& removed) const {
    return removed.received >= options_.redeliver_since.value_or(INT64_MIN);
  }
  Result<Store*> store();
  Result<void> memoize(const Letter&);
  bool is_update() const { return options_.run == Run::kUpdate; }
  void problem(Error, int status);

  Env& env_;
  const Settings& settings_;
  const Request& request_;
  const SavedSearch* search_;
  const DeliveryOptions& options_;
  const Say& say_;
  Ledger ledger_;
  std::unique_ptr<ImapAhead> ahead_;  // before the box, which uses it
  std::unique_ptr<Box> box_;
  std::optional<Store> store_;
  std::optional<KnownMail> known_;
  Standing standing_;
  std::set<std::int64_t> gone_;  // rows of mail that is to come again
  std::set<unsigned> unread_;    // sources with messages that could not be read, or delivered: they are looked at again
  bool has_failed_source_ = false;
  bool query_changed_ = false;
  bool slides_ = false;
  std::string query_id_;
  DeliveryReport report_;
};

void Delivery::problem(Error error, int status) {
  if (report_.status == 0) report_.status = status;
  report_.problems.push_back(std::move(error));
}

Result<Store*> Delivery::store() {
  if (!store_) {
    TRY(auto opened, Store::open(env_, settings_.home()));
    store_.emplace(std::move(opened));
  }
  return &*store_;
}

Result<void> Delivery::memoize(const Letter& letter) {
  // An archive that can't be read has nothing: the message is stored once more, and not lost.
  if (!known_) known_ = KnownMail::open(env_, settings_, request_.manner).value_or(KnownMail{});
  TRY(const auto copies, known_->copies_of(letter.likeness));
  if (!copies.empty()) return {};
  TRY(auto* const kept, store());
  return kept->add(letter.raw, {}).map([](const auto&) {});
}

Result<Gathered> Delivery::gather_all() {
  TRY(auto sources, choose_sources(env_, settings_, request_.wish, request_.manner));
  for (const auto& note : sources.notes) say_(note);
  if (!sources.has_any() && sources.only_gone)
    return err(Error::Kind::kNotFound, "search", "", "no local or remote inboxes to search", "lei ls-external");
  query_id_ = query_id(request_);
  std::optional<std::int64_t> then;
  if (is_update()) {
    TRY(const auto last, ledger_.meta(kLastRunKey));
    then = last ? parse_int(*last) : std::nullopt;
    TRY(const auto before, ledger_.meta(kQueryKey));
    query_changed_ = before && *before != query_id_;
    if (query_changed_) say_("# query changed, rescanning");
  }
  TRY(auto query, read_query(request_.query, sources.prefixes, env_.now(), then));
  report_.notes.insert(report_.notes.end(), query.notes.begin(), query.notes.end());
  slides_ = query.slides;
  if (options_.to.format == Format::kImap && !options_.dry_run)
    ahead_ = ImapAhead::begin(env_, settings_, options_.to.path, options_.credentials);
  return gather_new(sources, std::move(query));
}

Result<Gathered> Delivery::gather_new(const Sources& sources, QueryText query) {
  GatherOptions gathering;
  gathering.selection = request_.selection;
  if (request_.has_limit && !is_update()) gathering.remote_limit = request_.selection.limit;
  gathering.fudge_seconds = options_.fudge_seconds;
  const bool everything = query_changed_ || options_.rescan || options_.redeliver;
  gathering.is_update = is_update() && !everything;
  if (is_update() && !options_.redeliver)
    gathering.is_known = [&](const git::ObjectId& blob) -> Result<bool> {
      TRY(const auto row, ledger_.find(blob));
      return row && row->state != State::kPending;
    };
  gathering.reading = [&](const std::string& location) -> Result<std::optional<Ledger::Reading>> {
    TRY(auto reading, ledger_.reading(location));
    if (reading || !search_) return reading;
    if (const auto max = search_->max_uid(location)) return Ledger::Reading{"", *max};  // lei was here before us
    return std::nullopt;
  };
  gathering.delivered_ids = [&] { return ledger_.all_mids(); };
  gathering.watched = [&](const std::string& location) { return ledger_.watched(location); };
  gathering.last_result = [&](const std::string& location) {
    return search_ && !everything ? search_->last_result(location) : std::nullopt;
  };
  if (is_update()) {
    gathering.followed = [&](const std::string& location) {
      return ledger_.followed(location, env_.now() - options_.follow_seconds, kMaxFollowed);
    };
    gathering.knows_references = [&](const std::string& location) { return knows_references(location); };
  }
  if (!everything) gathering.has_news = options_.has_news;
  if (gathering.is_update) gathering.selection.limit = search::kNoLimit;  // all that is new, or it would never come
  gathering.settings = &settings_;
  gathering.http = request_.http;
  TRY(auto gathered, gather(env_, sources, query, gathering, say_));
  report_.matches_are_threads = gathering.selection.threads != search::Threads::kNone;
  for (const auto& source : gathered.sources) {
    report_.notes.insert(report_.notes.end(), source.notes.begin(), source.notes.end());
    report_.matches += source.matches;
    if (source.is_remote && source.matches) report_.matches_are_threads = false;
    report_.sources.push_back(
        {source.location, source.is_remote, source.matches, source.is_unchanged, source.asked_at, source.failed});
    if (!is_update() && !request_.has_limit && source.estimated > request_.selection.limit)
      report_.notes.push_back(fmt::format("{} estimated matches ({}) exceeds default --limit={}", source.location,
                                          source.estimated, request_.selection.limit));
    if (!source.failed) continue;
    has_failed_source_ = true;
    problem(*source.failed, source.status);
  }
  return gathered;
}

// Which rows are still there.
Result<void> Delivery::look() {
  if (is_update() && !options_.redeliver) return {};
  TRY(standing_, box_->look());
  if (is_update()) return note_gone();
  return may_begin();
}

// Nothing has changed so far, and nothing will if this fails.
Result<void> Delivery::may_begin() {
  const auto place = net::without_password(options_.to.path);
  if (standing_.foreign && options_.foreign == Foreign::kRefuse)
    return err(Error::Kind::kUsage, kDoing, place,
               fmt::format("{} holds {} not written by this search", place, plural(standing_.foreign, "message")),
               "--augment to add, --overwrite to replace (a backup is made), or another output");
  return options_.begins ? options_.begins() : Result<void>();
}

// What `up --redeliver` may bring back.
Result<void> Delivery::note_gone() {
  for (const auto state : {State::kDone, State::kKnown}) {
    TRY(const auto rows, ledger_.all(state));
    for (const auto& row : rows)
      if (!standing_.present.contains(row.id)) gone_.insert(row.id);
  }
  return {};
}

// Rows of mail that is gone are forgotten, and how far sources were read: whatever happens to this run, the next one
// looks at everything.
Result<void> Delivery::start_anew() {
  TRY_VOID(ledger_.join());
  TRY_VOID(ledger_.begin_run());
  TRY_VOID(ledger_.forget_readings());
  TRY_VOID(ledger_.set_meta(kQueryKey, query_id_));
  for (const auto state : {State::kDone, State::kKnown, State::kForeign}) {
    TRY(const auto rows, ledger_.all(state));
    for (const auto& row : rows)
      if (!standing_.present.contains(row.id)) TRY_VOID(ledger_.forget(row.id));
  }
  return ledger_.commit();
}

// What the user changed since we wrote it.
Result<std::size_t> Delivery::remember_flags() {
  if (!options_.import_before || standing_.present.empty()) return 0;
  TRY(const auto rows, ledger_.all(State::kDone));
  std::vector<std::pair<std::int64_t, mail::Keywords>> changed;
  for (const auto& row : rows) {
    const auto now = standing_.present.find(row.id);
    if (now == standing_.present.end() || now->second == row.flags) continue;
    const auto before = from_keywords(row.flags), after = from_keywords(now->second);
    MarkChange change;
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                        std::inserter(change.add.keywords, change.add.keywords.end()));
    std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                        std::inserter(change.remove.keywords, change.remove.keywords.end()));
    TRY(auto* const kept, store());
    TRY(const auto mids, ledger_.mids_of(row.id));
    TRY_VOID(kept->change({row.oid, row.digest, mids}, change));
    changed.emplace_back(row.id, now->second);
  }
  if (changed.empty()) return 0;
  TRY(auto* const kept, store());
  TRY_VOID(kept->finish());
  TRY_VOID(ledger_.join());
  for (const auto& [id, keywords] : changed) TRY_VOID(ledger_.set_flags(id, keywords));
  TRY_VOID(ledger_.commit());
  return changed.size();
}

Result<void> Delivery::foreign_mail() {
  if (is_update() || standing_.foreign == 0) return {};
  if (options_.import_before || options_.foreign == Foreign::kAugment) {
    TRY_VOID(ledger_.join());
    TRY_VOID(box_->each_foreign([&](Stranger stranger) -> Result<void> {
      if (options_.import_before) {
        TRY(auto* const kept, store());
        TRY([[maybe_unused]] const auto stored,
            kept->add(stranger.raw, {.keywords = from_keywords(stranger.keywords), .labels = {}}));
      }
      if (options_.foreign != Foreign::kAugment) return {};
      const auto letter = make_letter(std::move(stranger.raw), std::nullopt, env_.now());
      TRY([[maybe_unused]] const auto id,
          ledger_.add(State::kForeign, letter.likeness, stranger.place, stranger.keywords));
      return ledger_.tell_lei(letter.likeness, letter.overview);
    }));
    TRY_VOID(ledger_.commit());
    // Durable before anything moves.
    if (store_) TRY_VOID(store_->finish());
  }
  if (options_.foreign != Foreign::kSetAside) return {};
  TRY(report_.set_aside, box_->set_aside());
  TRY(standing_, box_->look());
  return {};
}

// Whether a message that was delivered stays delivered.
Result<bool> Delivery::stays(const Ledger::Row& row, const git::ObjectId& oid) {
  if (gone_.contains(row.id)) return false;  // take() decides
  TRY_VOID(ledger_.join());
  const bool is_there = standing_.present.contains(row.id) || row.run == ledger_.run();
  if (oid != row.oid) TRY_VOID(ledger_.also_known_as(row.id, oid));
  if (!is_update() && is_there && row.run != ledger_.run() && row.state != State::kForeign) {
    ++report_.kept;
    return ledger_.wanted(row.id).map([] { return true; });
  }
  ++report_.duplicates;
  return true;
}

// The row of a message of an archive here that needs not be read: it was delivered, and stays.
Result<std::optional<Ledger::Row>> Delivery::delivered(const Gathered& gathered, const Candidate& candidate) {
  if (gathered.sources[candidate.source].is_remote || request_.sameness == search::Sameness::kNone) return std::nullopt;
  TRY_VOID(ledger_.join());  // many questions in a row
  auto found = ledger_.find(candidate.blob);
  if (found && *found && gone_.contains((*found)->id)) return std::nullopt;
  return found;
}

Result<void> Delivery::take_all(Gathered& gathered) {
  TRY(auto marks, Marks::open(settings_.home(), Marks::Access::kRead));
  ReadAhead ahead(gathered, env_.now());
  std::deque<bool> is_read;  // of those from the next on that were looked at
  auto seen = gathered.candidates.begin();
  for (const auto& candidate : gathered.candidates) {
    if (env_.stop_requested())
      return err(Error::Kind::kCancelled, kDoing, net::without_password(options_.to.path), "it was stopped");
    for (; seen != gathered.candidates.end() && ahead.has_room() && is_read.size() < kMostSeen; ++seen) {
      TRY(const auto row, delivered(gathered, *seen));
      is_read.push_back(!row);
      if (!row) ahead.want(*seen);
    }
    auto letter = is_read.front() ? std::optional(ahead.next()) : std::nullopt;
    is_read.pop_front();
    if (letter && *letter) {
      TRY_VOID(take(gathered, candidate, **std::move(letter), marks));
      continue;
    }
    TRY(const auto row, delivered(gathered, candidate));  // also if it came from another source meanwhile
    if (row) {
      TRY([[maybe_unused]] const bool stay, stays(*row, candidate.blob));
      continue;
    }
    unread_.insert(candidate.source);
    if (letter) problem(std::move(*letter).error(), static_cast<int>(ExitCode::kIncomplete));
  }
  return {};
}

Result<void> Delivery::take(const Gathered& gathered, const Candidate& candidate, Letter letter, Marks& marks) {
  const bool is_remote = gathered.sources[candidate.source].is_remote;
  TRY(const auto row, ledger_.find(letter.likeness, request_.sameness));
  if (row) {
    TRY(const bool stay, stays(*row, letter.likeness.oid));
    if (stay) return follow(gathered.sources[candidate.source].location, candidate, letter, false);
    if (!comes_again(letter)) return ++report_.duplicates, Result<void>();
    TRY_VOID(ledger_.join());
    TRY_VOID(ledger_.forget(row->id));
    gone_.erase(row->id);
  }
  if (is_remote && options_.memoize) TRY_VOID(memoize(letter));
  TRY(const auto mark, marks.of(letter.likeness.digest));
  letter.keywords = with_flag(to_keywords(mark.keywords), candidate.mark);
  letter.percent = candidate.percent;
  letter.source = candidate.source;
  ++report_.written;
  TRY_VOID(follow(gathered.sources[candidate.source].location, candidate, letter, true));
  return box_->put(std::move(letter));
}

// What is followed on a server: what came lately.
Result<void> Delivery::follow(const std::string& location, const Candidate& candidate, const Letter& letter,
                              bool is_new) {
  if (!search_ || candidate.root.empty()) return {};
  TRY_VOID(ledger_.join());
  const bool is_now = is_new && (is_update() || options_.follow_from_now);
  return ledger_.follow(location, candidate.root, is_now ? env_.now() : std::min(letter.received, env_.now()));
}

Result<std::optional<bool>> Delivery::knows_references(const std::string& location) {
  TRY(const auto text, ledger_.meta(kReferencesKey + location));
  if (!text || text->size() < 3) return std::nullopt;
  const bool knows = text->starts_with('1');
  if (!knows && parse_int(text->substr(2)).value_or(0) + kRelearn < env_.now()) return std::nullopt;
  return knows;
}

Result<void> Delivery::remember_threads(const SourceNews& source) {
  if (!source.polled.empty()) TRY_VOID(ledger_.join());
  for (const auto& root : source.polled) TRY_VOID(ledger_.was_polled(source.location, root, env_.now()));
  if (!source.knows_references) return {};
  return ledger_.set_meta(kReferencesKey + source.location,
                          fmt::format("{} {}", *source.knows_references ? 1 : 0, env_.now()));
}

// Only what we wrote, and only when everything was found.
Result<void> Delivery::remove_unwanted() {
  if (is_update() || options_.foreign == Foreign::kAugment || !box_->can_remove()) return {};
  if (has_failed_source_) {
    report_.notes.emplace_back("nothing was removed, because not every source answered");
    return {};
  }
  std::vector<Ledger::Row> unwanted;
  for (const auto state : {State::kDone, State::kKnown}) {
    TRY(const auto rows, ledger_.all(state));
    for (const auto& row : rows)
      if (row.run != ledger_.run() && standing_.present.contains(row.id)) unwanted.push_back(row);
  }
  report_.removed = unwanted.size();
  return box_->remove(unwanted);
}

// What may be taken another time comes again: its source does not count as read.
void Delivery::count_refusals() {
  for (auto& refusal : box_->take_refusals()) {
    --report_.written;
    if (!refusal.is_for_good) unread_.insert(refusal.source);
    problem(std::move(refusal.error), static_cast<int>(ExitCode::kIncomplete));
  }
}

Result<void> Delivery::note(const char* key, const std::string& value) {
  TRY(const auto before, ledger_.meta(key));
  if (before == value) return {};
  TRY_VOID(ledger_.join());
  return ledger_.set_meta(key, value);
}

// In lei's file, before the ledger says that the query is another one: nobody shall trust what was read for the old
// one.
Result<void> Delivery::forget_lei_readings(const Gathered& gathered) {
  std::vector<Change> changes;
  for (const auto& source : gathered.sources)
    for (const char* key : {"maxuid", "lastresult"})
      changes.push_back({"external", source.location, key, std::nullopt});
  return changes.empty() ? Result<void>() : change_saved_search(search_->file(), changes);
}

// How far everything was read, here and in lei's file. After a failure the sources that did not fail have been read all
// the same.
Result<void> Delivery::remember(const Gathered& gathered) {
  if (!search_) return {};
  std::vector<Change> changes;
  // What was read for another query says nothing about this one.
  if (query_changed_) {
    TRY_VOID(ledger_.join());
    TRY_VOID(ledger_.forget_readings());
    TRY_VOID(forget_lei_readings(gathered));
  }
  for (unsigned i = 0; i < gathered.sources.size(); ++i) {
    const auto& source = gathered.sources[i];
    if (source.failed || unread_.contains(i)) continue;
    if (source.asked_at)
      changes.push_back({"external", source.location, "lastresult", std::to_string(*source.asked_at)});
    if (source.is_remote) TRY_VOID(remember_threads(source));
    if (source.is_remote) continue;
    if (source.is_renumbered || !source.threads.empty()) TRY_VOID(ledger_.join());
    if (source.is_renumbered) TRY_VOID(ledger_.forget_watched(source.location));
    TRY_VOID(ledger_.set_reading(source.location, source.reading));
    for (const auto number : source.threads) TRY_VOID(ledger_.watch(source.location, number));
    const auto before = query_changed_ ? 0 : search_->max_uid(source.location).value_or(0);
    if (source.highest_match > before)
      changes.push_back({"external", source.location, "maxuid", std::to_string(source.highest_match)});
  }
  TRY_VOID(note(kQueryKey, query_id_));
  if (slides_ && !has_failed_source_ && unread_.empty()) TRY_VOID(note(kLastRunKey, std::to_string(env_.now())));
  TRY_VOID(ledger_.commit());
  return changes.empty() ? Result<void>() : change_saved_search(search_->file(), changes);
}

Result<DeliveryReport> Delivery::only_tell(Gathered& gathered) {
  std::uint64_t fresh = 0;
  for (const auto& candidate : gathered.candidates) {
    auto raw = gathered.read(candidate);
    if (!raw) continue;
    const auto letter = make_letter(*std::move(raw), std::nullopt, env_.now());
    TRY(const auto row, ledger_.find(letter.likeness, request_.sameness));
    const bool comes = !row || (gone_.erase(row->id) && comes_again(letter));
    ++(comes ? fresh : report_.duplicates);
    if (!row) {
      TRY([[maybe_unused]] const auto id, ledger_.add(State::kDone, letter.likeness, "", {}));
    }
  }
  report_.written = fresh;
  return std::move(report_);
}

Result<void> Delivery::open(const Gathered& gathered) {
  BoxOptions box;
  box.now = env_.now();
  box.locks = options_.locks;
  box.say = say_;
  box.credentials = options_.credentials;
  box.ahead = ahead_.get();
  box.expected = gathered.candidates.size();
  if (options_.shared)
    for (const auto& source : gathered.sources)
      if (const auto place = search::find_place(source.location); !source.is_remote && place)
        box.share.push_back(absolute_path(place->objects().string()));
  box.arrival = is_update() ? Arrival::kLater : Arrival::kFirst;
  TRY(box_, open_box(env_, settings_, options_.to, search_ != nullptr, ledger_, box));
  return {};
}

Result<std::size_t> Delivery::read_flags() {
  TRY_VOID(open({}));
  TRY(standing_, box_->look());
  TRY(const auto changed, remember_flags());
  TRY_VOID(box_->finish());
  return changed;
}

Result<void> Delivery::find_places() {
  TRY_VOID(open({}));
  TRY_VOID(ledger_.join());
  TRY_VOID(box_->each_foreign([&](Stranger stranger) -> Result<void> {
    const auto letter = make_letter(std::move(stranger.raw), std::nullopt, env_.now());
    TRY(const auto row, ledger_.find(letter.likeness, search::Sameness::kContent));
    return row && row->state != State::kForeign ? ledger_.settle(row->id, State::kDone, stranger.place)
                                                : Result<void>();
  }));
  TRY_VOID(ledger_.commit());
  return box_->finish();
}

Result<DeliveryReport> Delivery::run() {
  TRY(auto gathered, gather_all());
  if (options_.dry_run) {
    if (is_update() && options_.redeliver) {
      TRY_VOID(open(gathered));
      TRY_VOID(look());
    }
    TRY_VOID(ledger_.join());
    auto told = only_tell(gathered);
    ledger_.roll_back();
    return told;
  }
  // Nothing answered: nothing changes in the destination.
  const auto has_failed = [](const SourceNews& news) { return news.failed.has_value(); };
  if (has_failed_source_ && std::all_of(gathered.sources.begin(), gathered.sources.end(), has_failed) &&
      gathered.candidates.empty()) {
    // The next update may have more luck; the destination has to be free for it, though.
    if (!is_update()) {
      TRY_VOID(open(gathered));
      TRY_VOID(look());
    }
    return std::move(report_);
  }
  TRY_VOID(open(gathered));
  TRY_VOID(look());
  if (!is_update()) TRY_VOID(start_anew());
  TRY_VOID(remember_flags());
  TRY_VOID(foreign_mail());
  if (!standing_.present.empty() || (standing_.foreign && options_.foreign == Foreign::kAugment)) box_->mail_is_new();
  TRY_VOID(take_all(gathered));
  TRY_VOID(box_->flush());
  TRY_VOID(ledger_.commit());
  TRY_VOID(remove_unwanted());
  TRY_VOID(box_->finish());
  count_refusals();
  if (store_) TRY_VOID(store_->finish());
  if (options_.to.format == Format::kMaildir) {
    TRY_VOID(MailSync::ensure_folder(settings_.home(), maildir_folder(options_.to.path)));
  }
  TRY_VOID(remember(gathered));
  return std::move(report_);
}

}  // namespace

Result<std::unique_ptr<Box>> open_box(Env& env, const Settings& settings, const Destination& to, bool is_saved,
                                      Ledger& ledger, const BoxOptions& options) {
  if (to.format == Format::kImap) return open_imap_box(env, settings, to.path, ledger, options);
  if (to.format == Format::kMaildir) return open_maildir_box(to.path, ledger, options);
  if (is_mbox(to.format))
    return open_mbox_box(to.path, *mail::mbox_dialect_named(format_name(to.format)),
                         is_saved ? Keep::kLedger : Keep::kNothing, ledger, options);
  if (to.format == Format::kV2) return open_v2_box(env, to.path, ledger, options);
  return err(Error::Kind::kUsage, kDoing, to.path, "it is for standard output", "a Maildir or an mbox");
}

Result<DeliveryReport> deliver(Env& env, const Settings& settings, const Request& request, const SavedSearch* search,
                               const DeliveryOptions& options, const Say& say) {
  auto ledger = search && !options.dry_run ? Ledger::open(search->directory) : Ledger::in_memory();
  if (search && options.dry_run) {
    std::error_code error;
    if (fs::exists(search->directory / kLedgerFile, error)) ledger = Ledger::open(search->directory);
  }
  if (!ledger) return tl::unexpected(std::move(ledger).error());
  return Delivery(env, settings, request, search, options, say, *std::move(ledger)).run();
}

Result<void> find_places(Env& env, const Settings& settings, const SavedSearch& search, const Request& request,
                         const DeliveryOptions& options) {
  TRY(auto ledger, Ledger::open(search.directory));
  const Say say = [](const std::string&) {};
  return Delivery(env, settings, request, &search, options, say, std::move(ledger)).find_places();
}

Result<std::size_t> read_flags(Env& env, const Settings& settings, const SavedSearch& search, const Request& request,
                               const DeliveryOptions& options) {
  TRY(auto ledger, Ledger::open(search.directory));
  const Say say = [](const std::string&) {};
  return Delivery(env, settings, request, &search, options, say, std::move(ledger)).read_flags();
}

}  // namespace lorelei::lei
