// SPDX-License-Identifier: GPL-3.0-or-later
// Writes over.sqlite3: a row for each message, its ids, and the thread it belongs to. The tables are public-inbox's
// (schema of release 1.9), which reads, continues and serves what is written here.
//
//   over     num (article number), tid (thread), sid (subject), ts (received), ds (sent), ddd (archive/over_record.hh)
//   msgid    id, mid            every Message-ID seen, own or referred to
//   id2num   id, num            who carries that id; a negative num is a ghost: known from References only
//   subject  sid, path          subject_key() of mail/overview.hh
//   counter  key, val           'thread' counts up, 'ghost' counts down
//
// Threads: a message, its own ids and all ids it refers to are one thread; adding a message merges the threads that
// it connects. Thread numbers are counters, only the partition has a meaning. A message that arrives takes over the
// thread of its ghost.
//
// The caller holds the archive's lock and the transaction.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/over_record.hh"
#include "archive/sqlite.hh"
#include "mail/overview.hh"

namespace lorelei::archive {

class OverWriter {
 public:
  // Creates the tables where they are missing. schema: "main", or the name under which db has attached the file.
  static Result<OverWriter> open(Sqlite db, std::string schema = "main");
  // The two halves of it.
  static Result<void> make_tables(const Sqlite&, const std::string& schema);
  static OverWriter of(Sqlite db, const std::string& schema);

  // Called before the rows of a thread move to another. Of two threads the older wins, so that few rows change.
  using Merged = std::function<Result<void>(std::int64_t loser, std::int64_t winner)>;
  void on_merge(Merged merged) { merged_ = std::move(merged); }

  // Adds or replaces the row of number. ddd: deflated overview_record. Returns the thread.
  Result<std::int64_t> add(std::int64_t number, const mail::Overview&, std::string_view ddd);
  // Removes the rows of the messages that carry message_id and are stored as blob; returns their numbers.
  Result<std::vector<std::int64_t>> remove(std::string_view message_id, std::string_view blob_hex);
  Result<void> remove_number(std::int64_t number);

  // The number under which this very blob is known by this id; 0 if it is not.
  Result<std::int64_t> number_of(std::string_view message_id, std::string_view blob_hex);
  // The blob of a number in hex; empty if there is no such row.
  Result<std::string> blob_of(std::int64_t number);
  // Real messages of a thread, ascending.
  Result<std::vector<std::int64_t>> numbers_of_thread(std::int64_t thread);
  // All real numbers that carry an id, ascending.
  Result<std::vector<std::int64_t>> numbers_of_message_id(std::string_view message_id);
  Result<std::int64_t> thread_of(std::int64_t number);  // 0 if there is no such row
  struct Times {
    std::int64_t received = 0, sent = 0;
  };
  Result<Times> times_of(std::int64_t number);  // zeros if there is no such row

 private:
  OverWriter(Sqlite db, const std::string& schema);
  struct Carrier {
    std::int64_t number, thread;
  };
  Result<std::int64_t> find_id(std::string_view message_id);  // 0: unknown
  Result<std::int64_t> make_id(std::string_view message_id);
  Result<std::vector<Carrier>> carriers(std::int64_t id);  // ghosts first
  Result<std::int64_t> count(Statement& counter);
  Result<std::int64_t> join(std::vector<std::int64_t> threads);
  Result<void> add_ghost(std::string_view message_id, std::int64_t thread);
  Result<std::int64_t> subject_id(std::string_view key);

  Sqlite db_;
  Inflater inflater_;
  Merged merged_;
  Statement find_id_, insert_id_, carriers_, thread_row_, insert_over_, insert_carrier_, delete_over_, delete_carrier_,
      merge_, next_thread_, next_ghost_, insert_subject_, find_subject_, ddd_row_, of_thread_, times_;
};

}  // namespace lorelei::archive
