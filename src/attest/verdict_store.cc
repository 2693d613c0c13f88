// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/verdict_store.hh"

#include <fmt/core.h>

#include "base/utc_day.hh"

namespace lorelei::attest {

namespace {

using archive::Sqlite;
using archive::SqliteMode;

constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS verdict (blob BLOB NOT NULL, at INTEGER NOT NULL, kind INTEGER NOT NULL, "
    "state TEXT NOT NULL, who TEXT NOT NULL, selector TEXT NOT NULL, algorithm TEXT NOT NULL, key TEXT NOT NULL, "
    "source TEXT NOT NULL, signed_at INTEGER, judged_at INTEGER NOT NULL, PRIMARY KEY (blob, kind, at)) WITHOUT ROWID";

// Results that say less of a mail than of the moment: they are judged anew, and only they are replaced. That a domain
// has taken its key away is not one: it does not come back.
constexpr const char* kPassing =
    "(verdict.state IN ('key-unavailable', 'unknown-key', 'failed') OR (verdict.state = 'no-key' AND verdict.kind = "
    "0))";

std::string_view bytes_of(const git::ObjectId& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

bool may_be_recalled(DkimOutcome outcome) {
  return outcome == DkimOutcome::kKeyUnavailable || outcome == DkimOutcome::kNoKey ||
         outcome == DkimOutcome::kRevokedKey || outcome == DkimOutcome::kBadKey;
}

}  // namespace

VerdictStore::VerdictStore(Sqlite db)
    : db_(std::move(db)),
      has_(db_, "SELECT min(NOT " + std::string(kPassing) + ") FROM verdict WHERE blob = ? AND kind = ?"),
      find_(db_,
            "SELECT kind, state, who, selector, algorithm, key, source, judged_at FROM verdict WHERE blob = ? ORDER BY "
            "kind, at"),
      add_(db_,
           "INSERT INTO verdict VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = "
           "excluded.state, who = excluded.who, selector = excluded.selector, algorithm = excluded.algorithm, key = "
           "excluded.key, source = excluded.source, signed_at = excluded.signed_at, judged_at = excluded.judged_at "
           "WHERE " +
               std::string(kPassing)) {}

Result<VerdictStore> VerdictStore::open(const std::filesystem::path& directory, Access access) {
  const auto path = directory / "lorelei" / "series.sqlite3";
  std::error_code failed;
  if (!std::filesystem::exists(path, failed))
    return err(Error::Kind::kNotFound, "open the record of verdicts", path, "the archive is not indexed",
               "lorelei archive index");
  TRY(auto db, Sqlite::open(path, access == Access::kWrite ? SqliteMode::kReadWrite : SqliteMode::kReadOnly));
  if (access == Access::kWrite) {
    TRY_VOID(db.exec("PRAGMA journal_mode = TRUNCATE"));
    TRY_VOID(db.exec(kTable));
  } else {
    archive::Statement table(db, "SELECT 1 FROM sqlite_master WHERE name = 'verdict'");
    TRY(const bool is_there, table.step());
    if (!is_there)
      return err(Error::Kind::kNotFound, "open the record of verdicts", path, "nothing was recorded",
                 "lorelei archive index --attest");
  }
  return VerdictStore(std::move(db));
}

Result<bool> VerdictStore::has(const git::ObjectId& blob, RecordedVerdict::Kind kind) {
  TRY(const bool row, has_.bind_blob(bytes_of(blob)).bind(static_cast<std::int64_t>(kind)).step());
  const bool is_final = row && has_.integer(0) == 1;
  has_.reset();
  return is_final;
}

Result<std::vector<RecordedVerdict>> VerdictStore::of(const git::ObjectId& blob) {
  std::vector<RecordedVerdict> found;
  find_.bind_blob(bytes_of(blob));
  for (;;) {
    TRY(const bool row, find_.step());
    if (!row) break;
    const auto text = [this](int column) { return std::string(find_.text(column)); };
    found.push_back({static_cast<RecordedVerdict::Kind>(find_.integer(0)), text(1), text(2), text(3), text(4), text(5),
                     text(6), find_.integer(7)});
  }
  find_.reset();
  return found;
}

Result<void> VerdictStore::put(const git::ObjectId& blob, const Verdict& verdict, const std::vector<DkimResult>* dkim,
                               std::int64_t now) {
  if (!transaction_) {
    TRY(auto begun, archive::Transaction::begin(db_));
    transaction_.emplace(std::move(begun));
  }
  std::int64_t at = 0;
  const auto add = [&](RecordedVerdict::Kind kind, const RecordedVerdict& row, std::optional<std::int64_t> signed_at) {
    add_.bind_blob(bytes_of(blob)).bind(at++).bind(static_cast<std::int64_t>(kind)).bind(row.state).bind(row.who);
    add_.bind(row.selector).bind(row.algorithm).bind(row.key).bind(row.source);
    return (signed_at ? add_.bind(*signed_at) : add_.bind_null()).bind(now).run();
  };
  for (const auto& one : verdict.signatures)
    TRY_VOID(
        add(RecordedVerdict::Kind::kDeveloper,
            {{}, name_of(one.outcome), one.identity, one.selector, one.algorithm, one.fingerprint, one.key_source, 0},
            one.signed_at));
  if (!dkim) return {};
  at = 0;
  if (dkim->empty()) return add(RecordedVerdict::Kind::kDkim, {{}, "unsigned", "", "", "", "", "", 0}, {});
  for (const auto& one : *dkim)
    TRY_VOID(add(RecordedVerdict::Kind::kDkim,
                 {{},
                  name_of(one.outcome),
                  one.signature.domain,
                  one.signature.selector,
                  name_of(one.signature.algorithm),
                  one.key ? one.key->text : "",
                  one.key ? name_of(one.key->source) : "",
                  0},
                 one.signature.signed_at));
  return {};
}

Result<void> VerdictStore::commit() {
  if (!transaction_) return {};
  auto done = transaction_->commit();
  transaction_.reset();
  return done;
}

void recall(std::vector<DkimResult>& results, const std::vector<RecordedVerdict>& recorded) {
  // Both are in the order of the signatures.
  std::size_t next = 0;
  for (const auto& one : recorded) {
    if (one.kind != RecordedVerdict::Kind::kDkim || next >= results.size()) continue;
    auto& result = results[next++];
    if (!may_be_recalled(result.outcome) || one.state != name_of(DkimOutcome::kPass) ||
        one.who != result.signature.domain || one.selector != result.signature.selector)
      continue;
    result.outcome = DkimOutcome::kPass;
    result.reason = fmt::format("by a key that was known on {}", utc_day(one.judged_at));
  }
}

}  // namespace lorelei::attest
