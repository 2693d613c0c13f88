// SPDX-License-Identifier: GPL-3.0-or-later
// Saved searches kept up to date by a process that stays: each at its own interval, and at once when an archive here
// that it looks at has new mail.
//
//   timers    [interval, interval + slack] (base/range_timer.hh): searches that are due at about the same time are
//             updated by one wakeup
//   archives  here are watched (inotify): the index and the lock that every indexer writes into when it is done. After
//             a change a search runs, and again not before a while that grows with how long it took
//   outputs   flags that a mail program sets, and messages that it removes, are read back: from Maildirs (inotify),
//   from
//             mail servers (IDLE, lei/mailbox_news.hh)
//   servers   are asked for their manifest first (lei/server_news.hh)
//   searches  that are added, changed, paused or forgotten meanwhile, and settings, are noticed
//
// One thread waits, several update. SIGINT and SIGTERM end it: updates stop where they are, which is safe.
#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "lei/update.hh"

namespace lorelei::lei {

struct WatchOptions {
  UpdateOptions updating;
  // Of searches that do not say; without them the settings lorelei.interval and lorelei.slack decide, else ten minutes
  // and a fifth of the interval.
  std::optional<std::chrono::milliseconds> interval, slack;
};

struct WatchReports {
  std::function<void(const Updated&)> updated;
  std::function<void(const Error&)> failed;             // of the watching itself; it goes on
  std::function<void(const std::string& line)> remark;  // searches that come and go
};
// Until the user says stop. Errors: kTemporary, somebody else watches or updates all searches; kUsage (a setting);
// kFailed (the kernel has no timer, no watch).
Result<void> watch(Env&, const WatchOptions&, const WatchReports&);

}  // namespace lorelei::lei
