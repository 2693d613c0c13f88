// SPDX-License-Identifier: GPL-3.0-or-later
// The part of lei/watch.hh that follows the Maildirs of lei/watched_folders.hh: soon after something changes there
// (inotify), after keywords changed here, and every now and then, for what other machines do on a shared file system.
//
// Called from the thread that waits; Maildirs are read on threads of the pool.
#pragma once
#include <map>
#include <memory>

#include "base/inotify.hh"
#include "base/range_timer.hh"
#include "base/work_pool.hh"
#include "lei/watch.hh"
#include "lei/watched_folders.hh"

namespace lorelei::lei {

class FolderWatch {
 public:
  // All must outlive it.
  FolderWatch(Env&, RangeTimerQueue&, Inotify&, WorkPool&, const WatchReports&);
  ~FolderWatch();

  // These and no others, as the settings have them.
  void watch_only(std::shared_ptr<const Settings>, std::chrono::milliseconds interval);
  // Directories to be watched for kPlaced and kGone.
  std::vector<std::string> directories() const;
  // Whether the folder is not to be touched.
  bool is_paused(const std::string& folder) const;
  bool is_empty() const { return items_.empty(); }

  bool hear(const Inotify::Change&);  // whether it was of one of them
  void keywords_changed();

 private:
  struct Item;
  void run_soon(Item&);
  void run_later(Item&);
  void start(Item&);
  void arm_regular(Item&, std::chrono::nanoseconds pause);
  void tell(const std::string& folder, const Result<Followed>&) const;
  void finish(Item&, const Result<Followed>&, bool all, std::chrono::nanoseconds took);
  void look_for_known(const Item& source);

  Env& env_;
  RangeTimerQueue& timers_;
  Inotify& changes_;
  WorkPool& pool_;
  const WatchReports& reports_;
  std::shared_ptr<const Settings> settings_;
  std::chrono::milliseconds interval_{};
  std::map<std::string, std::unique_ptr<Item>> items_;  // by folder
  std::map<std::string, std::string> folders_;          // by directory
  std::set<std::string> paused_;
  std::uint64_t last_serial_ = 0;
};

}  // namespace lorelei::lei
