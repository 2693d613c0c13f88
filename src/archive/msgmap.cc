// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/msgmap.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::archive {

namespace {

constexpr std::string_view kSchema = R"sql(
CREATE TABLE IF NOT EXISTS {0}.msgmap (num INTEGER PRIMARY KEY AUTOINCREMENT, mid VARCHAR(1000) NOT NULL,
  UNIQUE (mid));
CREATE TABLE IF NOT EXISTS {0}.meta (key VARCHAR(32) PRIMARY KEY, val VARCHAR(255) NOT NULL);
)sql";

}  // namespace

Msgmap::Msgmap(Sqlite db, const std::string& schema) : db_(std::move(db)) {
  const auto sql = [&](const char* text) { return Statement(db_, fmt::format(fmt::runtime(text), schema)); };
  insert_ = sql("INSERT INTO {0}.msgmap (mid) VALUES (?)");
  set_ = sql("INSERT OR IGNORE INTO {0}.msgmap (num, mid) VALUES (?, ?)");
  remove_ = sql("DELETE FROM {0}.msgmap WHERE num = ?");
  number_of_ = sql("SELECT num FROM {0}.msgmap WHERE mid = ?");
  message_id_of_ = sql("SELECT mid FROM {0}.msgmap WHERE num = ?");
  meta_ = sql("SELECT val FROM {0}.meta WHERE key = ?");
  set_meta_ = sql("INSERT OR REPLACE INTO {0}.meta (key, val) VALUES (?, ?)");
}

Result<Msgmap> Msgmap::open(Sqlite db, std::int64_t created_at, std::string schema) {
  TRY_VOID(db.exec(fmt::format(fmt::runtime(kSchema), schema)));
  Msgmap map(std::move(db), schema);
  TRY(const auto born, map.meta("created_at"));
  if (!born) TRY_VOID(map.set_meta("created_at", std::to_string(created_at)));
  TRY(const auto high, map.meta("num_highwater"));
  map.written_highwater_ = parse_int(high.value_or("0")).value_or(0);
  Statement highest(map.db_, fmt::format("SELECT MAX(num) FROM {}.msgmap", schema));
  TRY(const bool row, highest.step());
  map.highwater_ = std::max(map.written_highwater_, row ? highest.integer(0) : 0);
  return map;
}

Result<std::int64_t> Msgmap::insert(std::string_view message_id) {
  // Asked first: an insert that is ignored would spend a number all the same.
  TRY(const auto taken, number_of(message_id));
  if (taken) return 0;
  TRY_VOID(insert_.bind(message_id).run());
  const auto number = db_.last_insert_rowid();
  highwater_ = std::max(highwater_, number);
  return number;
}

Result<void> Msgmap::set(std::int64_t number, std::string_view message_id) {
  highwater_ = std::max(highwater_, number);
  return set_.bind(number).bind(message_id).run();
}

Result<void> Msgmap::remove(std::int64_t number) { return remove_.bind(number).run(); }

Result<std::int64_t> Msgmap::number_of(std::string_view message_id) {
  TRY(const bool row, number_of_.bind(message_id).step());
  if (!row) return 0;
  const auto number = number_of_.integer(0);
  number_of_.reset();
  return number;
}

Result<std::string> Msgmap::message_id_of(std::int64_t number) {
  TRY(const bool row, message_id_of_.bind(number).step());
  if (!row) return std::string();
  std::string id(message_id_of_.text(0));
  message_id_of_.reset();
  return id;
}

Result<std::int64_t> Msgmap::highest() { return highwater_; }

Result<std::optional<std::string>> Msgmap::meta(std::string_view key) {
  TRY(const bool row, meta_.bind(key).step());
  if (!row) return std::nullopt;
  std::string value(meta_.text(0));
  meta_.reset();
  return value;
}

Result<void> Msgmap::set_meta(std::string_view key, std::string_view value) {
  return set_meta_.bind(key).bind(value).run();
}

Result<std::optional<std::string>> Msgmap::last_indexed(unsigned epoch) {
  return meta(fmt::format("last_xap15-{}", epoch));
}

Result<void> Msgmap::set_last_indexed(unsigned epoch, std::string_view commit_hex) {
  return set_meta(fmt::format("last_xap15-{}", epoch), commit_hex);
}

Result<void> Msgmap::finish() {
  if (highwater_ == written_highwater_) return {};
  written_highwater_ = highwater_;
  return set_meta("num_highwater", std::to_string(highwater_));
}

}  // namespace lorelei::archive
