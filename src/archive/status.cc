// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/status.hh"

#include <sys/stat.h>

#include "archive/inbox.hh"
#include "archive/layout.hh"
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

// A repository with mail, and the key of msgmap's meta that holds the commit up to which it was indexed.
struct Indexed {
  std::string path, key;
};

Result<std::vector<Indexed>> repositories_of(const Layout& layout, Status& status) {
  if (layout.kind == Layout::Kind::kVersion1) return std::vector<Indexed>{{layout.dir.string(), "last_commit"}};
  TRY(const auto inbox, Inbox::open(layout.dir));
  std::vector<Indexed> all;
  for (const auto& epoch : inbox.epochs()) all.push_back({epoch.path, "last_xap15-" + std::to_string(epoch.number)});
  status.epochs = all.size();
  return all;
}

// Whether the HEAD of each is the commit up to which it was indexed.
Result<bool> is_current(const Layout& layout, const std::vector<Indexed>& repositories) {
  TRY(const auto db, Sqlite::open(layout.msgmap(), SqliteMode::kReadOnly));
  Statement indexed(db, "SELECT val FROM meta WHERE key = ?");
  for (const auto& [path, key] : repositories) {
    TRY(const auto repository, git::Repository::open(path));
    TRY(const auto tip, repository.resolve());
    if (!tip) continue;
    TRY(const bool found, indexed.bind(key).step());
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
  // What is no archive says so when it is opened as one.
  const auto layout = find_layout(archive.dir).value_or(Layout{Layout::Kind::kVersion2, archive.dir});
  TRY(const auto repositories, repositories_of(layout, status));
  TRY(const bool indexed, read_overview(status, layout.over()));
  if (!indexed || !fs::exists(layout.msgmap(), why)) return status;
  TRY(const bool current, is_current(layout, repositories));
  status.index = current ? IndexState::kCurrent : IndexState::kBehind;
  return status;
}

}  // namespace lorelei::archive
