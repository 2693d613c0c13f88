// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/status.hh"

#include <sys/stat.h>

#include "archive/readable.hh"
#include "archive/sqlite.hh"
#include "git/repository.hh"

namespace lorelei::archive {

namespace {

Result<std::int64_t> number(const Sqlite& db, const char* query) {
  Statement statement(db, query);
  TRY(const bool found, statement.step());
  const auto value = found ? statement.integer(0) : 0;
  statement.reset();
  return value;
}

// Counts and times from over.sqlite3; nothing if it is not there.
Result<bool> read_overview(Status& status, const fs::path& over) {
  struct stat st {};
  if (stat(over.c_str(), &st) != 0) return false;
  status.updated = st.st_mtime;
  TRY(const auto db, Sqlite::open(over, SqliteMode::kReadOnly));
  // Ghosts (ids that are only referred to) have negative numbers. The two counts are read from indices; counting the
  // others would read the whole table.
  TRY(const auto rows, number(db, "SELECT count(*) FROM over"));
  TRY(const auto ghosts, number(db, "SELECT count(*) FROM over WHERE num < 0"));
  status.messages = static_cast<std::uint64_t>(rows - ghosts);
  TRY(const auto newest, number(db, "SELECT max(ts) FROM over"));
  if (*status.messages > 0) status.newest = newest;
  return true;
}

// Whether the HEAD of each is the commit up to which it was indexed.
Result<bool> is_current(const Readable& archive) {
  TRY(const auto db, Sqlite::open(archive.layout.msgmap(), SqliteMode::kReadOnly));
  Statement indexed(db, "SELECT val FROM meta WHERE key = ?");
  for (const auto& each : archive.repositories) {
    TRY(const auto repository, git::Repository::open(each.path));
    TRY(const auto tip, repository.resolve());
    if (!tip) continue;
    TRY(const bool found, indexed.bind(each.marker()).step());
    if (!found || indexed.text(0) != tip->hex()) return false;
    indexed.reset();
  }
  return true;
}

}  // namespace

const char* to_text(IndexState state) {
  switch (state) {
    case IndexState::kNone:
      return "none";
    case IndexState::kBehind:
      return "behind";
    case IndexState::kCurrent:
      break;
  }
  return "current";
}

Result<Status> status_of(const Located& archive) {
  Status status;
  std::error_code why;
  if (archive.kind == Located::Kind::kAggregate) {
    if (!fs::is_directory(archive.dir, why))
      return err(Error::Kind::kNotFound, "open the aggregate", archive.dir.string(), "there is no such directory");
    TRY(const bool indexed, read_overview(status, Layout{Layout::Kind::kAggregate, archive.dir}.over()));
    if (indexed) status.index = IndexState::kCurrent;
    return status;
  }
  TRY(const auto readable, Readable::open(archive.dir));
  if (readable.layout.kind == Layout::Kind::kVersion2) status.epochs = readable.repositories.size();
  TRY(const bool indexed, read_overview(status, readable.layout.over()));
  if (!indexed || !fs::exists(readable.layout.msgmap(), why)) return status;
  TRY(const bool current, is_current(readable));
  status.index = current ? IndexState::kCurrent : IndexState::kBehind;
  return status;
}

}  // namespace lorelei::archive
