// SPDX-License-Identifier: GPL-3.0-or-later
// What was delivered to a destination, so that nothing is lost or written twice, whenever the program is killed.
//
// The one idea: two phases. A message is written into the ledger as pending, with the place it will get; then it is
// made durable at that place; then it is done. Whoever finds a pending row looks at the place, and either confirms it
// or forgets it: the message is then delivered like a new one.
//
//   pending -> done      written by us
//   foreign              in the destination when we came, kept there (--augment)
//   known                delivered once by lei; where it is now, nobody knows
//
// FILES   in the directory of a saved search, both in one transaction:
//   lorelei.ledger.sqlite3   message (id, state, oid, digest, place, flags, run), mid (mid, id), alias (oid, id),
//                            source (location, identity, highest), watched (location, number), thread (location, root,
//                            active, polled), meta (key, value)
//   over.sqlite3             what lei keeps instead (a part of public-inbox's overview, with xref3): its rows are
//                            written here and read from here, so that each program knows what the other delivered
// A delivery that is not saved has the same tables in memory.
//
// PLACE   Maildir: the file's name up to its colon. IMAP: UIDVALIDITY ":" UID (pending: UIDVALIDITY "<" UIDNEXT).
//         mbox, v2: empty, the digest finds the message.
//
// The caller holds the lock of the saved search.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/sqlite.hh"
#include "base/files.hh"
#include "base/sha256.hh"
#include "git/object_id.hh"
#include "mail/keywords.hh"
#include "mail/overview.hh"
#include "search/dedupe.hh"

namespace lorelei::lei {

// By what two messages are the same.
struct Likeness {
  git::ObjectId oid;    // of the message as git would store it
  Sha256Digest digest;  // mail/content_hash.hh
  std::vector<std::string> mids;
};

class Ledger {
 public:
  enum class State { kPending = 0, kDone = 1, kForeign = 2, kKnown = 3 };
  struct Row {
    std::int64_t id = 0;
    State state = State::kPending;
    git::ObjectId oid;
    Sha256Digest digest = {};
    std::string place;
    mail::Keywords flags;  // as we wrote them
    std::int64_t run = 0;
  };

  // Reads what lei delivered meanwhile. Errors: of the files; kCorrupt (lorelei doctor).
  static Result<Ledger> open(const fs::path& directory);
  static Result<Ledger> in_memory();
  // Before: over.sqlite3 is lost. What lei has forgotten is not forgotten here, then.
  static Result<void> forget_lei(const fs::path& directory);
  Ledger(Ledger&&) noexcept;
  Ledger& operator=(Ledger&&) noexcept;
  ~Ledger();

  // Each run of `q` has a number of its own; rows carry that of the last run which wanted them.
  Result<void> begin_run();
  std::int64_t run() const;

  bool is_empty() const;  // nothing was ever delivered
  // The row of a message that is the same; without a digest and mids only by oid. Nothing if there is none.
  Result<std::optional<Row>> find(const git::ObjectId& oid);
  Result<std::optional<Row>> find(const Likeness&, search::Sameness);
  Result<std::vector<Row>> all(State);
  Result<std::vector<std::string>> mids_of(std::int64_t id);
  Result<std::vector<std::string>> all_mids();

  // All between join() and commit() counts together or not at all. join() is nothing where a transaction is open,
  // commit() where none is.
  Result<void> join();
  Result<void> commit();
  void roll_back();

  Result<std::int64_t> add(State, const Likeness&, std::string_view place, const mail::Keywords&);
  Result<void> settle(std::int64_t id, State, std::string_view place);
  Result<void> set_flags(std::int64_t id, const mail::Keywords&);
  Result<void> wanted(std::int64_t id);  // by this run
  Result<void> also_known_as(std::int64_t id, const git::ObjectId&);
  Result<void> forget(std::int64_t id);
  Result<void> forget_all();
  // Adds the message to lei's tables.
  Result<void> tell_lei(const Likeness&, const mail::Overview&);

  // How far a local archive was read; identity: changes when its numbers start anew.
  struct Reading {
    std::string identity;
    std::int64_t highest = 0;
  };
  Result<std::optional<Reading>> reading(const std::string& location);
  // Opens a transaction if that is news.
  Result<void> set_reading(const std::string& location, const Reading&);
  Result<void> forget_readings();
  // Messages whose threads are followed: one number of each thread.
  Result<std::vector<std::int64_t>> watched(const std::string& location);
  Result<void> watch(const std::string& location, std::int64_t number);
  Result<void> forget_watched(const std::string& location);

  // Threads that are followed on a server, by their roots.
  struct Thread {
    std::string root;
    std::int64_t active = 0;  // when something new came in it
    std::int64_t polled = 0;  // when it was last looked at
  };
  // Those active since then, the ones looked at least lately first.
  Result<std::vector<Thread>> followed(const std::string& location, std::int64_t since, std::size_t limit);
  // active: it moves only forward.
  Result<void> follow(const std::string& location, const std::string& root, std::int64_t active);
  Result<void> was_polled(const std::string& location, const std::string& root, std::int64_t now);

  Result<std::optional<std::string>> meta(std::string_view key);
  Result<void> set_meta(std::string_view key, std::string_view value);

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl>);
  static Result<Ledger> make(archive::Sqlite, bool has_lei);
  Result<void> read_lei();
  Result<std::optional<Row>> one(archive::Statement&);
  std::unique_ptr<Impl> impl_;
};

inline constexpr const char* kLedgerFile = "lorelei.ledger.sqlite3";

}  // namespace lorelei::lei
