// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/index.hh"

#include <fmt/core.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <xapian.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "archive/over_record.hh"
#include "base/is_there.hh"
#include "mail/characters.hh"
#include "mail/message.hh"
#include "patch/patch_facts.hh"
#include "search/document_sink.hh"
#include "search/index_round.hh"
#include "search/publish.hh"
#include "search/schema.hh"
#include "search/serial_numbers.hh"
#include "search/series_backfill.hh"
#include "search/series_store.hh"
#include "search/shards.hh"

namespace lorelei::search {

namespace {

constexpr std::uint64_t kBulkFrom = 2000;          // new messages; fewer always go in place
constexpr std::uint64_t kBulkShare = 4;            // bulk if more than a quarter of what is there is new
constexpr std::uint64_t kSmallestRound = 50'000;   // changes of a bulk round
constexpr std::uint64_t kLargestInPlace = 20'000;  // changes: the pages they touch stay in memory until the commit
constexpr std::uint64_t kWorkerBytes = 16 << 20;   // of memory a worker must have for itself
constexpr const char* kNumbers = "numbers";        // msgmap.sqlite3 beside over.sqlite3 on one connection
const char* const kSeriesFile = "lorelei/series.sqlite3";

// What is on disk when a round begins.
struct Existing {
  std::vector<fs::path> shards;
  bool has_over = false;
  Level level = Level::kFull;
  std::int64_t highest = 0;  // article number
};

struct Context {
  const Env& env;
  const archive::Inbox& inbox;
  const IndexOptions& options;
  const IndexProgress& progress;
  archive::InboxLock& lock;
};

std::int64_t birth_of(const Context& c) {
  struct stat st {};
  // Mirrors keep the UIDVALIDITY of the original: the clone tool gives this file its time.
  if (stat((c.inbox.dir() / "inbox.config.example").c_str(), &st) == 0) return st.st_mtime;
  return c.env.now();
}

Result<std::int64_t> highest_number(const Context& c) {
  if (!is_there(c.inbox.msgmap_path())) return 0;
  TRY(const auto db, archive::Sqlite::open(c.inbox.msgmap_path(), archive::SqliteMode::kReadWrite));
  TRY(auto msgmap, archive::Msgmap::open(db, birth_of(c)));
  return msgmap.highest();
}

using Scope = IndexOptions::Scope;

// For an index that is built anew its parts need not be there nor readable.
Result<Existing> look_at(const Context& c, Scope scope) {
  Existing e;
  e.shards = named_shards(c.inbox.index_dir());
  if (scope == Scope::kNew) {
    TRY(e.shards, shard_directories(c.inbox.index_dir()));
  }
  e.has_over = is_there(c.inbox.over_path());
  if (e.has_over && e.shards.empty()) e.level = Level::kBasic;
  if (!e.shards.empty()) {
    const auto level = shard_metadata(e.shards[0], kIndexLevel);
    if (!level && scope == Scope::kNew) return tl::unexpected(level.error());
    if (level && *level == "medium") e.level = Level::kMedium;
  }
  TRY(e.highest, highest_number(c));
  return e;
}

// How many new or changed messages are so many that they do not go to the index one by one.
std::uint64_t much(std::int64_t known) { return std::max(kBulkFrom, static_cast<std::uint64_t>(known) / kBulkShare); }

Result<Plan> plan_from_msgmap(const Context& c, std::uint64_t limit) {
  if (!is_there(c.inbox.msgmap_path()) || !is_there(c.inbox.over_path()))
    return plan_index(
        c.inbox, [](unsigned) -> Result<std::optional<std::string>> { return std::nullopt; }, limit);
  TRY(const auto db, archive::Sqlite::open(c.inbox.msgmap_path(), archive::SqliteMode::kReadWrite));
  TRY(auto msgmap, archive::Msgmap::open(db, birth_of(c)));
  return plan_index(
      c.inbox, [&](unsigned epoch) { return msgmap.last_indexed(epoch); }, limit);
}

// What a round has to do. scope becomes kRebuild where only that helps, or is less work: what rewritten history takes
// back and gives again goes to the index message by message, by one thread.
Result<Plan> next_plan(const Context& c, std::int64_t known, Scope& scope, IndexReport& report) {
  std::vector<git::ObjectId> withdrawn;
  if (scope == Scope::kNew) {
    TRY(auto plan, plan_from_msgmap(c, std::max(kSmallestRound, static_cast<std::uint64_t>(known))));
    report.rewritten.insert(report.rewritten.end(), plan.rewritten.begin(), plan.rewritten.end());
    if (!plan.must_rebuild && plan.taken_back() <= much(known)) return plan;
    withdrawn = std::move(plan.withdrawn);
    scope = Scope::kRebuild;
  }
  TRY(auto plan, plan_rebuild(c.inbox));
  plan.withdrawn = std::move(withdrawn);
  return plan;
}

// The databases of a round: over and msgmap on one connection, so that one COMMIT makes both count; the series, which
// are committed before and may repeat.
struct Databases {
  archive::Sqlite db;
  archive::Transaction transaction;
  std::unique_ptr<Sequencer> sequencer;
  SeriesStore series;
};

// directory: where lorelei/series.sqlite3 lies, the archive or a build.
Result<Databases> open_databases(const Context& c, archive::Sqlite db, const fs::path& directory,
                                 std::int64_t highest) {
  TRY(auto transaction, archive::Transaction::begin(db));
  TRY(auto msgmap, archive::Msgmap::open(db, birth_of(c), kNumbers));
  TRY(auto over, archive::OverWriter::open(db));
  TRY(auto series, SeriesStore::open(directory));
  return Databases{db, std::move(transaction), std::make_unique<Sequencer>(std::move(msgmap), std::move(over), highest),
                   std::move(series)};
}

// A message whose number came out of order, once its place in the overview is settled.
Result<FinishedDocument> straggler_document(const Context& c, Databases& db, DocumentBuilder& builder,
                                            SerialNumbers& serials, git::BlobReader& blobs, std::int64_t number,
                                            const git::Change& change) {
  TRY(const auto raw, blobs.read(change.blob, c.options.max_message_bytes));
  TRY(const auto own_id, db.sequencer->msgmap().message_id_of(number));
  TRY(const auto thread, db.sequencer->over().thread_of(number));
  const mail::Entity entity(raw);
  auto overview = mail::make_overview(entity, raw, {change.author_time, 0}, {change.committer_time, 0});
  mail::choose_own_id(overview, own_id);
  patch::FactsReader facts(entity, overview);
  builder.collect(entity, overview, &facts);
  TRY(const auto terms, serials.terms(overview.message_ids));
  for (const auto& term : terms) builder.add_term(term);
  if (c.options.own_terms) {
    TRY(const auto own, c.options.own_terms(change.blob));
    for (const auto& term : own) builder.add_term(term);
  }
  TRY_VOID(db.series.add(number, ids_own_first(overview), std::move(facts).finish()));
  return builder.finish(overview, change.blob.hex(), number, thread);
}

Result<void> write_stragglers(const Context& c, Databases& db, const RoundResult& round, Level level,
                              std::vector<ShardWriter>& shards) {
  TRY(auto blobs, git::BlobReader::open(c.inbox.object_directories()));
  DocumentBuilder builder(level, DocumentData::kYes);
  TRY(auto serials, SerialNumbers::open(c.options.altids, c.inbox.dir()));
  ShardSink sink(shards);
  for (const auto& [number, change] : round.stragglers) {
    TRY(const auto blob, db.sequencer->over().blob_of(number));
    if (blob != change.blob.hex()) continue;  // taken away again, or replaced
    const auto document = [&, number = number, &change = change](std::size_t) {
      return straggler_document(c, db, builder, serials, blobs, number, change);
    };
    if (shards.empty())
      TRY_VOID(document(0));
    else
      TRY_VOID(sink.write(0, static_cast<std::size_t>(number) % shards.size(), {number}, document));
  }
  return {};
}

// What could not be written in the course of the round: removals, changed threads, numbers out of order.
Result<void> finish_shards(const Context& c, Databases& db, const RoundResult& round, Level level,
                           std::vector<ShardWriter>& shards) {
  const auto shard_of = [&](std::int64_t number) -> ShardWriter& {
    return shards[static_cast<std::size_t>(number) % shards.size()];
  };
  auto& over = db.sequencer->over();
  TRY_VOID(write_stragglers(c, db, round, level, shards));
  for (const auto number : round.removed) {
    TRY(const auto thread, over.thread_of(number));
    if (thread) continue;  // given again
    TRY_VOID(db.series.remove(number));
    if (!shards.empty()) TRY_VOID(shard_of(number).remove(number));
  }
  if (shards.empty()) return {};
  for (const auto number : db.sequencer->moved()) {
    TRY(const auto thread, over.thread_of(number));
    if (thread) TRY_VOID(shard_of(number).set_thread(number, thread));
  }
  TRY_VOID(shards[0].set_metadata(kHasThreadId, "1"));
  if (level == Level::kMedium) TRY_VOID(shards[0].set_metadata(kIndexLevel, "medium"));
  return in_parallel(shards.size(), c.options.jobs, [&](std::size_t i) { return shards[i].commit(); });
}

// Messages that rewritten history has no more lose their numbers, where taking back did not see to it.
Result<void> forget_withdrawn(const Context& c, Databases& db, const Plan& plan) {
  if (plan.withdrawn.empty()) return {};
  TRY(auto blobs, git::BlobReader::open(c.inbox.object_directories()));
  for (const auto& blob : plan.withdrawn)
    if (const auto raw = blobs.read(blob)) TRY_VOID(db.sequencer->forget(mail::message_ids(mail::Entity(*raw))));
  return {};
}

// The last step: what was done counts from here on.
Result<void> commit_round(const Context& c, Databases& db, const Plan& plan, std::uint64_t changes_done) {
  TRY_VOID(forget_withdrawn(c, db, plan));
  for (const auto& epoch : plan.epochs) {
    const auto size = epoch.changes.size();
    const bool whole = changes_done >= size;
    if (!whole && changes_done == 0) break;
    const auto commit = (whole ? epoch.tip : epoch.changes[changes_done - 1].commit).hex();
    TRY_VOID(db.sequencer->msgmap().set_last_indexed(epoch.epoch, commit));
    TRY_VOID(db.series.set_last_indexed(epoch.epoch, commit));
    if (!whole) break;
    changes_done -= size;
  }
  TRY_VOID(db.series.commit());
  TRY_VOID(db.sequencer->msgmap().finish());
  return db.transaction.commit();
}

Result<RoundResult> run_in_place(const Context& c, const Existing& existing, const Plan& plan, Level level) {
  TRY(auto db, archive::Sqlite::open(c.inbox.over_path(), archive::SqliteMode::kCreate));
  TRY_VOID(db.attach(c.inbox.msgmap_path(), kNumbers));
  TRY_VOID(db.use_truncate_journal({"main", kNumbers}));
  // Pages stay in memory until the commit: a spill would lock readers out for the length of the round.
  TRY_VOID(db.exec("PRAGMA cache_spill = OFF"));
  TRY(auto databases, open_databases(c, db, c.inbox.dir(), existing.highest));
  TRY(auto shards, open_shards(c.inbox.index_dir(), existing.shards.size(), ShardWriter::Durability::kSync));
  ShardSink sink(shards, c.options.memory_bytes / 4 / std::max<std::size_t>(shards.size(), 1));
  for (const auto& blob : plan.retried) TRY_VOID(databases.series.remove_skipped(blob));
  const RoundInput input{c.env, c.inbox, c.options, level, plan, shards.size(), existing.highest, c.progress};
  TRY(auto round, run_round(input, *databases.sequencer, databases.series, sink));
  if (!round.counts) return round;
  TRY_VOID(finish_shards(c, databases, round, level, shards));
  TRY_VOID(commit_round(c, databases, plan, round.changes_done));
  TRY_VOID(c.lock.changed());
  return round;
}

Result<void> copy_if_there(const fs::path& from, const fs::path& to) {
  if (!is_there(from)) return {};
  TRY(const auto db, archive::Sqlite::open(from, archive::SqliteMode::kReadWrite));
  return db.copy_to(to);
}

enum class Keep { kOldIndex, kNumbersOnly };

Result<archive::Sqlite> databases_of_build(const Context& c, Build& build, const fs::path& index, Keep keep) {
  TRY(const auto numbers, build.prepare("msgmap.sqlite3"));
  TRY(const auto series, build.prepare(kSeriesFile));
  TRY_VOID(copy_if_there(c.inbox.msgmap_path(), numbers));
  if (keep == Keep::kOldIndex) {
    TRY_VOID(copy_if_there(c.inbox.over_path(), index / "over.sqlite3"));
    TRY_VOID(copy_if_there(c.inbox.dir() / kSeriesFile, series));
  }
  TRY(auto db, archive::Sqlite::open(index / "over.sqlite3", archive::SqliteMode::kCreate));
  TRY_VOID(db.attach(numbers, kNumbers));
  const auto cache_kib = c.options.memory_bytes / 8 / 1024;
  for (const auto* schema : {"main", kNumbers})
    TRY_VOID(
        db.exec(fmt::format("PRAGMA {0}.journal_mode = OFF; PRAGMA {0}.synchronous = OFF; PRAGMA {0}.cache_size = -{1}",
                            schema, schema == std::string_view("main") ? cache_kib : cache_kib / 4)));
  return db;
}

Result<RoundResult> run_bulk(const Context& c, const Existing& existing, const Plan& plan, Level level, Keep keep) {
  TRY(auto build, Build::start(c.inbox.dir()));
  TRY(const auto index, build.prepare("xap15"));
  TRY_VOID(make_directories(index));
  TRY_VOID(make_directories(build.scratch()));
  const auto old_shards = keep == Keep::kOldIndex ? existing.shards : std::vector<fs::path>();
  const std::size_t count = level == Level::kBasic    ? 0
                            : existing.shards.empty() ? c.options.shards
                                                      : existing.shards.size();
  RoundResult round;
  {
    TRY(const auto db, databases_of_build(c, build, index, keep));
    TRY(auto databases, open_databases(c, db, build.root(), existing.highest));
    SegmentSink sink(build.scratch(), count, c.options.memory_bytes / c.options.jobs / 2 / kSegmentFactor);
    const auto floor = keep == Keep::kOldIndex ? existing.highest : 0;
    const RoundInput input{c.env, c.inbox, c.options, level, plan, count, floor, c.progress};
    TRY(round, run_round(input, *databases.sequencer, databases.series, sink));
    if (!round.counts) return round;
    TRY_VOID(sink.merge(old_shards, index, c.options.jobs));
    TRY(auto shards, open_shards(index, count, ShardWriter::Durability::kNoSync));
    TRY_VOID(finish_shards(c, databases, round, level, shards));
    TRY_VOID(commit_round(c, databases, plan, round.changes_done));
  }
  TRY_VOID(build.publish());
  TRY_VOID(c.lock.changed());
  return round;
}

Result<Level> choose_level(const Context& c, const Existing& existing) {
  const auto wanted = c.options.level.value_or(existing.level);
  if (wanted != existing.level && existing.has_over && c.options.scope != Scope::kRebuild)
    return err(Error::Kind::kRefused, "index the archive", c.inbox.dir().string(),
               fmt::format("its index has level {}, not {}", to_text(existing.level), to_text(wanted)),
               fmt::format("lorelei archive index --reindex --level={}", to_text(wanted)));
  return wanted;
}

// Waits for another writer, and says so.
Result<archive::InboxLock> lock_patiently(const Env& env, const archive::Inbox& inbox) {
  auto lock = inbox.lock(LockWait::kFail);
  if (lock || lock.error().kind != Error::Kind::kTemporary) return lock;
  if (env.err_is_terminal) fmt::print(env.err, "waiting for another process that writes {}\n", inbox.dir().string());
  return inbox.lock();
}

void add_up(IndexReport& report, const RoundResult& round) {
  if (!round.counts) return;
  report.indexed += round.indexed;
  report.skipped += round.skipped;
  report.damaged += round.damaged;
  report.purged += round.purged;
  report.removed += round.removed.size();
}

// msgmap.sqlite3 is lost: over.sqlite3 knows the numbers of the messages that are in the index. Returns how many.
Result<std::uint64_t> restore_numbers(const Context& c) {
  TRY(const auto over, archive::Sqlite::open(c.inbox.over_path(), archive::SqliteMode::kReadWrite));
  archive::Statement rows(over, "SELECT num, ddd FROM over WHERE num > 0 ORDER BY num");
  archive::Statement ids(over, "SELECT mid FROM msgid JOIN id2num USING (id) WHERE num = ?");
  TRY(const auto db, archive::Sqlite::open(c.inbox.msgmap_path(), archive::SqliteMode::kCreate));
  TRY(auto transaction, archive::Transaction::begin(db));
  TRY(auto msgmap, archive::Msgmap::open(db, birth_of(c)));
  archive::Inflater inflater;
  for (std::uint64_t restored = 0;; ++restored) {
    TRY(const bool row, rows.step());
    if (!row) {
      TRY_VOID(transaction.commit());
      return restored;
    }
    TRY(const auto record, inflater.inflate(rows.text(1)));
    const auto own_id = archive::record_field(record, archive::RecordField::kMessageId);
    ids.bind(rows.integer(0));
    for (;;) {
      TRY(const bool id, ids.step());
      if (!id) break;
      // The record has it in UTF-8, msgmap as the mail wrote it.
      if (mail::to_utf8({std::string(ids.text(0))}) == own_id) TRY_VOID(msgmap.set(rows.integer(0), ids.text(0)));
    }
  }
}

// kRebuild if the databases do not suffice to go on from.
Result<Scope> first_scope(const Context& c) {
  TRY(const auto highest, highest_number(c));
  if (!is_there(c.inbox.over_path())) return highest > 0 ? Scope::kRebuild : c.options.scope;
  if (highest > 0) return c.options.scope;
  const auto restored = restore_numbers(c);
  if (!restored && c.options.scope == Scope::kNew) return tl::unexpected(restored.error());
  return restored && *restored == 0 ? c.options.scope : Scope::kRebuild;
}

// Gives what could not be read before another chance. Before: the index is whole.
Result<void> retry_skipped(const Context& c, IndexReport& report) {
  TRY(const auto existing, look_at(c, Scope::kNew));
  TRY(const auto level, choose_level(c, existing));
  TRY(const auto db, archive::Sqlite::open(c.inbox.msgmap_path(), archive::SqliteMode::kReadWrite));
  TRY(auto msgmap, archive::Msgmap::open(db, birth_of(c)));
  const auto recorded = [&](unsigned epoch) { return msgmap.last_indexed(epoch); };
  TRY(const auto plan, plan_retry(c.inbox, recorded, c.options.max_message_bytes));
  if (plan.epochs.empty()) return {};
  TRY(const auto round, run_in_place(c, existing, plan, level));
  add_up(report, round);
  return {};
}

// A run before this one may have been killed between its COMMIT and the byte that wakes the readers. That byte is
// written last: the index is not newer than it.
Result<void> wake_after_kill(const Context& c) {
  struct stat index {
  }, byte{};
  if (stat(c.inbox.over_path().c_str(), &index) != 0 || fstat(c.lock.fd(), &byte) != 0) return {};
  const auto time = [](const struct stat& st) { return std::pair(st.st_mtim.tv_sec, st.st_mtim.tv_nsec); };
  return time(index) < time(byte) ? Result<void>() : c.lock.changed();
}

Result<IndexReport> run_rounds(const Context& c) {
  IndexReport report;
  TRY(auto scope, first_scope(c));
  if (scope == Scope::kNew && is_there(c.inbox.over_path())) TRY_VOID(retry_skipped(c, report));
  for (;;) {
    TRY(const auto existing, look_at(c, scope));
    TRY(const auto level, choose_level(c, existing));
    TRY(auto plan, next_plan(c, existing.highest, scope, report));
    const bool rebuild = scope == Scope::kRebuild;
    if (plan.epochs.empty() && !rebuild && existing.has_over) {
      TRY_VOID(wake_after_kill(c));
      return report;
    }
    const bool is_new = rebuild || !existing.has_over;
    const bool bulk = is_new || plan.size() > much(existing.highest);
    if (!bulk) cut_plan(plan, kLargestInPlace);
    const auto keep = is_new ? Keep::kNumbersOnly : Keep::kOldIndex;
    TRY(const auto round, bulk ? run_bulk(c, existing, plan, level, keep) : run_in_place(c, existing, plan, level));
    add_up(report, round);
    report.rebuilt |= rebuild && round.counts;
    scope = round.must_rebuild ? Scope::kRebuild : Scope::kNew;
    report.interrupted = c.env.stop_requested();
    if (report.interrupted) return report;
  }
}

// Without one of its epochs, an archive would be taken for one that lost all messages in it.
Result<void> check_epochs_are_there(const archive::Inbox& inbox) {
  const auto listed = inbox.listed_object_directories();
  if (!listed) return {};  // all.git is not there yet
  for (const auto& directory : *listed)
    if (!is_there(directory))
      return err(Error::Kind::kNotFound, "index the archive", inbox.dir().string(),
                 "its epoch " + directory.parent_path().string() + " is missing",
                 "bring it back; or, if it is to go for good, take its line out of " +
                     (inbox.all_git() / "objects" / "info" / "alternates").string());
  return {};
}

}  // namespace

Result<IndexReport> index_archive(const Env& env, const archive::Inbox& inbox, const IndexOptions& wanted,
                                  const IndexProgress& progress) {
  auto options = wanted;
  if (options.jobs == 0)
    options.jobs = static_cast<unsigned>(std::clamp<std::uint64_t>(
        std::thread::hardware_concurrency(), 1, std::max<std::uint64_t>(1, options.memory_bytes / kWorkerBytes)));
  TRY(auto lock, lock_patiently(env, inbox));
  const Context c{env, inbox, options, progress, lock};
  TRY_VOID(Build::recover(inbox.dir()));
  // A kill within the transaction over all three leaves journals, and if nothing is new nobody would open them.
  for (const auto& file : {inbox.over_path(), inbox.msgmap_path(), series_path(inbox.dir())})
    archive::Sqlite::play_back_journal(file);
  TRY_VOID(check_epochs_are_there(inbox));
  auto layout = inbox;
  TRY_VOID(layout.update_all_git());  // public-inbox's readers find the messages there
  if (is_there(inbox.over_path()) && is_there(inbox.msgmap_path()) && options.scope == Scope::kNew)
    TRY_VOID(backfill_series(env, inbox, progress));
  return run_rounds(c);
}

}  // namespace lorelei::search
