// SPDX-License-Identifier: GPL-3.0-or-later
// A destination that keeps mail: a Maildir, an mbox, a mailbox on a server, a v2 archive. What was delivered is in a
// ledger (lei/ledger.hh); a box is the only one who knows how the place looks.
//
//   open       pending rows are confirmed or forgotten
//   look       which rows are still there, with which flags, and how much is there that we did not write
//   put        one message; what put() took is durable and done after flush(); after an error of either the box is of
//              no use any more
//   remove     of rows; what the user or others put there is never removed, only set_aside()
//
// A message at its place counts as ours if the ledger has a row for it.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/env.hh"
#include "git/credential.hh"
#include "lei/ledger.hh"
#include "mail/message.hh"

namespace lorelei::lei {

class ImapAhead;

struct Letter {
  std::string raw;
  Likeness likeness;
  mail::Overview overview;
  mail::Keywords keywords;
  std::optional<int> percent;
  std::int64_t received = 0;  // seconds since 1970
  unsigned source = 0;        // where it comes from, by a number of the caller's
};
// Everything but keywords and percent, from the bytes of a message. oid: if it is known already.
Letter make_letter(std::string raw, std::optional<git::ObjectId> oid, std::int64_t now);

struct Standing {
  std::map<std::int64_t, mail::Keywords> present;  // rows by id, and the flags they have now
  std::uint64_t foreign = 0;                       // messages without a row
};

// A message that is there and has no row.
struct Stranger {
  std::string raw;
  mail::Keywords keywords;
  std::string place;  // as a row would have it
};

// A letter that the destination does not take.
struct Refusal {
  unsigned source = 0;
  Error error;
  bool is_for_good = false;  // it will never be taken, and counts as done
};

enum class Arrival {
  kFirst,  // into an empty destination: mail is not marked as new
  kLater,  // it shows up as new mail
};

class Box {
 public:
  virtual ~Box() = default;

  virtual Result<Standing> look() = 0;
  // Every message without a row.
  virtual Result<void> each_foreign(const std::function<Result<void>(Stranger)>&) = 0;
  // Moves what has no row to another place and returns its name: PLACE.before-TIME.
  virtual Result<std::string> set_aside() = 0;
  // False: what was delivered stays, also if the search does not find it any more.
  virtual bool can_remove() const { return true; }
  virtual Result<void> put(Letter) = 0;
  // From now on, as with Arrival::kLater.
  void mail_is_new() { arrival_ = Arrival::kLater; }
  virtual Result<void> flush() = 0;
  virtual Result<void> remove(const std::vector<Ledger::Row>&) = 0;
  // Everything is done; mail programs that poll shall notice. Calls flush().
  virtual Result<void> finish() = 0;
  // What was put and not taken, since the last call. Without is_for_good there is no row of it: it is as if it had
  // never been put, and comes again if the caller lets it.
  std::vector<Refusal> take_refusals() { return std::exchange(refusals_, {}); }

 protected:
  explicit Box(Arrival arrival) : arrival_(arrival) {}
  Arrival arrival_;
  std::vector<Refusal> refusals_;
};

struct BoxOptions {
  Arrival arrival = Arrival::kFirst;
  std::int64_t now = 0;
  std::vector<std::string> locks = {};  // of an mbox: lei/mbox_lock.hh
  std::string name = {};                // how the user calls it
  std::vector<std::string> share = {};  // of an archive: object directories to borrow from
  std::function<void(const std::string& line)> say = {};
  git::Credentials* credentials = nullptr;  // shared with others; none: its own
  // Of a mailbox on a server:
  ImapAhead* ahead = nullptr;  // a login that was begun, with the same credentials; must outlive the box; may be null
  std::size_t expected = 0;    // letters that will come, at most; 0: unknown
};

// Messages on their way: rows as they come, all of them durable before anything is written, then done.
class Batch {
 public:
  explicit Batch(Ledger& ledger) : ledger_(ledger) {}
  // A pending row; it is found from now on, and durable after intend().
  Result<void> add(const Letter&, std::string_view place);
  Result<void> intend();
  // The rows are done, at places that may be others than intended. lei learns of them. The batch is empty then.
  Result<void> done(const std::vector<Letter>&, const std::vector<std::string>& places);
  // Before done(): that letter, by its place among those added, was not taken. Its row is forgotten then.
  void not_taken(std::size_t index) { not_taken_.insert(index); }

 private:
  Ledger& ledger_;
  std::vector<std::int64_t> ids_;
  std::set<std::size_t> not_taken_;
};

// A pending row whose message was found: it is done, and lei learns of it. raw: as it lies there; empty if that cannot
// be read (any more), and then lei learns only which message it is. Before: join().
Result<void> confirm(Ledger&, const Ledger::Row&, std::string_view place, std::string raw, std::int64_t now);

std::string time_suffix(std::int64_t now);  // "20261121T123456Z", for PLACE.before-

}  // namespace lorelei::lei
