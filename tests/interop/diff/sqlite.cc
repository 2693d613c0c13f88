// SPDX-License-Identifier: GPL-3.0-or-later
#include "interop/diff/sqlite.hh"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <array>

#include "archive/sqlite.hh"

namespace lorelei::interop {
namespace {

using archive::Sqlite;
using archive::SqliteMode;
using archive::Statement;

struct Databases {
  Sqlite left, right;
};

Result<Databases> open_both(const Sides& sides) {
  TRY(auto left, Sqlite::open(sides.left, SqliteMode::kReadOnly));
  TRY(auto right, Sqlite::open(sides.right, SqliteMode::kReadOnly));
  return Databases{std::move(left), std::move(right)};
}

// A whole table (or join) in memory: key -> value. Archives for tests have at most some 100,000 rows.
using Rows = std::map<std::string, std::string>;

Result<Rows> read_rows(const Sqlite& db, std::string_view sql) {
  Rows rows;
  Statement row(db, sql);
  while (true) {
    TRY(const bool found, row.step());
    if (!found) return rows;
    rows.emplace(row.text(0), row.text(1));
  }
}

void diff_rows(const std::string& kind, const Rows& left, const Rows& right, Report& report) {
  report.compared(kind, left.size());
  for (const auto& [key, value] : left) {
    const auto other = right.find(key);
    if (other == right.end())
      report.difference(kind, shown_text(key), shown_text(value), "absent");
    else if (other->second != value)
      report.difference(kind, shown_text(key), shown_text(value), shown_text(other->second));
  }
  for (const auto& [key, value] : right)
    if (!left.contains(key)) report.difference(kind, shown_text(key), "absent", shown_text(value));
}

Result<void> diff_query(const std::string& kind, const Databases& dbs, std::string_view sql, Report& report) {
  TRY(const Rows left, read_rows(dbs.left, sql));
  TRY(const Rows right, read_rows(dbs.right, sql));
  diff_rows(kind, left, right, report);
  return {};
}

struct OverRow {
  std::int64_t tid = 0;
  std::string sid, subject_key, sent, received;
  std::string overview;  // nine fields joined by LF, inflated
};
using OverRows = std::map<std::int64_t, OverRow>;

constexpr std::array<const char*, 9> kFields = {"subject", "from",   "references", "to",   "cc",
                                                "blob",    "own id", "bytes",      "lines"};
constexpr std::size_t kOwnId = 6;

std::string inflated(std::string_view packed) {
  constexpr std::size_t kMaxOverview = 16 << 20;
  std::string out(std::max<std::size_t>(packed.size() * 8, 4096), '\0');
  while (out.size() <= kMaxOverview) {
    uLongf size = out.size();
    const int code = uncompress(reinterpret_cast<Bytef*>(out.data()), &size,
                                reinterpret_cast<const Bytef*>(packed.data()), packed.size());
    if (code == Z_OK) {
      out.resize(size);
      return out;
    }
    if (code != Z_BUF_ERROR) break;
    out.resize(out.size() * 4);
  }
  return "cannot be inflated";
}

Result<OverRows> read_over(const Sqlite& db) {
  OverRows rows;
  Statement row(db, "SELECT num, tid, sid, path, ts, ds, ddd FROM over LEFT JOIN subject USING (sid) WHERE num > 0");
  while (true) {
    TRY(const bool found, row.step());
    if (!found) return rows;
    const auto text = [&](int column) { return row.is_null(column) ? "NULL" : std::string(row.text(column)); };
    rows[row.integer(0)] = {row.integer(1), text(2), text(3),
                            text(5),        text(4), row.is_null(6) ? "NULL" : inflated(row.text(6))};
  }
}

std::string field(const std::string& overview, std::size_t index) {
  std::size_t start = 0;
  for (; index > 0; --index) {
    start = overview.find('\n', start);
    if (start == std::string::npos) return "absent";
    ++start;
  }
  return overview.substr(start, overview.find('\n', start) - start);
}

bool beyond_ascii(const OverRow& row) {
  return std::ranges::any_of(field(row.overview, 0), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

void diff_overview(const std::string& where, const OverRow& left, const OverRow& right, const Options& options,
                   Report& report) {
  if (left.received != right.received) report.difference("over ts", where, left.received, right.received);
  if (left.sent != right.sent) report.difference("over ds", where, left.sent, right.sent);
  if (left.subject_key != right.subject_key && !(options.latin1 == Options::Latin1::kAccept && beyond_ascii(left)))
    report.difference("subject", where, left.subject_key, right.subject_key);
  if (left.overview == right.overview) return;
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    const auto a = field(left.overview, i), b = field(right.overview, i);
    if (a != b) report.difference(fmt::format("over {}", kFields[i]), where, shown_text(a), shown_text(b));
  }
  if (std::ranges::count(left.overview, '\n') != std::ranges::count(right.overview, '\n'))
    report.difference("over fields", where, shown_text(left.overview), shown_text(right.overview));
}

void collect(const OverRows& rows, Threads& threads, MessageIds& ids) {
  for (const auto& [number, row] : rows) {
    threads[number] = row.tid;
    ids.emplace(number, field(row.overview, kOwnId));
  }
}

void diff_numbers(const OverRows& left, const OverRows& right, const MessageIds& ids, Report& report) {
  report.compared("over row", left.size());
  for (const auto& [number, row] : left)
    if (!right.contains(number)) report.difference("over row", place(number, ids), "present", "absent");
  for (const auto& [number, row] : right)
    if (!left.contains(number)) report.difference("over row", place(number, ids), "absent", "present");
}

// Ghosts: messages that are only referred to. message-id -> thread id.
constexpr auto kGhosts =
    "SELECT msgid.mid, over.tid FROM id2num JOIN msgid USING (id) JOIN over USING (num) WHERE num < 0";

Result<void> diff_threads(const Databases& dbs, const OverRows& left, const OverRows& right, const MessageIds& ids,
                          Report& report) {
  PartitionDiff threads(report, "thread");
  for (const auto& [number, row] : left) {
    const auto other = right.find(number);
    if (other != right.end())
      threads.add(place(number, ids), std::to_string(row.tid), std::to_string(other->second.tid));
  }
  TRY(const Rows ghosts, read_rows(dbs.left, kGhosts));
  TRY(const Rows right_ghosts, read_rows(dbs.right, kGhosts));
  report.compared("thread", left.size() + ghosts.size());
  report.compared("ghost", ghosts.size());
  for (const auto& [id, tid] : ghosts) {
    const auto other = right_ghosts.find(id);
    if (other == right_ghosts.end())
      report.difference("ghost", fmt::format("<{}>", id), "present", "absent");
    else
      threads.add(fmt::format("ghost <{}>", id), tid, other->second);
  }
  for (const auto& [id, tid] : right_ghosts)
    if (!ghosts.contains(id)) report.difference("ghost", fmt::format("<{}>", id), "absent", "present");
  return {};
}

}  // namespace

Result<void> diff_msgmap(const Sides& sides, Report& report) {
  TRY(const auto dbs, open_both(sides));
  TRY_VOID(diff_query("msgmap", dbs, "SELECT num, mid FROM msgmap", report));
  TRY_VOID(diff_query("msgmap meta", dbs, "SELECT key, val FROM meta WHERE key != 'created_at'", report));
  // Numbers of deleted messages must not come back, so the sequence is part of the contract.
  return diff_query("msgmap sequence", dbs, "SELECT name, seq FROM sqlite_sequence WHERE name = 'msgmap'", report);
}

Result<OverFacts> diff_over(const Sides& sides, const Options& options, Report& report) {
  TRY(const auto dbs, open_both(sides));
  TRY(const OverRows left, read_over(dbs.left));
  TRY(const OverRows right, read_over(dbs.right));
  OverFacts facts;
  collect(left, facts.left, facts.message_ids);
  collect(right, facts.right, facts.message_ids);
  diff_numbers(left, right, facts.message_ids, report);
  PartitionDiff subjects(report, "subject group");
  for (const auto& [number, row] : left) {
    const auto other = right.find(number);
    if (other == right.end()) continue;
    const auto where = place(number, facts.message_ids);
    diff_overview(where, row, other->second, options, report);
    subjects.add(where, row.sid, other->second.sid);
  }
  TRY_VOID(diff_threads(dbs, left, right, facts.message_ids, report));
  TRY_VOID(diff_query("id2num", dbs,
                      "SELECT msgid.mid || ' ' || CASE WHEN num < 0 THEN 'ghost' ELSE num END, 'present' "
                      "FROM id2num JOIN msgid USING (id)",
                      report));
  return facts;
}

Result<void> diff_aggregate(const Sides& sides, Report& report) {
  TRY(const auto dbs, open_both(sides));
  TRY_VOID(diff_query("inbox", dbs, "SELECT eidx_key, 'present' FROM inboxes", report));
  TRY_VOID(diff_query("xref3", dbs,
                      "SELECT docid || ' ' || eidx_key || ' ' || xnum, lower(hex(oidbin)) "
                      "FROM xref3 JOIN inboxes USING (ibx_id)",
                      report));
  TRY_VOID(diff_query("work queue", dbs, "SELECT docid, 'waits' FROM eidxq", report));
  return diff_query("progress", dbs, "SELECT key, val FROM eidx_meta WHERE key LIKE 'lc-%'", report);
}

}  // namespace lorelei::interop
