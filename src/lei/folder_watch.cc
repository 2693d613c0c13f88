// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/folder_watch.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/timerfd_driver.hh"
#include "lei/mail_sync.hh"

namespace lorelei::lei {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kSoon = 1s, kSlack = 1s;  // people mark several messages, one after the other
constexpr std::chrono::nanoseconds kBusy = 1s;           // as if it had taken so long, where somebody else is at work
constexpr std::chrono::nanoseconds kLongestPause = 30s;  // behind the last change that is not yet looked at

// Of a Maildir: itself, cur/ and new/.
std::array<std::string, 3> directories_of(const std::string& folder) {
  const auto path = maildir_of(folder);
  return {path.string(), (path / "cur").string(), (path / "new").string()};
}

}  // namespace

struct FolderWatch::Item {
  WatchedFolder folder;
  std::uint64_t serial = 0;  // what was begun for one that has gone is nothing to another of its name
  RangeTimerQueue::Handle soon, regular;
  std::chrono::nanoseconds took{};
  std::set<std::string> names;  // of files that changed since it was looked at
  bool all = true;              // everything is to be looked at
  bool is_running = false, is_soon = false;
  bool has_unknown = false;  // messages that do not count as yet
  std::string failure;       // that was told
};

FolderWatch::FolderWatch(Env& env, RangeTimerQueue& timers, Inotify& changes, WorkPool& pool,
                         const WatchReports& reports)
    : env_(env), timers_(timers), changes_(changes), pool_(pool), reports_(reports) {}
FolderWatch::~FolderWatch() = default;

void FolderWatch::watch_only(std::shared_ptr<const Settings> settings, std::chrono::milliseconds interval) {
  settings_ = std::move(settings);
  interval_ = interval;
  paused_.clear();
  folders_.clear();
  std::set<std::string> there;
  for (auto& folder : watched_folders(*settings_)) {
    const auto state = folder.parsed_state();
    if (state && state->following == Following::kPause) paused_.insert(folder.folder);
    if (paused_.contains(folder.folder)) continue;
    there.insert(folder.folder);
    if (is_maildir_folder(folder.folder))
      for (const auto& directory : directories_of(folder.folder)) folders_[directory] = folder.folder;
    auto& item = items_[folder.folder];
    const bool is_new = !item;
    if (is_new) item = std::make_unique<Item>();
    if (is_new) item->serial = ++last_serial_;
    const bool is_same = item->folder.state == folder.state && item->folder.marks == folder.marks;
    item->folder = std::move(folder);
    if (is_new && reports_.remark) reports_.remark(fmt::format("# watching {}", item->folder.folder));
    if (is_same) continue;
    item->all = true;
    run_soon(*item);
  }
  for (auto it = items_.begin(); it != items_.end();) {
    if (there.contains(it->first)) {
      ++it;
      continue;
    }
    timers_.cancel(it->second->soon);
    timers_.cancel(it->second->regular);
    if (reports_.remark) reports_.remark(fmt::format("# no longer watching {}", it->first));
    it = items_.erase(it);  // what it runs ends by itself
  }
}

std::vector<std::string> FolderWatch::directories() const {
  std::vector<std::string> all;
  for (const auto& [directory, folder] : folders_) all.push_back(directory);
  return all;
}

bool FolderWatch::is_paused(const std::string& folder) const { return paused_.contains(folder); }

bool FolderWatch::hear(const Inotify::Change& change) {
  const auto folder = folders_.find(change.directory);
  if (folder == folders_.end()) return false;
  auto& item = *items_.at(folder->second);
  const bool is_itself = change.directory == maildir_of(folder->second);
  if (is_itself && !change.name.empty() && change.name != "cur" && change.name != "new") return true;
  if (is_itself || change.name.empty())
    item.all = true;
  else
    item.names.insert(change.name.substr(0, change.name.find(':')));
  run_soon(item);
  return true;
}

// Nothing is read there that has not changed, but keywords may have to be written.
void FolderWatch::keywords_changed() {
  for (const auto& [name, item] : items_) {
    const auto state = item->folder.parsed_state();
    if (state && state->writing == Writing::kYes) run_soon(*item);
  }
}

// A change that comes all the time does not put it off.
void FolderWatch::run_soon(Item& item) {
  if (item.is_soon) return;
  item.is_soon = true;
  if (item.is_running) return;
  const auto pause = std::clamp(10 * item.took, kSoon, kLongestPause);
  item.soon = timers_.add(TimerfdDriver::now() + pause, kSlack, [this, raw = &item](auto) { start(*raw); });
}

// However large it is, it takes up a hundredth of the time.
void FolderWatch::run_later(Item& item) {
  arm_regular(item, std::max<std::chrono::nanoseconds>(interval_, 100 * item.took));
}

void FolderWatch::arm_regular(Item& item, std::chrono::nanoseconds pause) {
  timers_.cancel(item.regular);
  item.regular = timers_.add(TimerfdDriver::now() + pause, pause / 5, [this, raw = &item](auto) {
    raw->all = true;
    run_soon(*raw);
  });
}

void FolderWatch::start(Item& item) {
  if (item.is_running) return;  // it goes on when that is over
  timers_.cancel(item.regular);
  timers_.cancel(item.soon);
  item.is_soon = false;
  item.is_running = true;
  // They may be others than last time, of the same name.
  for (const auto& [directory, folder] : folders_)
    if (folder == item.folder.folder) (void)changes_.watch(directory, Inotify::kPlaced | Inotify::kGone);
  auto names = std::exchange(item.names, {});
  const bool all = std::exchange(item.all, false);
  const auto serial = item.serial;
  pool_.add(
      [this, folder = item.folder, settings = settings_, names = std::move(names), all, serial]() -> WorkPool::Outcome {
        auto done = env_.stop_requested() ? err(Error::Kind::kCancelled, "watch", folder.folder, "it was stopped")
                                          : follow_folder(env_, *settings, folder, all ? nullptr : &names);
        return [this, name = folder.folder, done = std::move(done), all, serial](auto took) {
          tell(name, done);
          const auto found = items_.find(name);
          if (found != items_.end() && found->second->serial == serial) finish(*found->second, done, all, took);
        };
      });
}

void FolderWatch::tell(const std::string& folder, const Result<Followed>& done) const {
  if (done && !done->is_empty() && reports_.remark)
    reports_.remark(fmt::format("# {}: {} new, {} marked here, {} marked there, {} gone", folder, done->taken,
                                done->marked, done->written, done->gone));
}

void FolderWatch::finish(Item& item, const Result<Followed>& done, bool all, std::chrono::nanoseconds took) {
  item.is_running = false;
  item.took = took;
  if (done) {
    item.failure.clear();
    item.has_unknown = done->unknown > 0 || (!all && item.has_unknown);
    if (done->taken) look_for_known(item);
  } else if (done.error().kind != Error::Kind::kCancelled) {
    item.all = true;
    const auto failure = to_text(done.error());
    if (std::exchange(item.failure, failure) != failure) reports_.failed(done.error());
    if (done.error().kind == Error::Kind::kTemporary) {  // what it took was waiting
      item.took = kBusy;
      item.is_soon = true;
    }
  }
  run_later(item);
  if (std::exchange(item.is_soon, false)) run_soon(item);
}

// What is known since `source` was looked at may lie in another one. All of that is read again, so not at once.
void FolderWatch::look_for_known(const Item& source) {
  for (const auto& [name, item] : items_)
    if (item->has_unknown && item.get() != &source && !item->is_running)
      arm_regular(*item, std::max(kSoon, 100 * item->took));
}

}  // namespace lorelei::lei
