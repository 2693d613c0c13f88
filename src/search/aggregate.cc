// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/aggregate.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <xapian.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "base/is_there.hh"
#include "base/text.hh"
#include "search/aggregate_documents.hh"
#include "search/aggregate_sequencer.hh"
#include "search/document_sink.hh"
#include "search/publish.hh"
#include "search/schema.hh"
#include "search/xapian_error.hh"

namespace lorelei::search {

namespace {

using archive::Sqlite;

constexpr std::int64_t kBulkFrom = 2000;  // new documents; fewer always go in place
constexpr std::int64_t kBulkShare = 4;

struct Context {
  const Env& env;
  fs::path dir;
  const std::vector<Member>& members;
  const IndexOptions& options;
  const IndexProgress& progress;

  fs::path index() const { return dir / "ei15"; }
  fs::path alternates() const { return dir / "ALL.git" / "objects" / "info" / "alternates"; }
};

Result<std::string> text_or_nothing(const fs::path& file) {
  auto text = read_file(file);
  if (!text && text.error().kind == Error::Kind::kNotFound) return "";
  return text;
}

// ALL.git borrows from every archive; lines that are there stay.
Result<void> update_all_git(const Context& c) {
  TRY_VOID(archive::init_bare(c.dir / "ALL.git", "master"));
  TRY(auto lines, text_or_nothing(c.alternates()));
  const auto before = lines.size();
  for (const auto& member : c.members) {
    const auto line = member.archive.layout.objects().string();
    const auto all = split(lines, '\n');
    if (std::find(all.begin(), all.end(), line) == all.end()) lines += line + "\n";
  }
  if (lines.size() == before) return {};
  return replace_file(c.alternates(), lines);
}

// Of all archives that were ever named; those that are gone are left out.
Result<std::vector<std::string>> object_directories(const Context& c) {
  std::vector<std::string> all;
  for (const auto& member : c.members)
    for (auto& directory : member.archive.object_directories()) all.push_back(std::move(directory));
  TRY(const auto lines, text_or_nothing(c.alternates()));
  std::error_code ignored;
  for (const auto line : split(lines, '\n'))
    if (line.starts_with('/') && fs::is_directory(line, ignored)) all.emplace_back(line);
  return all;
}

// The second pass, but for the new documents: those of before this run of which a copy came or went, or whose thread is
// another.
Result<void> update_documents(AggregateSequencer& sequencer, AggregateDocuments& documents,
                              std::vector<ShardWriter>& shards, const Context& c, Level level, std::int64_t first_new) {
  const auto shard_of = [&](std::int64_t n) -> ShardWriter& {
    return shards[static_cast<std::size_t>(n) % shards.size()];
  };
  const std::vector<std::int64_t> changed(sequencer.changed().begin(), sequencer.changed().lower_bound(first_new));
  ShardSink sink(shards);
  TRY_VOID(documents.write(sink, changed.size(), [&](std::size_t i) { return changed[i]; }));
  for (const auto number : sequencer.removed()) TRY_VOID(shard_of(number).remove(number));
  for (const auto number : sequencer.moved()) {
    TRY(const auto thread, sequencer.over().thread_of(number));
    if (thread && number < first_new) TRY_VOID(shard_of(number).set_thread(number, thread));
  }
  TRY_VOID(shards[0].set_metadata(kHasThreadId, "1"));
  if (level == Level::kMedium) TRY_VOID(shards[0].set_metadata(kIndexLevel, "medium"));
  return in_parallel(shards.size(), c.options.jobs, [&](std::size_t i) { return shards[i].commit(); });
}

// The reference's documents have values and say more than ours. Throws Xapian::Error.
bool is_of_reference(const Xapian::Database& misc, const std::string& term) {
  const auto at = misc.postlist_begin(term);
  return at != misc.postlist_end(term) && misc.get_document(*at).values_count() != 0;
}

// A document for each archive: what a server lists of it without opening it.
Result<void> update_misc(const Context& c, const fs::path& directory) {
  try {
    Xapian::WritableDatabase misc(directory.string(), Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS);
    for (const auto& member : c.members) {
      if (is_of_reference(misc, "Q" + member.key)) continue;
      Xapian::Document document;
      Xapian::TermGenerator words;
      words.set_stemmer(Xapian::Stem("english"));
      words.set_document(document);
      document.add_boolean_term("Q" + member.key);
      document.add_boolean_term("Tinbox");
      words.index_text(member.archive.description(), 1, "S");
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
  std::vector<std::string> object_directories;
  std::unique_ptr<AggregateSequencer> sequencer;
  std::int64_t before;  // the last document of before this run
};

Result<Databases> open_databases(const Context& c, const Sqlite& db) {
  TRY(auto transaction, archive::Transaction::begin(db));
  TRY(auto over, archive::OverWriter::open(db));
  TRY(auto cross_posts, archive::CrossPosts::open(db));
  TRY(auto directories, object_directories(c));
  TRY(auto blobs, git::BlobReader::open(directories));
  TRY(auto sequencer, AggregateSequencer::open(c.env, std::move(over), std::move(cross_posts), std::move(blobs)));
  TRY(const auto before, sequencer->cross_posts().last_document());
  return Databases{db, std::move(transaction), std::move(directories), std::move(sequencer), before};
}

Result<void> take_members(const Context& c, AggregateSequencer& sequencer) {
  const bool boosted = std::any_of(c.members.begin(), c.members.end(), [](const auto& m) { return m.boost != 0; });
  for (std::size_t i = 0; i < c.members.size(); ++i) TRY_VOID(sequencer.take(c.members[i], boosted ? i : 0));
  return {};
}

AggregateDocumentsOptions options_of(const Context& c, const Databases& databases, Level level, std::size_t shards) {
  const auto changed = databases.sequencer->changed().size();
  return {databases.object_directories,
          level,
          shards,
          c.options.jobs,
          databases.sequencer->report().documents + changed,
          c.progress,
          [&env = c.env] { return env.stop_requested(); }};
}

AggregateReport report_of(const Databases& databases, const AggregateDocuments& documents) {
  auto report = databases.sequencer->report();
  report.unreadable += documents.unreadable();
  return report;
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
    TRY_VOID(take_members(c, sequencer));
    const auto first = databases.before + 1;
    AggregateDocuments documents(sequencer, options_of(c, databases, level, count));
    SegmentSink sink(build.scratch(), count);
    TRY_VOID(documents.write(sink, sequencer.report().documents,
                             [first](std::size_t i) { return first + static_cast<std::int64_t>(i); }));
    TRY_VOID(sink.merge(old_shards, index, c.options.jobs));
    TRY(auto shards, open_shards(index, count, ShardWriter::Durability::kNoSync));
    TRY_VOID(update_documents(sequencer, documents, shards, c, level, first));
    TRY_VOID(databases.transaction.commit());
    report = report_of(databases, documents);
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
  TRY_VOID(take_members(c, sequencer));
  const auto first = databases.before + 1;
  TRY(auto shards, open_shards(c.index(), old_shards.size(), ShardWriter::Durability::kSync));
  AggregateDocuments documents(sequencer, options_of(c, databases, level, shards.size()));
  ShardSink sink(shards);
  TRY_VOID(documents.write(sink, sequencer.report().documents,
                           [first](std::size_t i) { return first + static_cast<std::int64_t>(i); }));
  TRY_VOID(update_documents(sequencer, documents, shards, c, level, first));
  TRY_VOID(databases.transaction.commit());
  return report_of(databases, documents);
}

// The number that a statement gives.
Result<std::int64_t> number_from(archive::Statement& statement) {
  TRY(const bool row, statement.step());
  const auto number = row ? statement.integer(0) : 0;
  statement.reset();
  return number;
}

// How much is new, about: messages of the archives that are named less the copies of them that are here.
Result<bool> much_is_new(const Context& c) {
  TRY(const auto db, Sqlite::open(c.index() / "over.sqlite3", archive::SqliteMode::kReadWrite));
  archive::Statement all_here(db, "SELECT COUNT(*) FROM over WHERE num > 0");
  archive::Statement copies(
      db, "SELECT COUNT(*) FROM xref3 WHERE ibx_id = (SELECT ibx_id FROM inboxes WHERE eidx_key = ?)");
  TRY(const auto known, number_from(all_here));
  std::int64_t fresh = 0;
  for (const auto& member : c.members) {
    const auto over = Sqlite::open(member.archive.layout.over(), archive::SqliteMode::kReadWrite);
    if (!over) continue;  // taking it says why
    archive::Statement all(*over, "SELECT COUNT(*) FROM over WHERE num > 0");
    TRY(const auto messages, number_from(all));
    TRY(const auto have, number_from(copies.bind(member.key)));
    fresh += std::max<std::int64_t>(messages - have, 0);
  }
  return fresh > std::max(kBulkFrom, known / kBulkShare);
}

struct Existing {
  std::vector<fs::path> shards;  // that are to be kept
  Level level = Level::kFull;
};

// What is to be built anew may be in any state.
Result<Existing> look_at(const Context& c) {
  const bool anew = c.options.scope == IndexOptions::Scope::kRebuild;
  Existing existing;
  auto shards = shard_directories(c.index());
  if (!shards && !anew) return tl::unexpected(shards.error());
  if (!shards || shards->empty()) return existing;
  const auto level = shard_metadata(shards->front(), kIndexLevel);
  if (!level && !anew) return tl::unexpected(level.error());
  if (level && *level == "medium") existing.level = Level::kMedium;
  if (!anew) existing.shards = *std::move(shards);
  return existing;
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
  if (!is_there(over)) return keys;
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
  std::error_code why;
  const Context c{env, fs::absolute(dir, why), members, options, progress};
  if (why) return err_errno(why.value(), "aggregate archives", dir.string());
  TRY(const auto lock, FileLock::take(c.dir / "ei.lock"));
  TRY_VOID(Build::recover(c.dir));
  Sqlite::play_back_journal(c.dir / "ei15" / "over.sqlite3");  // if nothing is new, nobody else would
  TRY_VOID(update_all_git(c));
  TRY(auto existing, look_at(c));
  if (existing.shards.empty()) existing.level = options.level.value_or(existing.level);
  const auto level = existing.level;
  if (level == Level::kBasic || options.level.value_or(level) != level)
    return err(Error::Kind::kRefused, "aggregate archives", dir.string(),
               fmt::format("the level {} is not possible here", to_text(options.level.value_or(level))),
               level == Level::kBasic ? "level full or medium" : "--reindex to change the level");
  bool bulk = existing.shards.empty();
  if (!bulk) {
    TRY(bulk, much_is_new(c));
  }
  TRY(auto report, bulk ? run_bulk(c, existing.shards, level) : run_in_place(c, existing.shards, level));
  TRY_VOID(update_misc(c, c.index() / "misc"));
  if (report.documents || report.cross_posts || report.removed) TRY_VOID(wake_readers(c.dir / "ei.lock"));
  return report;
}

}  // namespace lorelei::search
