// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/aggregate.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <xapian.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

#include "search/aggregate_sequencer.hh"
#include "search/document_sink.hh"
#include "search/publish.hh"
#include "search/schema.hh"
#include "search/xapian_error.hh"

namespace lorelei::search {

namespace {

using archive::Sqlite;

constexpr std::size_t kRunDocuments = 768;  // as in search/index_round.hh
constexpr std::int64_t kBulkFrom = 2000;    // new documents; fewer always go in place
constexpr std::int64_t kBulkShare = 4;

struct Context {
  const Env& env;
  fs::path dir;
  const std::vector<Member>& members;
  const IndexOptions& options;
  const IndexProgress& progress;
  std::vector<std::string> object_directories;

  fs::path index() const { return dir / "ei15"; }
};

std::vector<std::string> object_directories_of(const std::vector<Member>& members) {
  std::vector<std::string> all;
  for (const auto& member : members)
    for (auto& directory : member.inbox.object_directories()) all.push_back(std::move(directory));
  return all;
}

// ALL.git borrows from every archive; lines that are there stay.
Result<void> update_all_git(const Context& c) {
  const auto git = c.dir / "ALL.git";
  TRY_VOID(archive::init_bare(git, "master"));
  const auto file = git / "objects" / "info" / "alternates";
  std::string lines;
  if (fs::exists(file)) {
    TRY(lines, read_file(file));
  }
  const auto before = lines.size();
  for (const auto& member : c.members) {
    const auto line = (member.inbox.all_git() / "objects").string();
    const auto all = split(lines, '\n');
    if (std::find(all.begin(), all.end(), line) == all.end()) lines += line + "\n";
  }
  if (lines.size() == before) return {};
  return replace_file(file, lines);
}

// One document of the second pass, from what the databases say of it.
struct Item {
  std::int64_t document = 0, thread = 0;
  archive::OverWriter::Times times;
  git::ObjectId blob;
  std::vector<archive::CrossPosts::Copy> copies;
};

class Documents {
 public:
  Documents(AggregateSequencer& sequencer, git::BlobReader blobs, Level level)
      : sequencer_(sequencer), blobs_(std::move(blobs)), builder_(level, DocumentData::kNo) {}

  static Result<Item> item(AggregateSequencer& sequencer, std::int64_t document) {
    auto& over = sequencer.over();
    Item item{document, 0, {}, {}, {}};
    TRY(item.thread, over.thread_of(document));
    TRY(item.times, over.times_of(document));
    TRY(const auto blob, over.blob_of(document));
    item.blob = git::ObjectId::parse(blob).value_or(git::ObjectId());
    TRY(item.copies, sequencer.cross_posts().copies(document));
    return item;
  }

  // As the reference makes it: the first copy whole, then the key and the List-Ids of each further one.
  Result<FinishedDocument> collect(const Item& item) {
    TRY(const auto raw, blobs_.read(item.blob));
    const mail::Entity entity(raw);
    auto overview = mail::make_overview(entity, raw, {item.times.sent, 0}, {item.times.received, 0});
    const auto ids = mail::message_ids(entity);
    mail::choose_own_id(overview, ids.empty() ? "" : ids[0]);
    builder_.collect(entity, overview);
    bool shown = false;
    for (const auto& copy : item.copies) {
      if (const auto key = sequencer_.keys().find(copy.archive_id); key != sequencer_.keys().end())
        builder_.add_archive(key->second);
      if (copy.blob == item.blob && !std::exchange(shown, true)) continue;
      TRY(const auto other, blobs_.read(copy.blob));
      builder_.add_list_ids(mail::Entity(other));
    }
    return builder_.finish(overview, item.blob.hex(), item.document, item.thread);
  }

 private:
  AggregateSequencer& sequencer_;  // its keys() only: the databases belong to whoever has the turn
  git::BlobReader blobs_;
  DocumentBuilder builder_;
};

// The second pass over the documents first to last: workers take runs of numbers.
Result<void> write_documents(const Context& c, AggregateSequencer& sequencer, DocumentSink& sink, Level level,
                             std::size_t shards, std::int64_t first, std::int64_t last) {
  if (last < first) return {};
  std::mutex databases;
  const auto runs = static_cast<std::size_t>(last - first) / kRunDocuments + 1;
  std::mutex idle_mutex;
  std::vector<std::unique_ptr<Documents>> idle;  // guarded by idle_mutex
  return in_parallel(runs, c.options.jobs, [&](std::size_t run) -> Result<void> {
    std::unique_ptr<Documents> worker;
    {
      const std::lock_guard lock(idle_mutex);
      if (!idle.empty()) {
        worker = std::move(idle.back());
        idle.pop_back();
      }
    }
    if (!worker) {
      TRY(auto blobs, git::BlobReader::open(c.object_directories));
      worker = std::make_unique<Documents>(sequencer, std::move(blobs), level);
    }
    std::vector<std::vector<Item>> items(shards);
    const auto begin = first + static_cast<std::int64_t>(run * kRunDocuments);
    const auto end = std::min<std::int64_t>(begin + kRunDocuments - 1, last);
    {
      const std::lock_guard lock(databases);
      for (auto document = begin; document <= end; ++document) {
        TRY(auto item, Documents::item(sequencer, document));
        if (item.thread) items[static_cast<std::size_t>(document) % shards].push_back(std::move(item));
      }
    }
    for (std::size_t shard = 0; shard < shards; ++shard) {
      const auto& mine = items[shard];
      if (mine.empty()) continue;
      std::vector<std::int64_t> numbers;
      for (const auto& item : mine) numbers.push_back(item.document);
      TRY_VOID(sink.write(run, shard, numbers, [&](std::size_t i) { return worker->collect(mine[i]); }));
    }
    const std::lock_guard lock(idle_mutex);
    if (c.progress)
      c.progress(static_cast<std::uint64_t>(end - begin + 1), static_cast<std::uint64_t>(last - first + 1));
    idle.push_back(std::move(worker));
    return {};
  });
}

// Documents of before this run: a copy came or went, or the thread is another.
Result<void> update_documents(const Context& c, AggregateSequencer& sequencer, std::vector<ShardWriter>& shards,
                              Level level, std::int64_t first_new) {
  const auto shard_of = [&](std::int64_t n) -> ShardWriter& {
    return shards[static_cast<std::size_t>(n) % shards.size()];
  };
  TRY(auto blobs, git::BlobReader::open(c.object_directories));
  Documents documents(sequencer, std::move(blobs), level);
  for (const auto number : sequencer.changed()) {
    if (number >= first_new) continue;
    TRY(const auto item, Documents::item(sequencer, number));
    TRY(auto finished, documents.collect(item));
    TRY_VOID(shard_of(number).put(number, finished.document()));
  }
  for (const auto number : sequencer.removed()) TRY_VOID(shard_of(number).remove(number));
  for (const auto number : sequencer.moved()) {
    TRY(const auto thread, sequencer.over().thread_of(number));
    if (thread && number < first_new) TRY_VOID(shard_of(number).set_thread(number, thread));
  }
  TRY_VOID(shards[0].set_metadata(kHasThreadId, "1"));
  if (level == Level::kMedium) TRY_VOID(shards[0].set_metadata(kIndexLevel, "medium"));
  for (auto& shard : shards) TRY_VOID(shard.commit());
  return {};
}

// A document for each archive: what a server lists of it without opening it.
Result<void> update_misc(const Context& c, const fs::path& directory) {
  try {
    Xapian::WritableDatabase misc(directory.string(), Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS);
    for (const auto& member : c.members) {
      Xapian::Document document;
      Xapian::TermGenerator words;
      words.set_stemmer(Xapian::Stem("english"));
      words.set_document(document);
      document.add_boolean_term("Q" + member.key);
      document.add_boolean_term("Tinbox");
      words.index_text(member.inbox.description(), 1, "S");
      words.increase_termpos();
      words.index_text(member.name, 1, "XNAME");
      document.set_data("{}");
      misc.replace_document("Q" + member.key, document);
    }
    misc.commit();
  } catch (const Xapian::Error& e) {
    return xapian_error(e, "list the archives of the aggregate", directory);
  }
  return {};
}

struct Databases {
  Sqlite db;
  archive::Transaction transaction;
  std::unique_ptr<AggregateSequencer> sequencer;
};

Result<Databases> open_databases(const Context& c, Sqlite db) {
  TRY(auto transaction, archive::Transaction::begin(db));
  TRY(auto over, archive::OverWriter::open(db));
  TRY(auto cross_posts, archive::CrossPosts::open(db));
  TRY(auto blobs, git::BlobReader::open(c.object_directories));
  return Databases{
      db, std::move(transaction),
      std::make_unique<AggregateSequencer>(c.env, std::move(over), std::move(cross_posts), std::move(blobs))};
}

Result<void> take_members(const Context& c, AggregateSequencer& sequencer) {
  const bool boosted = std::any_of(c.members.begin(), c.members.end(), [](const auto& m) { return m.boost != 0; });
  for (std::size_t i = 0; i < c.members.size(); ++i) TRY_VOID(sequencer.take(c.members[i], boosted ? i : 0));
  return {};
}

Result<std::int64_t> last_document_on_disk(const fs::path& over) {
  if (!fs::exists(over)) return 0;
  TRY(const auto db, Sqlite::open(over, archive::SqliteMode::kReadWrite));
  archive::Statement last(db, "SELECT MAX(num) FROM over");
  TRY(const bool row, last.step());
  const auto number = row ? last.integer(0) : 0;
  last.reset();
  return number;
}

Result<AggregateReport> run_bulk(const Context& c, const std::vector<fs::path>& old_shards, Level level) {
  TRY(auto build, Build::start(c.dir));
  TRY(const auto index, build.prepare("ei15"));
  TRY_VOID(make_directories(index));
  TRY_VOID(make_directories(build.scratch()));
  const bool keep = !old_shards.empty();
  const std::size_t count = keep ? old_shards.size() : c.options.shards;
  AggregateReport report;
  {
    if (keep) {
      TRY(const auto old, Sqlite::open(c.index() / "over.sqlite3", archive::SqliteMode::kReadWrite));
      TRY_VOID(old.copy_to(index / "over.sqlite3"));
    }
    TRY(const auto db, Sqlite::open(index / "over.sqlite3", archive::SqliteMode::kCreate));
    TRY_VOID(db.exec(fmt::format("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{}",
                                 c.options.memory_bytes / 8 / 1024)));
    TRY(auto databases, open_databases(c, db));
    auto& sequencer = *databases.sequencer;
    TRY(const auto before, sequencer.cross_posts().last_document());
    TRY_VOID(take_members(c, sequencer));
    TRY(const auto last, sequencer.cross_posts().last_document());
    SegmentSink sink(build.scratch(), count);
    TRY_VOID(write_documents(c, sequencer, sink, level, count, before + 1, last));
    TRY_VOID(sink.merge(old_shards, index, c.options.jobs));
    TRY(auto shards, open_shards(index, count, ShardWriter::Durability::kNoSync));
    TRY_VOID(update_documents(c, sequencer, shards, level, before + 1));
    TRY_VOID(databases.transaction.commit());
    report = sequencer.report();
  }
  TRY_VOID(build.publish());
  return report;
}

Result<AggregateReport> run_in_place(const Context& c, const std::vector<fs::path>& old_shards, Level level) {
  TRY(const auto db, Sqlite::open(c.index() / "over.sqlite3", archive::SqliteMode::kReadWrite));
  TRY_VOID(db.use_truncate_journal({"main"}));
  TRY_VOID(db.exec("PRAGMA cache_spill = OFF"));
  TRY(auto databases, open_databases(c, db));
  auto& sequencer = *databases.sequencer;
  TRY(const auto before, sequencer.cross_posts().last_document());
  TRY_VOID(take_members(c, sequencer));
  TRY(const auto last, sequencer.cross_posts().last_document());
  TRY(auto shards, open_shards(c.index(), old_shards.size(), ShardWriter::Durability::kSync));
  ShardSink sink(shards);
  TRY_VOID(write_documents(c, sequencer, sink, level, shards.size(), before + 1, last));
  TRY_VOID(update_documents(c, sequencer, shards, level, before + 1));
  TRY_VOID(databases.transaction.commit());
  return sequencer.report();
}

// How much is new, about: messages of the archives less those that are here.
Result<bool> much_is_new(const Context& c, std::int64_t known) {
  std::int64_t all = 0;
  for (const auto& member : c.members) {
    TRY(const auto last, last_document_on_disk(member.inbox.over_path()));
    all += last;
  }
  TRY(const auto db, Sqlite::open(c.index() / "over.sqlite3", archive::SqliteMode::kReadWrite));
  archive::Statement copies(db, "SELECT COUNT(*) FROM xref3");
  TRY(const bool row, copies.step());
  const auto have = row ? copies.integer(0) : 0;
  copies.reset();
  return all - have > std::max(kBulkFrom, known / kBulkShare);
}

Result<void> wake_readers(const fs::path& lock) {
  const Fd fd(open(lock.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd || pwrite(fd.get(), ".", 1, 0) != 1) return err_errno(errno, "tell readers of the change", lock.string());
  return {};
}

}  // namespace

Result<std::vector<std::string>> aggregate_keys(const fs::path& dir) {
  std::vector<std::string> keys;
  const auto over = dir / "ei15" / "over.sqlite3";
  if (!fs::exists(over)) return keys;
  TRY(const auto db, Sqlite::open(over, archive::SqliteMode::kReadOnly));
  archive::Statement all(db, "SELECT eidx_key FROM inboxes ORDER BY ibx_id");
  for (;;) {
    TRY(const bool row, all.step());
    if (!row) return keys;
    keys.emplace_back(all.text(0));
  }
}

Result<AggregateReport> update_aggregate(const Env& env, const fs::path& dir, std::vector<Member> members,
                                         const IndexOptions& wanted, const IndexProgress& progress) {
  auto options = wanted;
  if (options.jobs == 0) options.jobs = std::max(1u, std::thread::hardware_concurrency());
  std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.boost > b.boost; });
  TRY_VOID(make_directories(dir));
  const Context c{env, fs::absolute(dir), members, options, progress, object_directories_of(members)};
  TRY(const auto lock, FileLock::take(c.dir / "ei.lock"));
  TRY_VOID(Build::recover(c.dir));
  TRY_VOID(update_all_git(c));
  TRY(auto shards, shard_directories(c.index()));
  auto level = Level::kFull;
  if (!shards.empty()) {
    TRY(const auto stored, shard_metadata(shards[0], kIndexLevel));
    if (stored == "medium") level = Level::kMedium;
  }
  const bool anew = shards.empty() || options.scope == IndexOptions::Scope::kRebuild;
  if (anew) {
    level = options.level.value_or(level);
    shards.clear();
  }
  if (level == Level::kBasic || options.level.value_or(level) != level)
    return err(Error::Kind::kRefused, "aggregate archives", dir.string(),
               fmt::format("the level {} is not possible here", to_text(options.level.value_or(level))),
               level == Level::kBasic ? "level full or medium" : "--reindex to change the level");
  bool bulk = anew;
  if (!anew) {
    TRY(const auto known, last_document_on_disk(c.index() / "over.sqlite3"));
    TRY(bulk, much_is_new(c, known));
  }
  TRY(auto report, bulk ? run_bulk(c, shards, level) : run_in_place(c, shards, level));
  TRY_VOID(update_misc(c, c.index() / "misc"));
  if (report.documents || report.cross_posts || report.removed) TRY_VOID(wake_readers(c.dir / "ei.lock"));
  return report;
}

}  // namespace lorelei::search
