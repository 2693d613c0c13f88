// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/over_writer.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace lorelei::archive {

namespace {

constexpr std::string_view kSchema = R"sql(
CREATE TABLE IF NOT EXISTS {0}.over (num INTEGER PRIMARY KEY NOT NULL, tid INTEGER NOT NULL, sid INTEGER, ts INTEGER,
  ds INTEGER, ddd VARBINARY);
CREATE INDEX IF NOT EXISTS {0}.idx_tid ON over (tid);
CREATE INDEX IF NOT EXISTS {0}.idx_sid ON over (sid);
CREATE INDEX IF NOT EXISTS {0}.idx_ts ON over (ts);
CREATE INDEX IF NOT EXISTS {0}.idx_ds ON over (ds);
CREATE TABLE IF NOT EXISTS {0}.counter (key VARCHAR(8) PRIMARY KEY NOT NULL, val INTEGER DEFAULT 0, UNIQUE (key));
INSERT OR IGNORE INTO {0}.counter (key) VALUES ('thread');
INSERT OR IGNORE INTO {0}.counter (key) VALUES ('ghost');
CREATE TABLE IF NOT EXISTS {0}.subject (sid INTEGER PRIMARY KEY AUTOINCREMENT, path VARCHAR(40) NOT NULL,
  UNIQUE (path));
CREATE TABLE IF NOT EXISTS {0}.id2num (id INTEGER NOT NULL, num INTEGER NOT NULL, UNIQUE (id, num));
CREATE INDEX IF NOT EXISTS {0}.idx_inum ON id2num (num);
CREATE INDEX IF NOT EXISTS {0}.idx_id ON id2num (id);
CREATE TABLE IF NOT EXISTS {0}.msgid (id INTEGER PRIMARY KEY AUTOINCREMENT, mid VARCHAR(244) NOT NULL, UNIQUE (mid));
)sql";

}  // namespace

Result<OverWriter> OverWriter::open(Sqlite db, std::string schema) {
  TRY_VOID(make_tables(db, schema));
  return of(std::move(db), schema);
}

Result<void> OverWriter::make_tables(const Sqlite& db, const std::string& schema) {
  return db.exec(fmt::format(fmt::runtime(kSchema), schema));
}

OverWriter OverWriter::of(Sqlite db, const std::string& schema) { return {std::move(db), schema}; }

OverWriter::OverWriter(Sqlite db, const std::string& schema) : db_(std::move(db)) {
  const auto sql = [&](const char* text) { return Statement(db_, fmt::format(fmt::runtime(text), schema)); };
  find_id_ = sql("SELECT id FROM {0}.msgid WHERE mid = ?");
  insert_id_ = sql("INSERT INTO {0}.msgid (mid) VALUES (?)");
  carriers_ =
      sql("SELECT o.num, o.tid FROM {0}.id2num i JOIN {0}.over o ON o.num = i.num WHERE i.id = ? ORDER BY i.num");
  thread_row_ = sql("SELECT tid FROM {0}.over WHERE num = ?");
  insert_over_ = sql("INSERT INTO {0}.over (num, tid, sid, ts, ds, ddd) VALUES (?, ?, ?, ?, ?, ?)");
  insert_carrier_ = sql("INSERT OR IGNORE INTO {0}.id2num (id, num) VALUES (?, ?)");
  delete_over_ = sql("DELETE FROM {0}.over WHERE num = ?");
  delete_carrier_ = sql("DELETE FROM {0}.id2num WHERE num = ?");
  merge_ = sql("UPDATE {0}.over SET tid = ? WHERE tid = ?");
  next_thread_ = sql("UPDATE {0}.counter SET val = val + 1 WHERE key = 'thread' RETURNING val");
  next_ghost_ = sql("UPDATE {0}.counter SET val = val - 1 WHERE key = 'ghost' RETURNING val");
  insert_subject_ = sql("INSERT INTO {0}.subject (path) VALUES (?)");
  find_subject_ = sql("SELECT sid FROM {0}.subject WHERE path = ?");
  ddd_row_ = sql("SELECT ddd FROM {0}.over WHERE num = ?");
  times_ = sql("SELECT ts, ds FROM {0}.over WHERE num = ?");
  of_thread_ = sql("SELECT num FROM {0}.over WHERE tid = ? AND num > 0 ORDER BY num");
}

Result<std::int64_t> OverWriter::find_id(std::string_view message_id) {
  TRY(const bool found, find_id_.bind(message_id).step());
  if (!found) return 0;
  const auto id = find_id_.integer(0);
  find_id_.reset();
  return id;
}

Result<std::int64_t> OverWriter::make_id(std::string_view message_id) {
  TRY(const auto id, find_id(message_id));
  if (id) return id;
  TRY_VOID(insert_id_.bind(message_id).run());
  return db_.last_insert_rowid();
}

Result<std::vector<OverWriter::Carrier>> OverWriter::carriers(std::int64_t id) {
  std::vector<Carrier> all;
  carriers_.bind(id);
  for (;;) {
    TRY(const bool row, carriers_.step());
    if (!row) return all;
    all.push_back({carriers_.integer(0), carriers_.integer(1)});
  }
}

Result<std::int64_t> OverWriter::count(Statement& counter) {
  TRY(const bool row, counter.step());
  if (!row)
    return err(Error::Kind::kCorrupt, "count threads", db_.path(), "a counter is missing",
               "lorelei archive index --reindex builds the index again from git");
  const auto value = counter.integer(0);
  // A statement with RETURNING must run to its end for the change to count.
  TRY([[maybe_unused]] const bool more, counter.step());
  return value;
}

// One thread of all that a message connects; a new one if it connects none.
Result<std::int64_t> OverWriter::join(std::vector<std::int64_t> threads) {
  if (threads.empty()) return count(next_thread_);
  std::sort(threads.begin(), threads.end());
  threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
  const auto winner = threads.front();
  for (const auto loser : threads) {
    if (loser == winner) continue;
    if (merged_) TRY_VOID(merged_(loser, winner));
    TRY_VOID(merge_.bind(winner).bind(loser).run());
  }
  return winner;
}

Result<void> OverWriter::add_ghost(std::string_view message_id, std::int64_t thread) {
  TRY(const auto id, make_id(message_id));
  TRY(const auto ghost, count(next_ghost_));
  TRY_VOID(insert_over_.bind(ghost).bind(thread).bind_null().bind_null().bind_null().bind_null().run());
  return insert_carrier_.bind(id).bind(ghost).run();
}

Result<std::int64_t> OverWriter::subject_id(std::string_view key) {
  TRY(const bool found, find_subject_.bind(key).step());
  if (found) {
    const auto sid = find_subject_.integer(0);
    find_subject_.reset();
    return sid;
  }
  TRY_VOID(insert_subject_.bind(key).run());
  return db_.last_insert_rowid();
}

Result<std::int64_t> OverWriter::add(std::int64_t number, const mail::Overview& o, std::string_view ddd) {
  assert(number > 0);
  std::vector<std::int64_t> threads;
  TRY(const auto before, thread_of(number));
  if (before) {
    threads.push_back(before);
    TRY_VOID(remove_number(number));
  }
  std::vector<std::int64_t> own_ids;
  for (const auto& message_id : o.message_ids) {
    TRY(const auto id, make_id(message_id));
    own_ids.push_back(id);
    TRY(const auto known, carriers(id));
    for (const auto& carrier : known) {
      threads.push_back(carrier.thread);
      if (carrier.number < 0) TRY_VOID(remove_number(carrier.number));
    }
  }
  std::vector<std::string_view> strangers;  // ids that nobody carries yet
  for (const auto& message_id : o.references) {
    TRY(const auto id, find_id(message_id));
    std::vector<Carrier> known;
    if (id) {
      TRY(known, carriers(id));
    }
    if (known.empty()) strangers.push_back(message_id);
    for (const auto& carrier : known) threads.push_back(carrier.thread);
  }
  TRY(const auto thread, join(std::move(threads)));
  for (const auto message_id : strangers) TRY_VOID(add_ghost(message_id, thread));
  insert_over_.bind(number).bind(thread);
  std::int64_t sid = 0;
  if (!o.subject.empty()) {
    TRY(const auto id, subject_id(o.subject_key.empty() ? mail::subject_key(o.subject) : o.subject_key));
    sid = id;
  }
  if (sid)
    insert_over_.bind(sid);
  else
    insert_over_.bind_null();
  TRY_VOID(insert_over_.bind(o.received).bind(o.sent).bind_blob(ddd).run());
  for (const auto id : own_ids) TRY_VOID(insert_carrier_.bind(id).bind(number).run());
  return thread;
}

Result<void> OverWriter::remove_number(std::int64_t number) {
  TRY_VOID(delete_over_.bind(number).run());
  return delete_carrier_.bind(number).run();
}

Result<std::vector<std::int64_t>> OverWriter::numbers_of_message_id(std::string_view message_id) {
  std::vector<std::int64_t> numbers;
  TRY(const auto id, find_id(message_id));
  if (!id) return numbers;
  TRY(const auto known, carriers(id));
  for (const auto& carrier : known)
    if (carrier.number > 0) numbers.push_back(carrier.number);
  return numbers;
}

Result<std::string> OverWriter::blob_of(std::int64_t number) {
  TRY(const bool found, ddd_row_.bind(number).step());
  if (!found) return std::string();
  TRY(const auto record, inflater_.inflate(ddd_row_.text(0)));
  ddd_row_.reset();
  return std::string(record_field(record, RecordField::kBlob));
}

Result<std::int64_t> OverWriter::number_of(std::string_view message_id, std::string_view blob_hex) {
  TRY(const auto numbers, numbers_of_message_id(message_id));
  for (const auto number : numbers) {
    TRY(const auto blob, blob_of(number));
    if (blob == blob_hex) return number;
  }
  return 0;
}

Result<std::vector<std::int64_t>> OverWriter::remove(std::string_view message_id, std::string_view blob_hex) {
  std::vector<std::int64_t> removed;
  TRY(const auto numbers, numbers_of_message_id(message_id));
  for (const auto number : numbers) {
    TRY(const auto blob, blob_of(number));
    if (blob != blob_hex) continue;
    TRY_VOID(remove_number(number));
    removed.push_back(number);
  }
  return removed;
}

Result<std::int64_t> OverWriter::thread_of(std::int64_t number) {
  TRY(const bool found, thread_row_.bind(number).step());
  if (!found) return 0;
  const auto thread = thread_row_.integer(0);
  thread_row_.reset();
  return thread;
}

Result<OverWriter::Times> OverWriter::times_of(std::int64_t number) {
  TRY(const bool found, times_.bind(number).step());
  if (!found) return Times{};
  const Times times{times_.integer(0), times_.integer(1)};
  times_.reset();
  return times;
}

Result<std::vector<std::int64_t>> OverWriter::numbers_of_thread(std::int64_t thread) {
  std::vector<std::int64_t> numbers;
  of_thread_.bind(thread);
  for (;;) {
    TRY(const bool row, of_thread_.step());
    if (!row) return numbers;
    numbers.push_back(of_thread_.integer(0));
  }
}

}  // namespace lorelei::archive
