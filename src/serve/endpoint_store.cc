// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/endpoint_store.hh"

#include <fmt/core.h>

namespace lorelei::serve {

namespace {

using archive::Sqlite;
using archive::SqliteMode;
using archive::Statement;
using archive::Transaction;
using Kind = Error::Kind;

constexpr int kSchemaVersion = 1;
constexpr const char* kSchema = R"sql(
CREATE TABLE contributor (id INTEGER PRIMARY KEY AUTOINCREMENT, created INTEGER NOT NULL,
  identity TEXT NOT NULL COLLATE NOCASE, selector TEXT NOT NULL, algorithm TEXT NOT NULL, name TEXT NOT NULL,
  key TEXT NOT NULL, challenge TEXT NOT NULL, verified INTEGER NOT NULL, UNIQUE (identity, selector));
CREATE TABLE event (kind TEXT NOT NULL, subject TEXT NOT NULL COLLATE NOCASE, at INTEGER NOT NULL);
CREATE INDEX event_by_subject ON event (kind, subject, at);
CREATE TABLE letter (id INTEGER PRIMARY KEY AUTOINCREMENT, posting INTEGER NOT NULL, action INTEGER NOT NULL,
  message_id TEXT NOT NULL, digest BLOB NOT NULL, contributor INTEGER NOT NULL, accepted INTEGER NOT NULL,
  sender TEXT NOT NULL, recipients TEXT NOT NULL, message BLOB, UNIQUE (action, message_id, digest));
CREATE TABLE delivery (letter INTEGER NOT NULL, carrier INTEGER NOT NULL, state INTEGER NOT NULL,
  tries INTEGER NOT NULL, due INTEGER NOT NULL, remark TEXT NOT NULL, PRIMARY KEY (letter, carrier)) WITHOUT ROWID;
CREATE INDEX delivery_by_state ON delivery (state, due);
)sql";
constexpr const char* kColumns = "SELECT id, created, identity, selector, algorithm, name, key, challenge, verified";

Result<std::int64_t> version_of(const Sqlite& db) {
  Statement version(db, "SELECT user_version FROM pragma_user_version");
  TRY([[maybe_unused]] const bool row, version.step());
  return version.integer(0);
}

Result<void> make_tables(const Sqlite& db) {
  TRY(auto transaction, Transaction::begin(db));
  TRY(const auto version, version_of(db));
  if (version == kSchemaVersion) return {};
  if (version > kSchemaVersion)
    return err(Kind::kRefused, "open the database", db.path(), "a newer version of the program wrote it",
               "use that version");
  TRY_VOID(db.exec(kSchema));
  TRY_VOID(db.exec("PRAGMA user_version = " + std::to_string(kSchemaVersion)));
  return transaction.commit();
}

Contributor contributor_in(const Statement& row) {
  Contributor one;
  one.id = row.integer(0);
  one.created = row.integer(1);
  one.key_name.identity = row.text(2);
  one.key_name.selector = row.text(3);
  one.key_name.algorithm = attest::algorithm_named(row.text(4)).value_or(attest::Algorithm::kEd25519);
  one.name = row.text(5);
  one.key = row.text(6);
  one.challenge = row.text(7);
  one.is_verified = row.integer(8) != 0;
  return one;
}

}  // namespace

Result<Sqlite> open_endpoint_database(const fs::path& path, Making making) {
  TRY(auto db, Sqlite::open(path, making == Making::kMake ? SqliteMode::kCreate : SqliteMode::kReadWrite));
  // A log beside the file: whoever reads does not keep the outbox from writing.
  Statement mode(db, "PRAGMA journal_mode = WAL");
  TRY([[maybe_unused]] const bool row, mode.step());
  mode.reset();
  TRY_VOID(db.exec("PRAGMA synchronous = FULL"));
  TRY_VOID(make_tables(db));
  return db;
}

Result<std::optional<Contributor>> EndpointStore::find(std::string_view identity, std::string_view selector) const {
  Statement row(db_, fmt::format("{} FROM contributor WHERE identity = ? AND selector = ?", kColumns));
  TRY(const bool found, row.bind(identity).bind(selector).step());
  return found ? std::optional(contributor_in(row)) : std::nullopt;
}

Result<std::vector<Contributor>> EndpointStore::all() const {
  Statement rows(db_, fmt::format("{} FROM contributor ORDER BY identity, selector", kColumns));
  std::vector<Contributor> found;
  for (;;) {
    TRY(const bool row, rows.step());
    if (!row) return found;
    found.push_back(contributor_in(rows));
  }
}

Result<void> EndpointStore::add(const Contributor& one) {
  TRY(const auto before, find(one.key_name.identity, one.key_name.selector));
  if (before && before->is_verified)
    return err(Kind::kConflict, "authorise", one.key_name.identity + "/" + one.key_name.selector,
               "that identity and selector are authorised already");
  TRY_VOID(remove(one.key_name.identity, one.key_name.selector));
  Statement add(db_,
                "INSERT INTO contributor (created, identity, selector, algorithm, name, key, challenge, verified) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  add.bind(one.created).bind(one.key_name.identity).bind(one.key_name.selector);
  add.bind(name_of(one.key_name.algorithm)).bind(one.name).bind(one.key).bind(one.challenge);
  return add.bind(std::int64_t{one.is_verified}).run();
}

Result<void> EndpointStore::verify(std::int64_t id) {
  return Statement(db_, "UPDATE contributor SET verified = 1, challenge = '' WHERE id = ?").bind(id).run();
}

Result<int> EndpointStore::remove(std::string_view identity, std::string_view selector) {
  Statement remove(db_, "DELETE FROM contributor WHERE identity = ?1 AND (?2 = '' OR selector = ?2)");
  TRY_VOID(remove.bind(identity).bind(selector).run());
  return db_.changes();
}

Result<std::int64_t> EndpointStore::count(std::string_view kind, std::string_view subject, std::int64_t since) const {
  Statement count(db_, "SELECT count(*) FROM event WHERE kind = ? AND subject = ? AND at > ?");
  TRY([[maybe_unused]] const bool row, count.bind(kind).bind(subject).bind(since).step());
  return count.integer(0);
}

Result<void> EndpointStore::note(std::string_view kind, std::string_view subject, std::int64_t now) {
  return Statement(db_, "INSERT INTO event VALUES (?, ?, ?)").bind(kind).bind(subject).bind(now).run();
}

}  // namespace lorelei::serve
