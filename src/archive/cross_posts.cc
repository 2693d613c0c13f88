// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/cross_posts.hh"

#include <cstring>

namespace lorelei::archive {

namespace {

constexpr const char* kSchema = R"sql(
INSERT OR IGNORE INTO counter (key) VALUES ('eidx_docid');
CREATE TABLE IF NOT EXISTS inboxes (ibx_id INTEGER PRIMARY KEY AUTOINCREMENT, eidx_key VARCHAR(255) NOT NULL,
  UNIQUE (eidx_key));
CREATE TABLE IF NOT EXISTS xref3 (docid INTEGER NOT NULL, ibx_id INTEGER NOT NULL, xnum INTEGER NOT NULL,
  oidbin VARBINARY NOT NULL, UNIQUE (docid, ibx_id, xnum, oidbin));
CREATE INDEX IF NOT EXISTS idx_docid ON xref3 (docid);
CREATE INDEX IF NOT EXISTS idx_reindex ON xref3 (xnum, ibx_id);
CREATE INDEX IF NOT EXISTS idx_oidbin ON xref3 (oidbin);
CREATE INDEX IF NOT EXISTS lorelei_archive ON xref3 (ibx_id, xnum);
CREATE TABLE IF NOT EXISTS eidx_meta (key VARCHAR(255) PRIMARY KEY, val VARCHAR(255) NOT NULL);
CREATE TABLE IF NOT EXISTS eidxq (docid INTEGER PRIMARY KEY NOT NULL);
)sql";

std::string_view bytes_of(const git::ObjectId& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

git::ObjectId id_of(std::string_view bytes) {
  git::ObjectId id;
  std::memcpy(id.bytes.data(), bytes.data(), std::min(bytes.size(), id.bytes.size()));
  return id;
}

}  // namespace

Result<CrossPosts> CrossPosts::open(Sqlite db) {
  TRY_VOID(db.exec(kSchema));
  return CrossPosts(std::move(db));
}

CrossPosts::CrossPosts(Sqlite db)
    : db_(std::move(db)),
      find_archive_(db_, "SELECT ibx_id FROM inboxes WHERE eidx_key = ?"),
      add_archive_(db_, "INSERT INTO inboxes (eidx_key) VALUES (?)"),
      next_document_(db_, "UPDATE counter SET val = val + 1 WHERE key = 'eidx_docid' RETURNING val"),
      last_document_(db_, "SELECT val FROM counter WHERE key = 'eidx_docid'"),
      add_(db_, "INSERT OR IGNORE INTO xref3 (docid, ibx_id, xnum, oidbin) VALUES (?, ?, ?, ?)"),
      remove_(db_, "DELETE FROM xref3 WHERE docid = ? AND ibx_id = ? AND xnum = ? AND oidbin = ?"),
      copies_(db_, "SELECT ibx_id, xnum, oidbin FROM xref3 WHERE docid = ? ORDER BY rowid"),
      of_archive_(db_, "SELECT docid, ibx_id, xnum, oidbin FROM xref3 WHERE ibx_id = ? ORDER BY xnum"),
      meta_(db_, "SELECT val FROM eidx_meta WHERE key = ?"),
      set_meta_(db_, "INSERT OR REPLACE INTO eidx_meta (key, val) VALUES (?, ?)") {}

Result<std::int64_t> CrossPosts::archive_id(std::string_view key) {
  TRY(const bool known, find_archive_.bind(key).step());
  if (known) {
    const auto id = find_archive_.integer(0);
    find_archive_.reset();
    return id;
  }
  TRY_VOID(add_archive_.bind(key).run());
  return db_.last_insert_rowid();
}

Result<std::unordered_map<std::int64_t, std::string>> CrossPosts::archives() {
  std::unordered_map<std::int64_t, std::string> keys;
  Statement all(db_, "SELECT ibx_id, eidx_key FROM inboxes");
  for (;;) {
    TRY(const bool row, all.step());
    if (!row) return keys;
    keys.emplace(all.integer(0), all.text(1));
  }
}

Result<std::int64_t> CrossPosts::next_document() {
  TRY([[maybe_unused]] const bool row, next_document_.step());
  const auto document = next_document_.integer(0);
  TRY([[maybe_unused]] const bool more, next_document_.step());  // to its end, or the change does not count
  return document;
}

Result<std::int64_t> CrossPosts::last_document() {
  TRY(const bool row, last_document_.step());
  const auto document = row ? last_document_.integer(0) : 0;
  last_document_.reset();
  return document;
}

Result<void> CrossPosts::add(std::int64_t document, const Copy& copy) {
  return add_.bind(document).bind(copy.archive_id).bind(copy.number).bind_blob(bytes_of(copy.blob)).run();
}

Result<void> CrossPosts::remove(std::int64_t document, const Copy& copy) {
  return remove_.bind(document).bind(copy.archive_id).bind(copy.number).bind_blob(bytes_of(copy.blob)).run();
}

Result<std::vector<CrossPosts::Copy>> CrossPosts::copies(std::int64_t document) {
  std::vector<Copy> all;
  copies_.bind(document);
  for (;;) {
    TRY(const bool row, copies_.step());
    if (!row) return all;
    all.push_back({copies_.integer(0), copies_.integer(1), id_of(copies_.text(2))});
  }
}

Result<void> CrossPosts::each_of_archive(std::int64_t archive_id,
                                         const std::function<Result<void>(std::int64_t document, const Copy&)>& visit) {
  of_archive_.bind(archive_id);
  for (;;) {
    TRY(const bool row, of_archive_.step());
    if (!row) return {};
    auto seen =
        visit(of_archive_.integer(0), {of_archive_.integer(1), of_archive_.integer(2), id_of(of_archive_.text(3))});
    if (seen) continue;
    of_archive_.reset();
    return seen;
  }
}

Result<std::optional<std::string>> CrossPosts::meta(std::string_view key) {
  TRY(const bool row, meta_.bind(key).step());
  if (!row) return std::nullopt;
  std::string value(meta_.text(0));
  meta_.reset();
  return value;
}

Result<void> CrossPosts::set_meta(std::string_view key, std::string_view value) {
  return set_meta_.bind(key).bind(value).run();
}

}  // namespace lorelei::archive
