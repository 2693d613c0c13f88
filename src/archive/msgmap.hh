// SPDX-License-Identifier: GPL-3.0-or-later
// msgmap.sqlite3: which article number a Message-ID has. The only part of an index that git does not contain: NNTP
// and IMAP clients remember these numbers, so a number is never used for another message, even after a delete.
//
//   msgmap  num (AUTOINCREMENT), mid unique
//   meta    created_at (IMAP UIDVALIDITY), num_highwater, last_xap15-N (the commit up to which epoch N is indexed)
//
// The caller holds the archive's lock and the transaction.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "archive/sqlite.hh"

namespace lorelei::archive {

class Msgmap {
 public:
  // Creates the tables where they are missing. created_at: what a new map records as its birth, seconds since 1970.
  static Result<Msgmap> open(Sqlite db, std::int64_t created_at, std::string schema = "main");

  // The new number; 0 if the id has one already.
  Result<std::int64_t> insert(std::string_view message_id);
  Result<void> set(std::int64_t number, std::string_view message_id);
  Result<void> remove(std::int64_t number);
  Result<std::int64_t> number_of(std::string_view message_id);  // 0: unknown
  Result<std::string> message_id_of(std::int64_t number);       // empty: unknown
  Result<std::int64_t> highest();                               // the highest number ever given, 0 if none

  Result<std::optional<std::string>> last_indexed(unsigned epoch);
  Result<void> set_last_indexed(unsigned epoch, std::string_view commit_hex);
  Result<std::optional<std::string>> meta(std::string_view key);
  Result<void> set_meta(std::string_view key, std::string_view value);
  // Writes num_highwater if numbers were given since open().
  Result<void> finish();

 private:
  Msgmap(Sqlite db, const std::string& schema);
  Sqlite db_;
  Statement insert_, set_, remove_, number_of_, message_id_of_, meta_, set_meta_;
  std::int64_t highwater_ = 0, written_highwater_ = 0;
};

}  // namespace lorelei::archive
