// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/ledger.hh"

#include <fmt/format.h>

#include <cstring>

#include "archive/over_record.hh"
#include "archive/over_writer.hh"
#include "base/deflate.hh"
#include "base/files.hh"

namespace lorelei::lei {

namespace {

using archive::Sqlite;
using archive::Statement;

constexpr int kSchemaVersion = 1;
constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, state INTEGER NOT NULL, oid BLOB NOT NULL,
  digest BLOB NOT NULL, place TEXT NOT NULL, flags TEXT NOT NULL, run INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS message_oid ON message (oid);
CREATE INDEX IF NOT EXISTS message_digest ON message (digest);
CREATE INDEX IF NOT EXISTS message_pending ON message (id) WHERE state = 0;
CREATE TABLE IF NOT EXISTS mid (mid TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (mid, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mid_of ON mid (id);
CREATE TABLE IF NOT EXISTS alias (oid BLOB NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (oid, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS source (location TEXT PRIMARY KEY, identity TEXT NOT NULL, highest INTEGER NOT NULL)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS watched (location TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (location, number))
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS thread (location TEXT NOT NULL, root TEXT NOT NULL, active INTEGER NOT NULL,
  polled INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (location, root)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
)sql";

// What public-inbox keeps beside an overview where one message may be several blobs.
constexpr const char* kLeiSchema = R"sql(
INSERT OR IGNORE INTO lei.counter (key) VALUES ('eidx_docid');
CREATE TABLE IF NOT EXISTS lei.inboxes (ibx_id INTEGER PRIMARY KEY AUTOINCREMENT, eidx_key VARCHAR(255) NOT NULL,
  UNIQUE (eidx_key));
CREATE TABLE IF NOT EXISTS lei.xref3 (docid INTEGER NOT NULL, ibx_id INTEGER NOT NULL, xnum INTEGER NOT NULL,
  oidbin VARBINARY NOT NULL, UNIQUE (docid, ibx_id, xnum, oidbin));
CREATE INDEX IF NOT EXISTS lei.idx_docid ON xref3 (docid);
CREATE INDEX IF NOT EXISTS lei.idx_reindex ON xref3 (xnum, ibx_id);
CREATE INDEX IF NOT EXISTS lei.idx_oidbin ON xref3 (oidbin);
CREATE TABLE IF NOT EXISTS lei.eidx_meta (key VARCHAR(255) PRIMARY KEY, val VARCHAR(255) NOT NULL);
CREATE TABLE IF NOT EXISTS lei.eidxq (docid INTEGER PRIMARY KEY NOT NULL);
INSERT OR IGNORE INTO lei.inboxes (eidx_key) VALUES ('.');
)sql";

std::string_view bytes_of(const git::ObjectId& oid) {
  return {reinterpret_cast<const char*>(oid.bytes.data()), oid.bytes.size()};
}
std::string_view bytes_of(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

struct Ledger::Impl {
  Sqlite db;
  bool has_lei = false;
  std::int64_t run = 0;
  bool is_empty = true;
  std::optional<archive::Transaction> transaction;
  std::optional<archive::OverWriter> over;
  Deflater deflater{Deflater::Form::kZlib};

  Statement by_oid{db,
                   "SELECT id, state, oid, digest, place, flags, run FROM message WHERE oid = ?1 OR id IN "
                   "(SELECT id FROM alias WHERE oid = ?1) ORDER BY id LIMIT 1"};
  Statement by_mid{
      db,
      "SELECT m.id, state, oid, digest, place, flags, run FROM mid JOIN message m USING (id) WHERE mid = ? "
      "ORDER BY m.id LIMIT 1"};
  Statement by_mid_and_digest{
      db,
      "SELECT m.id, state, oid, digest, place, flags, run FROM mid JOIN message m USING (id) WHERE mid = ? AND digest "
      "= ? ORDER BY m.id LIMIT 1"};
  Statement by_digest{
      db, "SELECT id, state, oid, digest, place, flags, run FROM message WHERE digest = ? ORDER BY id LIMIT 1"};
  Statement of_state{db, "SELECT id, state, oid, digest, place, flags, run FROM message WHERE state = ? ORDER BY id"};
  Statement add{db, "INSERT INTO message (state, oid, digest, place, flags, run) VALUES (?, ?, ?, ?, ?, ?)"};
  Statement add_mid{db, "INSERT OR IGNORE INTO mid (mid, id) VALUES (?, ?)"};
  Statement add_alias{db, "INSERT OR IGNORE INTO alias (oid, id) VALUES (?, ?)"};
  Statement settle{db, "UPDATE message SET state = ?, place = ? WHERE id = ?"};
  Statement flags{db, "UPDATE message SET flags = ? WHERE id = ?"};
  Statement want{db, "UPDATE message SET run = ? WHERE id = ?"};
  Statement drop{db, "DELETE FROM message WHERE id = ?"};
  Statement drop_mid{db, "DELETE FROM mid WHERE id = ?"};
  Statement drop_alias{db, "DELETE FROM alias WHERE id = ?"};
  Statement get_reading{db, "SELECT identity, highest FROM source WHERE location = ?"};
  Statement put_reading{db, "INSERT OR REPLACE INTO source (location, identity, highest) VALUES (?, ?, ?)"};
  Statement get_watched{db, "SELECT number FROM watched WHERE location = ? ORDER BY number"};
  Statement put_watched{db, "INSERT OR IGNORE INTO watched (location, number) VALUES (?, ?)"};
  Statement get_threads{db,
                        "SELECT root, active, polled FROM thread WHERE location = ? AND active >= ? "
                        "ORDER BY polled, active DESC LIMIT ?"};
  Statement put_thread{db,
                       "INSERT INTO thread (location, root, active) VALUES (?, ?, ?) ON CONFLICT (location, root) DO "
                       "UPDATE SET active = max(active, excluded.active)"};
  Statement put_polled{db, "UPDATE thread SET polled = ? WHERE location = ? AND root = ?"};
  Statement get_meta{db, "SELECT value FROM meta WHERE key = ?"};
  Statement put_meta{db, "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)"};
  Statement next_document{db, "UPDATE lei.counter SET val = val + 1 WHERE key = 'eidx_docid' RETURNING val"};
  Statement lei_blob{db, "SELECT docid FROM lei.xref3 WHERE oidbin = ? LIMIT 1"};
  Statement add_blob{db,
                     "INSERT OR IGNORE INTO lei.xref3 (docid, ibx_id, xnum, oidbin) VALUES "
                     "(?, (SELECT ibx_id FROM lei.inboxes WHERE eidx_key = '.'), -1, ?)"};

  explicit Impl(Sqlite open) : db(std::move(open)) {}
};

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

// Also "IF NOT EXISTS" and "OR IGNORE" write; an update with no news shall not.
static Result<bool> is_made(const Sqlite& db, bool has_lei) {
  Statement version(db, "SELECT user_version FROM pragma_user_version");
  TRY(const bool answered, version.step());
  if (!answered || version.integer(0) != kSchemaVersion) return false;
  if (!has_lei) return true;
  Statement tables(db,
                   "SELECT COUNT(*) FROM lei.sqlite_master WHERE type = 'table' AND name IN ('over', 'counter', "
                   "'subject', 'id2num', 'msgid', 'inboxes', 'xref3', 'eidx_meta', 'eidxq')");
  TRY([[maybe_unused]] const bool counted, tables.step());
  if (tables.integer(0) != 9) return false;
  Statement rows(db, "SELECT (SELECT COUNT(*) FROM lei.counter) + (SELECT COUNT(*) FROM lei.inboxes)");
  TRY([[maybe_unused]] const bool summed, rows.step());
  return rows.integer(0) == 4;
}

Result<Ledger> Ledger::make(Sqlite db, bool has_lei) {
  TRY(const bool made, is_made(db, has_lei));
  if (!made) {
    TRY_VOID(db.exec("BEGIN IMMEDIATE"));  // all or nothing
    TRY_VOID(db.exec(kSchema));
    if (has_lei) {
      TRY_VOID(archive::OverWriter::make_tables(db, "lei"));
      TRY_VOID(db.exec(kLeiSchema));
    }
    TRY_VOID(db.exec(fmt::format("PRAGMA user_version = {}; COMMIT", kSchemaVersion)));
  }
  Ledger ledger(std::make_unique<Impl>(std::move(db)));
  auto& impl = *ledger.impl_;
  impl.has_lei = has_lei;
  if (has_lei) impl.over = archive::OverWriter::of(impl.db, "lei");
  TRY(const auto run, ledger.meta("run"));
  impl.run = run ? parse_int(*run).value_or(0) : 0;
  if (has_lei) TRY_VOID(ledger.read_lei());
  Statement any(impl.db, "SELECT 1 FROM message LIMIT 1");
  TRY(const bool row, any.step());
  impl.is_empty = !row;
  return ledger;
}

Result<Ledger> Ledger::open(const fs::path& directory) {
  TRY_VOID(make_private_directory(directory));
  TRY(auto db, Sqlite::open(directory / kLedgerFile, archive::SqliteMode::kCreate));
  TRY_VOID(db.attach(directory / "over.sqlite3", "lei"));
  // Both files change together only with this kind of journal; lei chose another and can do with either.
  TRY_VOID(db.exec("PRAGMA main.journal_mode = TRUNCATE"));
  (void)db.exec("PRAGMA lei.journal_mode = TRUNCATE");  // not while lei has it open: then they change one by one
  return make(std::move(db), true);
}

Result<void> Ledger::forget_lei(const fs::path& directory) {
  TRY(const auto db, Sqlite::open(directory / kLedgerFile, archive::SqliteMode::kReadWrite));
  return db.exec("DELETE FROM meta WHERE key = 'lei.document'");
}

Result<Ledger> Ledger::in_memory() {
  TRY(auto db, Sqlite::open(":memory:", archive::SqliteMode::kReadWrite));
  return make(std::move(db), false);
}

// Blobs that only lei knows of were delivered by it. Blobs that only we know of, where lei has forgotten everything (it
// ran `q` again): the mail was taken away from the destination, and we start anew like it did.
Result<void> Ledger::read_lei() {
  TRY(const auto last, meta("lei.document"));
  if (const auto number = last ? parse_int(*last).value_or(0) : 0; number > 0) {
    Statement ours(impl_->db, "SELECT 1 FROM lei.over WHERE num BETWEEN 1 AND ? LIMIT 1");
    TRY(const bool is_there, ours.bind(number).step());
    ours.reset();
    if (!is_there) {
      TRY_VOID(impl_->db.exec(
          "BEGIN IMMEDIATE; DELETE FROM message WHERE state <> 0 AND oid NOT IN (SELECT oidbin FROM lei.xref3);"
          "DELETE FROM mid WHERE id NOT IN (SELECT id FROM message);"
          "DELETE FROM alias WHERE id NOT IN (SELECT id FROM message);"
          "DELETE FROM source; DELETE FROM watched; DELETE FROM meta WHERE key = 'lei.document'; COMMIT"));
    }
  }
  Statement fresh(impl_->db,
                  "SELECT DISTINCT oidbin FROM lei.xref3 WHERE oidbin NOT IN (SELECT oid FROM message) AND oidbin NOT "
                  "IN (SELECT oid FROM alias)");
  std::vector<git::ObjectId> unknown;
  for (;;) {
    TRY(const bool row, fresh.step());
    if (!row) break;
    const auto bytes = fresh.text(0);
    git::ObjectId oid;
    if (bytes.size() == oid.bytes.size()) {
      std::memcpy(oid.bytes.data(), bytes.data(), bytes.size());
      unknown.push_back(oid);
    }
  }
  if (unknown.empty()) return {};
  TRY_VOID(join());
  Statement ids(impl_->db,
                "SELECT mid FROM lei.msgid JOIN lei.id2num USING (id) JOIN lei.xref3 ON docid = num WHERE oidbin = ?");
  for (const auto& oid : unknown) {
    Likeness likeness{oid, {}, {}};
    ids.bind_blob(bytes_of(oid));
    for (;;) {
      TRY(const bool row, ids.step());
      if (!row) break;
      likeness.mids.emplace_back(ids.text(0));
    }
    TRY([[maybe_unused]] const auto id, add(State::kKnown, likeness, "", {}));
  }
  return commit();
}

Result<void> Ledger::join() {
  if (impl_->transaction) return {};
  TRY(auto transaction, archive::Transaction::begin(impl_->db));
  impl_->transaction.emplace(std::move(transaction));
  return {};
}
Result<void> Ledger::commit() {
  if (!impl_->transaction) return {};
  TRY_VOID(impl_->transaction->commit());
  impl_->transaction.reset();
  return {};
}
void Ledger::roll_back() { impl_->transaction.reset(); }

Result<void> Ledger::begin_run() {
  ++impl_->run;
  return set_meta("run", std::to_string(impl_->run));
}
std::int64_t Ledger::run() const { return impl_->run; }
bool Ledger::is_empty() const { return impl_->is_empty; }

namespace {

Ledger::Row read_row(const Statement& statement) {
  Ledger::Row row;
  row.id = statement.integer(0);
  row.state = static_cast<Ledger::State>(statement.integer(1));
  if (const auto oid = statement.text(2); oid.size() == row.oid.bytes.size())
    std::memcpy(row.oid.bytes.data(), oid.data(), oid.size());
  if (const auto digest = statement.text(3); digest.size() == row.digest.size())
    std::memcpy(row.digest.data(), digest.data(), digest.size());
  row.place = statement.text(4);
  row.flags = mail::keywords_of_flags(statement.text(5));
  row.run = statement.integer(6);
  return row;
}

}  // namespace

Result<std::optional<Ledger::Row>> Ledger::one(Statement& statement) {
  TRY(const bool found, statement.step());
  if (!found) return std::nullopt;
  auto row = read_row(statement);
  statement.reset();
  return row;
}

Result<std::optional<Ledger::Row>> Ledger::find(const git::ObjectId& oid) {
  return one(impl_->by_oid.bind_blob(bytes_of(oid)));
}

Result<std::optional<Ledger::Row>> Ledger::find(const Likeness& likeness, search::Sameness sameness) {
  if (sameness == search::Sameness::kNone) return std::nullopt;
  if (sameness == search::Sameness::kMid)
    for (const auto& mid : likeness.mids) {
      TRY(auto row, one(impl_->by_mid.bind(mid)));
      if (row) return row;
    }
  TRY(auto row, find(likeness.oid));
  if (row || sameness == search::Sameness::kOid) return row;
  if (likeness.mids.empty()) return one(impl_->by_digest.bind_blob(bytes_of(likeness.digest)));
  for (const auto& mid : likeness.mids) {
    TRY(row, one(impl_->by_mid_and_digest.bind(mid).bind_blob(bytes_of(likeness.digest))));
    if (row) return row;
  }
  return std::nullopt;
}

Result<std::vector<Ledger::Row>> Ledger::all(State state) {
  std::vector<Row> rows;
  impl_->of_state.bind(static_cast<std::int64_t>(state));
  for (;;) {
    TRY(const bool found, impl_->of_state.step());
    if (!found) return rows;
    rows.push_back(read_row(impl_->of_state));
  }
}

Result<std::vector<std::string>> Ledger::mids_of(std::int64_t id) {
  std::vector<std::string> mids;
  Statement all(impl_->db, "SELECT mid FROM mid WHERE id = ?");
  all.bind(id);
  for (;;) {
    TRY(const bool row, all.step());
    if (!row) return mids;
    mids.emplace_back(all.text(0));
  }
}

Result<std::vector<std::string>> Ledger::all_mids() {
  std::vector<std::string> mids;
  Statement all(impl_->db, "SELECT DISTINCT mid FROM mid");
  for (;;) {
    TRY(const bool row, all.step());
    if (!row) return mids;
    mids.emplace_back(all.text(0));
  }
}

Result<std::int64_t> Ledger::add(State state, const Likeness& likeness, std::string_view place,
                                 const mail::Keywords& keywords) {
  const auto letters = mail::maildir_flags(keywords);
  TRY_VOID(impl_->add.bind(static_cast<std::int64_t>(state))
               .bind_blob(bytes_of(likeness.oid))
               .bind_blob(bytes_of(likeness.digest))
               .bind(place)
               .bind(letters)
               .bind(impl_->run)
               .run());
  const auto id = impl_->db.last_insert_rowid();
  for (const auto& mid : likeness.mids) TRY_VOID(impl_->add_mid.bind(mid).bind(id).run());
  impl_->is_empty = false;
  return id;
}

Result<void> Ledger::settle(std::int64_t id, State state, std::string_view place) {
  return impl_->settle.bind(static_cast<std::int64_t>(state)).bind(place).bind(id).run();
}
Result<void> Ledger::set_flags(std::int64_t id, const mail::Keywords& keywords) {
  const auto letters = mail::maildir_flags(keywords);
  return impl_->flags.bind(letters).bind(id).run();
}
Result<void> Ledger::wanted(std::int64_t id) { return impl_->want.bind(impl_->run).bind(id).run(); }
Result<void> Ledger::also_known_as(std::int64_t id, const git::ObjectId& oid) {
  TRY_VOID(impl_->add_alias.bind_blob(bytes_of(oid)).bind(id).run());
  if (!impl_->has_lei) return {};
  Statement document(impl_->db,
                     "SELECT docid FROM lei.xref3 WHERE oidbin = (SELECT oid FROM message WHERE id = ?) LIMIT 1");
  TRY(const bool found, document.bind(id).step());
  if (!found) return {};
  const auto number = document.integer(0);
  document.reset();
  return impl_->add_blob.bind(number).bind_blob(bytes_of(oid)).run();
}

Result<void> Ledger::forget(std::int64_t id) {
  if (impl_->has_lei) {
    Statement lei(impl_->db,
                  "DELETE FROM lei.xref3 WHERE docid IN (SELECT docid FROM lei.xref3 WHERE oidbin = (SELECT oid FROM "
                  "message WHERE id = ?))");
    TRY_VOID(lei.bind(id).run());
  }
  TRY_VOID(impl_->drop_mid.bind(id).run());
  TRY_VOID(impl_->drop_alias.bind(id).run());
  return impl_->drop.bind(id).run();
}

Result<void> Ledger::forget_all() {
  TRY_VOID(
      impl_->db.exec("DELETE FROM message; DELETE FROM mid; DELETE FROM alias; DELETE FROM source; "
                     "DELETE FROM watched; DELETE FROM thread"));
  if (impl_->has_lei)
    TRY_VOID(
        impl_->db.exec("DELETE FROM lei.xref3; DELETE FROM lei.over; DELETE FROM lei.id2num;"
                       "DELETE FROM meta WHERE key = 'lei.document'"));
  impl_->is_empty = true;
  return {};
}

Result<void> Ledger::tell_lei(const Likeness& likeness, const mail::Overview& overview) {
  if (!impl_->has_lei) return {};
  TRY(const bool known, impl_->lei_blob.bind_blob(bytes_of(likeness.oid)).step());
  if (known) return impl_->lei_blob.reset(), Result<void>{};
  TRY(const bool counted, impl_->next_document.step());
  const auto number = counted ? impl_->next_document.integer(0) : 0;
  impl_->next_document.reset();
  auto own = overview;
  mail::choose_own_id(own, own.message_ids.empty() ? "" : own.message_ids[0]);
  const auto record = archive::overview_record(own, likeness.oid.hex(), archive::Recipients::kYes);
  TRY([[maybe_unused]] const auto thread, impl_->over->add(number, own, impl_->deflater.deflate(record)));
  TRY_VOID(impl_->add_blob.bind(number).bind_blob(bytes_of(likeness.oid)).run());
  return set_meta("lei.document", std::to_string(number));
}

Result<std::optional<Ledger::Reading>> Ledger::reading(const std::string& location) {
  TRY(const bool found, impl_->get_reading.bind(location).step());
  if (!found) return std::nullopt;
  Reading reading{std::string(impl_->get_reading.text(0)), impl_->get_reading.integer(1)};
  impl_->get_reading.reset();
  return reading;
}
Result<void> Ledger::set_reading(const std::string& location, const Reading& to) {
  TRY(const auto before, reading(location));
  if (before && before->identity == to.identity && before->highest == to.highest) return {};
  TRY_VOID(join());
  return impl_->put_reading.bind(location).bind(to.identity).bind(to.highest).run();
}
Result<void> Ledger::forget_readings() { return impl_->db.exec("DELETE FROM source"); }

Result<std::vector<std::int64_t>> Ledger::watched(const std::string& location) {
  std::vector<std::int64_t> numbers;
  impl_->get_watched.bind(location);
  for (;;) {
    TRY(const bool row, impl_->get_watched.step());
    if (!row) return numbers;
    numbers.push_back(impl_->get_watched.integer(0));
  }
}
Result<void> Ledger::watch(const std::string& location, std::int64_t number) {
  return impl_->put_watched.bind(location).bind(number).run();
}

Result<void> Ledger::forget_watched(const std::string& location) {
  Statement forget(impl_->db, "DELETE FROM watched WHERE location = ?");
  return forget.bind(location).run();
}

Result<std::vector<Ledger::Thread>> Ledger::followed(const std::string& location, std::int64_t since,
                                                     std::size_t limit) {
  std::vector<Thread> threads;
  auto& all = impl_->get_threads.bind(location).bind(since).bind(static_cast<std::int64_t>(limit));
  for (;;) {
    TRY(const bool row, all.step());
    if (!row) return threads;
    threads.push_back({std::string(all.text(0)), all.integer(1), all.integer(2)});
  }
}
Result<void> Ledger::follow(const std::string& location, const std::string& root, std::int64_t active) {
  return impl_->put_thread.bind(location).bind(root).bind(active).run();
}
Result<void> Ledger::was_polled(const std::string& location, const std::string& root, std::int64_t now) {
  return impl_->put_polled.bind(now).bind(location).bind(root).run();
}

Result<std::optional<std::string>> Ledger::meta(std::string_view key) {
  TRY(const bool found, impl_->get_meta.bind(key).step());
  if (!found) return std::nullopt;
  std::string value(impl_->get_meta.text(0));
  impl_->get_meta.reset();
  return value;
}
Result<void> Ledger::set_meta(std::string_view key, std::string_view value) {
  return impl_->put_meta.bind(key).bind(value).run();
}

}  // namespace lorelei::lei
