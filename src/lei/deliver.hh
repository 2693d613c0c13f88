// SPDX-License-Identifier: GPL-3.0-or-later
// A search whose results are kept: in a Maildir, an mbox, a mailbox on a server, a v2 archive.
//
//   everything is found -> the destination is looked at -> new messages are put there -> those no longer wanted go
//
// Nothing in the destination changes before everything is found, and nothing goes if a source failed. What this search
// has not written is never removed: without --augment it is refused, or set aside under another name (Foreign).
//
// A message that was delivered once is not delivered again by `up`, also if the user has removed it since. `q` with the
// same output starts anew: what is there and still found stays as it is, with its flags.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lei/box.hh"
#include "lei/destination.hh"
#include "lei/request.hh"
#include "lei/saved_search.hh"

namespace lorelei::lei {

enum class Foreign {
  kRefuse,
  kSetAside,  // a backup is made: PLACE.before-TIME
  kAugment,   // stays, and counts as delivered
};
enum class Run { kFirst, kUpdate };  // `q`, `up`

struct DeliveryOptions {
  Destination to;
  Run run = Run::kFirst;
  Foreign foreign = Foreign::kRefuse;
  bool import_before = true;  // what is set aside is stored; flags that changed are remembered
  bool memoize = false;       // what servers sent is stored, unless an archive here has it
  bool shared = false;        // into an archive: what those that are searched have is not copied
  bool dry_run = false;
  bool rescan = false;                          // look at everything again
  bool redeliver = false;                       // also what was delivered and is gone
  std::optional<std::int64_t> redeliver_since;  // of these only what arrived from then on
  std::vector<std::string> locks;
  // Called once, when the delivery will go on and before anything changes: to write the saved search. May be empty.
  std::function<Result<void>()> begins = {};
  std::int64_t fudge_seconds = 48 * 3600;
  std::int64_t follow_seconds = 14 * 86'400;  // how long after its last message a thread on a server is followed
  bool follow_from_now = false;               // however old its messages are when they come
  std::function<bool(net::Http&, const std::string& location)> has_news = {};  // lei/gather.hh
  git::Credentials* credentials = nullptr;  // shared with other deliveries; none: its own
};

// What one source said, for who wants to know all of it.
struct SourceReport {
  std::string location;
  bool is_remote = false;
  std::uint64_t matches = 0;
  bool is_unchanged = false;             // a server that was not asked, for it has nothing new
  std::optional<std::int64_t> asked_at;  // when a server that answered in full was asked
  std::optional<Error> failed;
};

struct DeliveryReport {
  std::uint64_t matches = 0, written = 0, kept = 0, duplicates = 0, removed = 0;
  bool matches_are_threads = false;
  std::string set_aside;        // where foreign mail went; empty if there was none
  std::vector<Error> problems;  // sources that failed, messages that could not be read, or were refused
  int status = 0;               // the exit status that stands for the first problem
  std::vector<std::string> notes;
  std::vector<SourceReport> sources;
};

// search: none if it is not saved. Before: the caller holds its lock.
Result<DeliveryReport> deliver(Env&, const Settings&, const Request&, const SavedSearch*, const DeliveryOptions&,
                               const Say&);

// What the user changed at the destination since: flags are remembered as those of their messages, what is gone does
// not come again. How many flags changed. Before: the caller holds the lock.
Result<std::size_t> read_flags(Env&, const Settings&, const SavedSearch&, const Request&, const DeliveryOptions&);
// Before: the mail of a search was copied to another destination, which its file names now. The ledger learns what lies
// where.
Result<void> find_places(Env&, const Settings&, const SavedSearch&, const Request&, const DeliveryOptions&);

// Before (both): the destination is not a stream.
Result<std::unique_ptr<Box>> open_box(Env&, const Settings&, const Destination&, bool is_saved, Ledger&,
                                      const BoxOptions&);

}  // namespace lorelei::lei
