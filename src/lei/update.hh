// SPDX-License-Identifier: GPL-3.0-or-later
// Saved searches brought up to date, several at once: while one waits for a server, others go on.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "lei/logins.hh"
#include "lei/saving.hh"

namespace lorelei::lei {

struct UpdateOptions {
  Manner manner = Manner::kOurs;
  unsigned jobs = 0;  // 0: as many as there are processors, 4 at most
  // Of the command line; they win over what was saved.
  std::optional<bool> external, local, remote;
  std::vector<std::string> exclude;
  std::vector<std::string> locks;
  bool dry_run = false, rescan = false, redeliver = false;
  std::optional<std::int64_t> redeliver_since;
  std::int64_t fudge_seconds = 48 * 3600;
  net::HttpOptions http = {};
  std::function<bool(net::Http&, const std::string& location)> has_news = {};  // lei/gather.hh
  Logins* logins = nullptr;                                                    // none: update_all has its own
};

struct Updated {
  const SavedSearch& search;
  Destination to;
  Result<DeliveryReport> report;   // kCancelled: it was stopped, or had not begun
  std::vector<std::string> lines;  // progress, in order
};

Result<DeliveryReport> update(Env&, const Settings&, const SavedSearch&, const UpdateOptions&, Destination& to,
                              const Say&);
// Only what the user changed at its destination: lei/deliver.hh. How many flags changed.
Result<std::size_t> read_back(Env&, const Settings&, const SavedSearch&, const UpdateOptions&);
// begins and done are called from one thread at a time; done once for every search.
void update_all(Env&, const Settings&, const std::vector<SavedSearch>&, const UpdateOptions&,
                const std::function<void(const SavedSearch&)>& begins, const std::function<void(const Updated&)>& done);

// Held while all searches are updated, or watched. Errors: kTemporary, somebody else does that.
Result<FileLock> take_run_lock(const Home&);

// Whether `up --all` passes it over, and why: paused, or its time is over. Empty if it does not.
std::string reason_to_skip(const SavedSearch&, std::int64_t now);

}  // namespace lorelei::lei
