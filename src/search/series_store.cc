// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/series_store.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lorelei::search {

using archive::Sqlite;
using archive::SqliteMode;
using archive::Statement;
using archive::Transaction;

namespace {

constexpr const char* kTables = R"(
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE id (id INTEGER PRIMARY KEY, mid TEXT NOT NULL UNIQUE);
CREATE TABLE mail (num INTEGER PRIMARY KEY, id INTEGER NOT NULL, kind INTEGER NOT NULL, sent INTEGER NOT NULL,
  name TEXT NOT NULL, address TEXT NOT NULL);
CREATE INDEX mail_id ON mail (id);
CREATE INDEX mail_sender ON mail (address COLLATE NOCASE, sent);
CREATE TABLE alias (num INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (num, id)) WITHOUT ROWID;
CREATE INDEX alias_id ON alias (id);
CREATE TABLE ancestor (num INTEGER NOT NULL, at INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (num, at))
  WITHOUT ROWID;
CREATE INDEX ancestor_id ON ancestor (id);
CREATE TABLE trailer (num INTEGER NOT NULL, at INTEGER NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL,
  value TEXT NOT NULL, note TEXT, person TEXT, address TEXT, PRIMARY KEY (num, at)) WITHOUT ROWID;
CREATE TABLE patch (num INTEGER PRIMARY KEY, revision INTEGER, number INTEGER, total INTEGER, key TEXT NOT NULL,
  title TEXT NOT NULL, tags TEXT NOT NULL, change_id TEXT, base_commit TEXT, patch_id BLOB);
CREATE INDEX patch_key ON patch (key);
CREATE INDEX patch_change ON patch (change_id) WHERE change_id IS NOT NULL;
CREATE INDEX patch_patch_id ON patch (patch_id) WHERE patch_id IS NOT NULL;
CREATE TABLE touched (num INTEGER NOT NULL, path TEXT NOT NULL, PRIMARY KEY (num, path)) WITHOUT ROWID;
CREATE TABLE skipped (blob TEXT PRIMARY KEY, commit_id TEXT NOT NULL, epoch INTEGER NOT NULL, reason TEXT NOT NULL,
  at INTEGER NOT NULL) WITHOUT ROWID;
)";

constexpr const char* kTablesByNumber[] = {"mail", "alias", "ancestor", "trailer", "patch", "touched"};

Result<void> make_tables(const Sqlite& db) {
  TRY(auto transaction, Transaction::begin(db));
  TRY_VOID(db.exec(kTables));
  TRY_VOID(db.exec(fmt::format("INSERT INTO meta VALUES ('version', '{}')", kSeriesVersion)));
  return transaction.commit();
}

// The version of the file's tables; 0 if there are none yet.
Result<int> version_of(const Sqlite& db) {
  Statement table(db, "SELECT 1 FROM sqlite_master WHERE name = 'meta'");
  TRY(const bool found, table.step());
  if (!found) return 0;
  Statement version(db, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'version'");
  TRY(const bool row, version.step());
  return row ? static_cast<int>(version.integer(0)) : -1;
}

// Readers may lack the permission to write, which rules out WAL. They wait only while a commit is written: what was
// changed stays in memory until then.
Result<Sqlite> open_to_write(const fs::path& path, Sync sync) {
  TRY(auto db, Sqlite::open(path, SqliteMode::kCreate));
  TRY_VOID(db.exec("PRAGMA journal_mode = TRUNCATE; PRAGMA cache_spill = OFF"));
  if (sync == Sync::kNo) TRY_VOID(db.exec("PRAGMA synchronous = OFF"));
  return db;
}

// Opened, and of our version; nothing if it has to be begun anew.
Result<std::optional<Sqlite>> open_sound(const fs::path& path, Sync sync) {
  auto opened = open_to_write(path, sync);
  if (!opened && opened.error().kind == Error::Kind::kCorrupt) return std::optional<Sqlite>();
  TRY(auto db, std::move(opened));
  auto version = version_of(db);
  if (version && *version == 0) {
    TRY_VOID(make_tables(db));
    return db;
  }
  if (version && *version == kSeriesVersion) return db;
  if (!version && version.error().kind != Error::Kind::kCorrupt) return tl::unexpected(version.error());
  return std::optional<Sqlite>();
}

Result<void> remove_database(const fs::path& path) {
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
    std::error_code code;
    fs::remove(path.native() + suffix, code);
    if (code) return err_errno(code.value(), "begin the file anew", path.native() + suffix);
  }
  return {};
}

Statement& bind_or_null(Statement& statement, std::string_view text) {
  return text.empty() ? statement.bind_null() : statement.bind(text);
}

Statement& bind_or_null(Statement& statement, std::optional<int> value) {
  return value ? statement.bind(std::int64_t{*value}) : statement.bind_null();
}

std::string_view bytes_of(const git::ObjectId& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

}  // namespace

fs::path series_path(const fs::path& dir) { return dir / "lorelei" / "series.sqlite3"; }

SeriesStore::SeriesStore(Sqlite db)
    : db_(std::move(db)),
      find_id_(db_, "SELECT id FROM id WHERE mid = ?"),
      add_id_(db_, "INSERT INTO id (mid) VALUES (?)"),
      add_mail_(db_, "INSERT INTO mail VALUES (?, ?, ?, ?, ?, ?)"),
      add_alias_(db_, "INSERT OR IGNORE INTO alias VALUES (?, ?)"),
      add_ancestor_(db_, "INSERT INTO ancestor VALUES (?, ?, ?)"),
      add_trailer_(db_, "INSERT INTO trailer VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      add_patch_(db_, "INSERT INTO patch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      add_touched_(db_, "INSERT OR IGNORE INTO touched VALUES (?, ?)") {
  for (const char* table : kTablesByNumber)
    remove_.emplace_back(db_, fmt::format("DELETE FROM {} WHERE num = ?", table));
}

Result<SeriesStore> SeriesStore::open(const fs::path& dir, Sync sync) {
  const auto path = series_path(dir);
  TRY_VOID(make_directories(path.parent_path()));
  TRY(auto db, open_sound(path, sync));
  if (!db) {
    TRY_VOID(remove_database(path));
    TRY(auto fresh, open_to_write(path, sync));
    TRY_VOID(make_tables(fresh));
    db = std::move(fresh);
  }
  SeriesStore store(*std::move(db));
  Statement highest(store.db_, "SELECT coalesce(max(num), 0) FROM mail");
  TRY_VOID(highest.step());
  store.highest_ = highest.integer(0);
  return store;
}

Result<void> SeriesStore::begin() {
  if (transaction_) return {};
  TRY(auto transaction, Transaction::begin(db_));
  transaction_.emplace(std::move(transaction));
  return {};
}

Result<void> SeriesStore::commit() {
  if (!transaction_) return {};
  auto done = transaction_->commit();
  transaction_.reset();
  return done;
}

Result<std::int64_t> SeriesStore::id_of(std::string_view message_id) {
  TRY(const bool known, find_id_.bind(message_id).step());
  if (known) {
    const auto id = find_id_.integer(0);
    find_id_.reset();
    return id;
  }
  TRY_VOID(add_id_.bind(message_id).run());
  return db_.last_insert_rowid();
}

Result<void> SeriesStore::add(std::int64_t number, const std::vector<std::string>& message_ids,
                              const patch::PatchFacts& facts) {
  if (number <= highest_) TRY_VOID(remove(number));
  if (facts.kind == patch::PatchFacts::Kind::kNone || message_ids.empty()) return {};
  TRY_VOID(begin());
  highest_ = std::max(highest_, number);
  TRY_VOID(add_mail(number, message_ids, facts));
  TRY_VOID(add_trailers(number, facts.trailers));
  return facts.kind == patch::PatchFacts::Kind::kReply ? Result<void>() : add_patch(number, facts);
}

Result<void> SeriesStore::add_mail(std::int64_t number, const std::vector<std::string>& message_ids,
                                   const patch::PatchFacts& facts) {
  for (const auto& message_id : message_ids) {
    TRY(const auto id, id_of(message_id));
    if (&message_id == &message_ids.front()) {
      TRY_VOID(add_mail_.bind(number)
                   .bind(id)
                   .bind(static_cast<std::int64_t>(facts.kind))
                   .bind(facts.sent)
                   .bind(facts.sender.name)
                   .bind(facts.sender.address)
                   .run());
    } else {
      TRY_VOID(add_alias_.bind(number).bind(id).run());
    }
  }
  for (std::size_t at = 0; at < facts.ancestors.size(); ++at) {
    TRY(const auto id, id_of(facts.ancestors[at]));
    TRY_VOID(add_ancestor_.bind(number).bind(static_cast<std::int64_t>(at)).bind(id).run());
  }
  return {};
}

Result<void> SeriesStore::add_trailers(std::int64_t number, const std::vector<patch::Trailer>& trailers) {
  for (std::size_t at = 0; at < trailers.size(); ++at) {
    const auto& trailer = trailers[at];
    add_trailer_.bind(number).bind(static_cast<std::int64_t>(at)).bind(static_cast<std::int64_t>(trailer.kind));
    add_trailer_.bind(trailer.name).bind(trailer.value);
    bind_or_null(add_trailer_, trailer.note);
    bind_or_null(add_trailer_, trailer.person.name);
    TRY_VOID(bind_or_null(add_trailer_, trailer.person.address).run());
  }
  return {};
}

Result<void> SeriesStore::add_patch(std::int64_t number, const patch::PatchFacts& facts) {
  const auto& subject = facts.subject;
  add_patch_.bind(number);
  bind_or_null(add_patch_, subject.revision);
  bind_or_null(add_patch_, subject.counter ? std::optional(subject.counter->number) : std::nullopt);
  bind_or_null(add_patch_, subject.counter ? std::optional(subject.counter->total) : std::nullopt);
  const auto key = patch::series_key(subject.title);
  const auto tags = fmt::format("{}", fmt::join(subject.tags, " "));
  add_patch_.bind(key).bind(subject.title).bind(tags);
  bind_or_null(add_patch_, facts.change_id);
  bind_or_null(add_patch_, facts.base_commit);
  TRY_VOID((facts.patch_id ? add_patch_.bind_blob(bytes_of(*facts.patch_id)) : add_patch_.bind_null()).run());
  for (const auto& path : facts.paths) TRY_VOID(add_touched_.bind(number).bind(path).run());
  return {};
}

Result<void> SeriesStore::remove(std::int64_t number) {
  TRY_VOID(begin());
  for (auto& statement : remove_) TRY_VOID(statement.bind(number).run());
  return {};
}

Result<void> SeriesStore::add_skipped(const SkippedMessage& message) {
  TRY_VOID(begin());
  Statement add(db_, "INSERT OR REPLACE INTO skipped VALUES (?, ?, ?, ?, ?)");
  const auto blob = message.blob.hex(), commit = message.commit.hex();
  return add.bind(blob).bind(commit).bind(std::int64_t{message.epoch}).bind(message.reason).bind(message.at).run();
}

Result<void> SeriesStore::remove_skipped(const git::ObjectId& blob) {
  TRY_VOID(begin());
  Statement forget(db_, "DELETE FROM skipped WHERE blob = ?");
  const auto hex = blob.hex();
  return forget.bind(hex).run();
}

Result<std::optional<std::string>> SeriesStore::last_indexed(unsigned epoch) {
  Statement find(db_, "SELECT value FROM meta WHERE key = ?");
  const auto key = fmt::format("last_indexed-{}", epoch);
  TRY(const bool found, find.bind(key).step());
  return found ? std::optional(std::string(find.text(0))) : std::nullopt;
}

Result<void> SeriesStore::set_last_indexed(unsigned epoch, std::string_view commit_hex) {
  TRY_VOID(begin());
  Statement set(db_, "INSERT OR REPLACE INTO meta VALUES (?, ?)");
  const auto key = fmt::format("last_indexed-{}", epoch);
  return set.bind(key).bind(commit_hex).run();
}

Result<void> SeriesStore::clear() {
  TRY_VOID(begin());
  for (const char* table : kTablesByNumber) TRY_VOID(db_.exec(fmt::format("DELETE FROM {}", table)));
  TRY_VOID(db_.exec("DELETE FROM id; DELETE FROM skipped; DELETE FROM meta WHERE key <> 'version'"));
  highest_ = 0;
  return {};
}

Result<std::vector<SkippedMessage>> skipped_messages(const fs::path& dir) {
  std::vector<SkippedMessage> messages;
  const auto path = series_path(dir);
  std::error_code code;
  if (!fs::exists(path, code)) return messages;
  TRY(const auto db, Sqlite::open(path, SqliteMode::kReadOnly));
  Statement rows(db, "SELECT blob, commit_id, epoch, reason, at FROM skipped ORDER BY epoch, at, blob");
  while (true) {
    TRY(const bool row, rows.step());
    if (!row) return messages;
    messages.push_back({git::ObjectId::parse(rows.text(0)).value_or(git::ObjectId{}),
                        git::ObjectId::parse(rows.text(1)).value_or(git::ObjectId{}),
                        static_cast<unsigned>(rows.integer(2)), std::string(rows.text(3)), rows.integer(4)});
  }
}

}  // namespace lorelei::search
