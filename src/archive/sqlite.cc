// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/sqlite.hh"

#include <fcntl.h>
#include <sqlite3.h>

#include <utility>

#include "base/files.hh"

namespace lorelei::archive {

namespace {

constexpr int kBusyMilliseconds = 30'000;

Error sqlite_error(sqlite3* db, int code, std::string doing, std::string subject) {
  using Kind = Error::Kind;
  Error e{Kind::kFailed, std::move(doing), std::move(subject), db ? sqlite3_errmsg(db) : sqlite3_errstr(code), {}, {}};
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      e.kind = Kind::kTemporary;
      e.next = "another process is writing it; wait for it to end";
      break;
    case SQLITE_CANTOPEN:
      e.kind = Kind::kNotFound;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      e.kind = Kind::kCorrupt;
      e.next = "lorelei archive index --reindex builds the index again from git";
      break;
    case SQLITE_FULL:
      e.next = "free some space and run the command again; it goes on where it stopped";
      break;
    case SQLITE_READONLY:
      e.next = "check the owner and mode of the file and its directory";
      break;
    default:
      break;
  }
  return e;
}

}  // namespace

// SQLite gives a new file 0644 at most; the umask alone shall decide (core.sharedRepository may let a group write). Its
// journals follow the mode of the file. A failure is for sqlite3_open_v2() to report.
static void make_file(const std::filesystem::path& path) {
  const Fd made(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
}

struct Sqlite::Impl {
  sqlite3* db = nullptr;
  SqliteMode mode = SqliteMode::kReadOnly;
  std::string path;
  ~Impl() { sqlite3_close_v2(db); }
};

// What fails here fails again, with its error, when somebody reads.
void Sqlite::play_back_journal(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto size = std::filesystem::file_size(path.string() + "-journal", ignored);
  if (ignored || size == 0) return;
  // Opening does nothing yet, reading does.
  if (const auto db = open(path, SqliteMode::kReadWrite))
    (void)Statement(*db, "SELECT 1 FROM sqlite_master LIMIT 1").run();
}

Result<Sqlite> Sqlite::open(const std::filesystem::path& path, SqliteMode mode) {
  if (mode == SqliteMode::kReadOnly) play_back_journal(path);
  Sqlite result;
  result.impl_ = std::make_shared<Impl>();
  result.impl_->path = path.string();
  result.impl_->mode = mode;
  int flags = SQLITE_OPEN_NOMUTEX;
  switch (mode) {
    case SqliteMode::kReadOnly:
      flags |= SQLITE_OPEN_READONLY;
      break;
    case SqliteMode::kReadWrite:
      flags |= SQLITE_OPEN_READWRITE;
      break;
    case SqliteMode::kCreate:
      flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
      make_file(path);
      break;
  }
  const int code = sqlite3_open_v2(path.c_str(), &result.impl_->db, flags, nullptr);
  if (code != SQLITE_OK)
    return tl::unexpected(sqlite_error(result.impl_->db, code, "open the database", path.string()));
  sqlite3_busy_timeout(result.impl_->db, kBusyMilliseconds);
  return result;
}

Result<void> Sqlite::exec(const std::string& sql) const {
  const int code = sqlite3_exec(impl_->db, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(sqlite_error(impl_->db, code, "change the database", impl_->path));
  return {};
}

Result<void> Sqlite::attach(const std::filesystem::path& path, const std::string& schema) const {
  if (impl_->mode == SqliteMode::kCreate) make_file(path);
  Statement statement(*this, "ATTACH DATABASE ? AS " + schema);
  return statement.bind(path.native()).run();
}

Result<void> Sqlite::use_truncate_journal(const std::vector<std::string>& schemas) const {
  for (const auto& schema : schemas) {
    Statement mode(*this, "PRAGMA " + schema + ".journal_mode");
    TRY(const bool row, mode.step());
    const bool is_wal = row && mode.text(0) == "wal";
    mode.reset();
    if (!is_wal) TRY_VOID(exec("PRAGMA " + schema + ".journal_mode = TRUNCATE"));
  }
  return {};
}

Result<void> Sqlite::copy_to(const std::filesystem::path& path) const {
  TRY(const auto to, open(path, SqliteMode::kCreate));
  sqlite3_backup* backup = sqlite3_backup_init(to.handle(), "main", impl_->db, "main");
  if (backup) {
    sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
  }
  const int code = sqlite3_errcode(to.handle());
  if (code != SQLITE_OK) return tl::unexpected(sqlite_error(to.handle(), code, "copy the database", path.string()));
  return {};
}

std::int64_t Sqlite::last_insert_rowid() const { return sqlite3_last_insert_rowid(impl_->db); }
int Sqlite::changes() const { return sqlite3_changes(impl_->db); }
const std::string& Sqlite::path() const { return impl_->path; }
sqlite3* Sqlite::handle() const { return impl_->db; }

Statement::Statement(const Sqlite& db, std::string_view sql) : db_(db), sql_(sql) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement::Statement(Statement&& other) noexcept
    : db_(std::move(other.db_)),
      sql_(std::move(other.sql_)),
      statement_(std::exchange(other.statement_, nullptr)),
      next_parameter_(other.next_parameter_),
      stepped_(other.stepped_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(db_, other.db_);
  std::swap(sql_, other.sql_);
  std::swap(statement_, other.statement_);
  std::swap(next_parameter_, other.next_parameter_);
  std::swap(stepped_, other.stepped_);
  return *this;
}

Result<void> Statement::prepare() {
  if (statement_) return {};
  const int code = sqlite3_prepare_v3(db_.handle(), sql_.data(), static_cast<int>(sql_.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(sqlite_error(db_.handle(), code, "read the database", db_.path()));
  return {};
}

// A statement that could not be prepared keeps quiet here; step() prepares again and returns the error.
Statement& Statement::bind(std::int64_t value) {
  if (stepped_) reset();
  if (prepare()) sqlite3_bind_int64(statement_, ++next_parameter_, value);
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  if (stepped_) reset();
  if (prepare())
    sqlite3_bind_text64(statement_, ++next_parameter_, text.data() ? text.data() : "", text.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  if (stepped_) reset();
  if (prepare())
    sqlite3_bind_blob64(statement_, ++next_parameter_, bytes.data() ? bytes.data() : "", bytes.size(), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind_null() {
  if (stepped_) reset();
  if (prepare()) sqlite3_bind_null(statement_, ++next_parameter_);
  return *this;
}

Result<bool> Statement::step() {
  TRY_VOID(prepare());
  stepped_ = true;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  auto error = sqlite_error(db_.handle(), code, "use the database", db_.path());
  reset();
  return tl::unexpected(std::move(error));
}

Result<void> Statement::run() {
  TRY([[maybe_unused]] const bool row, step());
  if (row) reset();
  return {};
}

void Statement::reset() {
  if (statement_) sqlite3_reset(statement_);
  next_parameter_ = 0;
  stepped_ = false;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return {static_cast<const char*>(bytes), bytes ? size : 0};
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Result<Transaction> Transaction::begin(const Sqlite& db) {
  TRY_VOID(db.exec("BEGIN IMMEDIATE"));
  return Transaction(db);
}

Result<void> Transaction::commit() {
  TRY_VOID(db_->exec("COMMIT"));  // not committed (locked, disk full): the destructor rolls back
  db_.reset();
  return {};
}

Transaction::~Transaction() {
  if (db_) (void)db_->exec("ROLLBACK");
}

}  // namespace lorelei::archive
