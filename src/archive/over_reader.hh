// SPDX-License-Identifier: GPL-3.0-or-later
// Reads over.sqlite3 (archive/over_writer.hh says what is in it): rows by number, numbers by Message-ID and by thread.
//
// One transaction per page of rows, and one inflate stream for all: without them a row costs five times as much. A row
// object is filled again and again, so that its strings keep their memory.
//
// A writer that was killed leaves a journal that must be played back before anybody can read; a reader that may write
// the file does that when it opens it.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "archive/over_record.hh"
#include "archive/sqlite.hh"

namespace lorelei::archive {

struct OverRow {
  std::int64_t number = 0, thread = 0;
  std::int64_t received = 0, sent = 0;  // seconds since 1970
  std::string subject, from, references, to, cc;
  std::string blob, message_id;  // hexadecimal; without <>
  std::uint64_t size_bytes = 0, lines = 0;
};

class OverReader {
 public:
  // path: the file over.sqlite3. Errors: kNotFound, kCorrupt, kTemporary (locked for 30 s).
  static Result<OverReader> open(const std::filesystem::path&);

  // Everything read inside sees one state of the file. Not to be nested.
  Result<void> snapshot(const std::function<Result<void>()>& read);

  // False if there is no such message (ghosts are none).
  Result<bool> read(std::int64_t number, OverRow& row);
  // Up to limit rows after a number, ascending.
  Result<std::vector<OverRow>> rows_after(std::int64_t number, std::size_t limit);

  Result<std::vector<std::int64_t>> numbers_of_message_id(std::string_view);  // ascending; without ghosts
  // Of a message, or of what refers to a message that is not there; 0 if the id is unknown.
  Result<std::int64_t> thread_of_message_id(std::string_view);
  Result<std::int64_t> thread_of(std::int64_t number);                       // 0 if there is no such message
  Result<std::vector<std::int64_t>> numbers_of_thread(std::int64_t thread);  // ascending; without ghosts
  Result<std::int64_t> highest_number();                                     // 0 if there is no message

  // The messages that came last, or first, of all; those of one second in no order. From an index, without the rows.
  struct Arrival {
    std::int64_t number, received;
  };
  enum class End { kNewest, kOldest };
  Result<std::vector<Arrival>> arrivals(End, std::size_t limit);

  // The messages that came, or were sent, within a span (seconds, both ends belong to it): up to limit, in no order.
  enum class Clock { kReceived, kSent };
  struct Span {
    std::int64_t low, high;
  };
  Result<Span> whole_span(Clock);  // from the first to the last of all; 0 and 0 if there is none
  Result<std::vector<std::int64_t>> numbers_between(Clock, Span, std::size_t limit);

  // Which thread each message is in, and when the last message of a thread came. From indexes, without the rows.
  struct Threads {
    std::vector<std::pair<std::int64_t, std::int64_t>> of_numbers;  // number, thread; ascending
    std::unordered_map<std::int64_t, std::int64_t> last_received;   // by thread
    std::optional<std::int64_t> last_received_with(std::int64_t number) const;
  };
  Result<Threads> threads();

  // Of an aggregate: in which archives a message is, as archive key and number there, in the order of the archives.
  struct Copy {
    std::string archive;
    std::int64_t number;
  };
  Result<std::vector<Copy>> copies_of(std::int64_t number);
  // Of an aggregate: the keys of the archives in it.
  Result<std::vector<std::string>> archives();

 private:
  explicit OverReader(Sqlite db);
  Result<void> fill(Statement&, OverRow& row);

  Sqlite db_;
  Inflater inflater_;
  Statement row_, after_, by_id_, thread_by_id_, thread_, members_, newest_, oldest_, received_between_, sent_between_,
      received_span_, sent_span_, copies_;
};

}  // namespace lorelei::archive
