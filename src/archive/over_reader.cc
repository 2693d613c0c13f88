// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/over_reader.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::archive {

namespace {

Result<std::vector<std::int64_t>> integers(Statement& statement) {
  std::vector<std::int64_t> all;
  for (;;) {
    TRY(const bool is_row, statement.step());
    if (!is_row) return all;
    all.push_back(statement.integer(0));
  }
}

Result<std::int64_t> integer_or_0(Statement& statement) {
  TRY(const bool is_row, statement.step());
  if (!is_row) return 0;
  const auto value = statement.integer(0);
  statement.reset();
  return value;
}

}  // namespace

// Ghosts have no times: without a bound, each would be passed on the way to the oldest.
OverReader::OverReader(Sqlite db)
    : db_(std::move(db)),
      row_(db_, "SELECT num, tid, ts, ds, ddd FROM over WHERE num = ?"),
      after_(db_, "SELECT num, tid, ts, ds, ddd FROM over WHERE num > ? AND num > 0 ORDER BY num LIMIT ?"),
      by_id_(db_, "SELECT num FROM id2num WHERE num > 0 AND id = (SELECT id FROM msgid WHERE mid = ?) ORDER BY num"),
      thread_by_id_(db_,
                    "SELECT tid FROM over WHERE num IN (SELECT num FROM id2num WHERE id = (SELECT id FROM msgid WHERE "
                    "mid = ?)) ORDER BY num DESC LIMIT 1"),
      thread_(db_, "SELECT tid FROM over WHERE num = ? AND num > 0"),
      members_(db_, "SELECT num FROM over WHERE tid = ? AND num > 0 ORDER BY num"),
      newest_(db_, "SELECT num, ts FROM over WHERE num > 0 ORDER BY ts DESC LIMIT ?"),
      oldest_(db_, "SELECT num, ts FROM over WHERE num > 0 AND ts >= -9223372036854775808 ORDER BY ts LIMIT ?"),
      received_between_(db_, "SELECT num FROM over WHERE num > 0 AND ts BETWEEN ? AND ? LIMIT ?"),
      sent_between_(db_, "SELECT num FROM over WHERE num > 0 AND ds BETWEEN ? AND ? LIMIT ?"),
      received_span_(db_,
                     "SELECT (SELECT ts FROM over WHERE num > 0 AND ts >= -9223372036854775808 ORDER BY ts LIMIT 1),"
                     " (SELECT ts FROM over WHERE num > 0 ORDER BY ts DESC LIMIT 1)"),
      sent_span_(db_,
                 "SELECT (SELECT ds FROM over WHERE num > 0 AND ds >= -9223372036854775808 ORDER BY ds LIMIT 1),"
                 " (SELECT ds FROM over WHERE num > 0 ORDER BY ds DESC LIMIT 1)"),
      copies_(db_,
              "SELECT eidx_key, xnum FROM xref3 JOIN inboxes USING (ibx_id) WHERE docid = ? ORDER BY ibx_id, xnum") {}

Result<OverReader> OverReader::open(const std::filesystem::path& path) {
  TRY(auto db, Sqlite::open(path, SqliteMode::kReadOnly));
  return OverReader(std::move(db));
}

Result<void> OverReader::snapshot(const std::function<Result<void>()>& read) {
  TRY_VOID(db_.exec("BEGIN"));
  auto result = read();
  auto ended = db_.exec("COMMIT");
  return result ? ended : result;
}

Result<std::int64_t> OverReader::highest_number() {
  Statement highest(db_, "SELECT MAX(num) FROM over WHERE num > 0");
  TRY(const bool row, highest.step());
  return row ? highest.integer(0) : 0;
}

Result<bool> OverReader::read(std::int64_t number, OverRow& row) {
  TRY(const bool is_row, row_.bind(number).step());
  if (!is_row) return false;
  const bool is_message = !row_.is_null(4) && number > 0;
  if (is_message) TRY_VOID(fill(row_, row));
  row_.reset();
  return is_message;
}

Result<void> OverReader::fill(Statement& statement, OverRow& row) {
  row.number = statement.integer(0);
  row.thread = statement.integer(1);
  row.received = statement.integer(2);
  row.sent = statement.integer(3);
  TRY(const auto record, inflater_.inflate(statement.text(4)));
  const auto fields = record_fields(record);
  std::string* const texts[] = {&row.subject, &row.from, &row.references, &row.to, &row.cc, &row.blob, &row.message_id};
  for (std::size_t i = 0; i < std::size(texts); ++i) texts[i]->assign(fields[i]);
  row.size_bytes = parse_uint(fields[7]).value_or(0);
  row.lines = parse_uint(fields[8]).value_or(0);
  return {};
}

Result<std::vector<OverRow>> OverReader::rows_after(std::int64_t number, std::size_t limit) {
  std::vector<OverRow> rows;
  after_.bind(number).bind(static_cast<std::int64_t>(limit));
  for (;;) {
    TRY(const bool is_row, after_.step());
    if (!is_row) return rows;
    if (after_.is_null(4)) continue;
    TRY_VOID(fill(after_, rows.emplace_back()));
  }
}

Result<std::vector<std::int64_t>> OverReader::numbers_of_message_id(std::string_view message_id) {
  return integers(by_id_.bind(message_id));
}

Result<std::int64_t> OverReader::thread_of_message_id(std::string_view message_id) {
  return integer_or_0(thread_by_id_.bind(message_id));
}

Result<std::int64_t> OverReader::thread_of(std::int64_t number) { return integer_or_0(thread_.bind(number)); }

Result<std::vector<std::int64_t>> OverReader::numbers_of_thread(std::int64_t thread) {
  return integers(members_.bind(thread));
}

std::optional<std::int64_t> OverReader::Threads::last_received_with(std::int64_t number) const {
  const auto found = std::lower_bound(of_numbers.begin(), of_numbers.end(), std::pair(number, INT64_MIN));
  if (found == of_numbers.end() || found->first != number) return std::nullopt;
  const auto last = last_received.find(found->second);
  return last == last_received.end() ? std::nullopt : std::optional(last->second);
}

Result<OverReader::Threads> OverReader::threads() {
  Threads threads;
  // No bound on num: it would make SQLite walk the table.
  Statement members(db_, "SELECT num, tid FROM over");
  for (;;) {
    TRY(const bool is_row, members.step());
    if (!is_row) break;
    if (members.integer(0) > 0) threads.of_numbers.emplace_back(members.integer(0), members.integer(1));
  }
  std::sort(threads.of_numbers.begin(), threads.of_numbers.end());
  Statement times(db_, "SELECT num, ts FROM over WHERE ts >= -9223372036854775808 ORDER BY ts");
  for (;;) {
    TRY(const bool is_row, times.step());
    if (!is_row) return threads;
    const auto found =
        std::lower_bound(threads.of_numbers.begin(), threads.of_numbers.end(), std::pair(times.integer(0), INT64_MIN));
    if (found == threads.of_numbers.end() || found->first != times.integer(0)) continue;
    // They come in the order of time.
    threads.last_received[found->second] = times.integer(1);
  }
}

Result<std::vector<OverReader::Arrival>> OverReader::arrivals(End end, std::size_t limit) {
  std::vector<Arrival> all;
  auto& statement = (end == End::kNewest ? newest_ : oldest_).bind(static_cast<std::int64_t>(limit));
  for (;;) {
    TRY(const bool is_row, statement.step());
    if (!is_row) return all;
    all.push_back({statement.integer(0), statement.integer(1)});
  }
}

Result<OverReader::Span> OverReader::whole_span(Clock clock) {
  auto& statement = clock == Clock::kReceived ? received_span_ : sent_span_;
  TRY(const bool is_row, statement.step());
  if (!is_row) return Span{0, 0};
  const Span span{statement.integer(0), statement.integer(1)};
  statement.reset();
  return span;
}

Result<std::vector<std::int64_t>> OverReader::numbers_between(Clock clock, Span span, std::size_t limit) {
  auto& statement = clock == Clock::kReceived ? received_between_ : sent_between_;
  return integers(statement.bind(span.low).bind(span.high).bind(static_cast<std::int64_t>(limit)));
}

Result<std::vector<OverReader::Copy>> OverReader::copies_of(std::int64_t number) {
  std::vector<Copy> copies;
  copies_.bind(number);
  for (;;) {
    TRY(const bool is_row, copies_.step());
    if (!is_row) return copies;
    copies.push_back({std::string(copies_.text(0)), copies_.integer(1)});
  }
}

Result<std::vector<std::string>> OverReader::archives() {
  std::vector<std::string> keys;
  Statement rows(db_, "SELECT eidx_key FROM inboxes ORDER BY ibx_id");
  for (;;) {
    TRY(const bool is_row, rows.step());
    if (!is_row) return keys;
    keys.emplace_back(rows.text(0));
  }
}

}  // namespace lorelei::archive
