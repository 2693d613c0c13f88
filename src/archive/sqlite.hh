// SPDX-License-Identifier: GPL-3.0-or-later
// SQLite as this project uses it: one connection a thread, prepared statements kept, errors with the file's name.
//
//   TRY(auto db, Sqlite::open(path, SqliteMode::kReadOnly));
//   Statement row(db, "SELECT num FROM msgmap WHERE mid = ?");
//   TRY(bool found, row.bind(mid).step());   if (found) use(row.integer(0));
//
// A Statement's result views live until its next step() or reset(). Text is bound without copying: it must live until
// then too.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

struct sqlite3;
struct sqlite3_stmt;

namespace lorelei::archive {

enum class SqliteMode { kReadOnly, kReadWrite, kCreate };

class Sqlite {
 public:
  // Waits up to 30 s for a writer. A journal that a killed writer left is played back first, also for readers, if the
  // file may be written: nobody can read before. Errors: kNotFound, kCorrupt, kFailed, kTemporary (still locked).
  static Result<Sqlite> open(const std::filesystem::path&, SqliteMode);
  // Only that. For the sake of other programs, whose readers do not write.
  static void play_back_journal(const std::filesystem::path&);
  // One or more statements that give no rows.
  Result<void> exec(const std::string& sql) const;
  // Makes the file known as schema.table within this connection; it is created if it does not exist.
  Result<void> attach(const std::filesystem::path&, const std::string& schema) const;
  // A journal that is cut, not deleted: readers without write permission can go on (they could not with WAL, which is
  // kept only where somebody chose it). For all attached databases.
  Result<void> use_truncate_journal(const std::vector<std::string>& schemas) const;
  // A copy of everything committed, page by page; path must not exist.
  Result<void> copy_to(const std::filesystem::path&) const;
  std::int64_t last_insert_rowid() const;
  int changes() const;  // rows that the last statement changed
  const std::string& path() const;
  sqlite3* handle() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

class Statement {
 public:
  Statement() = default;
  Statement(const Sqlite&, std::string_view sql);  // prepared at the first step, so that its error can be returned
  ~Statement();
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;

  // Binds the next parameter; the first bind after a step resets the statement.
  Statement& bind(std::int64_t);
  Statement& bind(std::string_view text);
  Statement& bind_blob(std::string_view bytes);
  Statement& bind_null();
  Result<bool> step();  // true: a row is there; false: done (and reset)
  Result<void> run();   // step() for statements without rows
  void reset();         // ends a read early

  std::int64_t integer(int column) const;
  std::string_view text(int column) const;  // or blob
  bool is_null(int column) const;

 private:
  Result<void> prepare();
  Sqlite db_;
  std::string sql_;
  sqlite3_stmt* statement_ = nullptr;
  int next_parameter_ = 0;
  bool stepped_ = false;
};

// BEGIN IMMEDIATE ... COMMIT; rolls back if it goes without commit().
class Transaction {
 public:
  static Result<Transaction> begin(const Sqlite&);
  Result<void> commit();
  Transaction(Transaction&&) noexcept = default;
  ~Transaction();

 private:
  explicit Transaction(Sqlite db) : db_(std::make_unique<Sqlite>(std::move(db))) {}
  std::unique_ptr<Sqlite> db_;
};

}  // namespace lorelei::archive
