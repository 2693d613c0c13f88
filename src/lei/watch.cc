// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/watch.hh"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>
#include <thread>
#include <tuple>

#include "archive/config.hh"
#include "archive/layout.hh"
#include "base/duration.hh"
#include "base/inotify.hh"
#include "base/time_limit.hh"
#include "base/timerfd_driver.hh"
#include "base/work_pool.hh"
#include "lei/folder_watch.hh"
#include "lei/mail_sync.hh"
#include "lei/mailbox_news.hh"
#include "lei/server_news.hh"
#include "net/url.hh"

namespace lorelei::lei {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Time = RangeTimer::TimePoint;

constexpr milliseconds kInterval = 10min;
constexpr milliseconds kLeast = 10ms;  // of an interval
constexpr milliseconds kSoon = 100ms;  // an indexer writes several files, and an editor, too
constexpr milliseconds kSoonSlack = 200ms;
constexpr milliseconds kFlagsSoon = 1s, kFlagsSlack = 1s;  // people mark several messages, one after the other
constexpr auto kLongestPause = 30s;             // between two updates because of an archive that changes all the time
constexpr std::chrono::nanoseconds kBusy = 1s;  // as if it had taken so long, where somebody else is at work
constexpr unsigned kMostThreads = 4;

// SIGINT and SIGTERM come only while we wait: no wish to stop is overslept, and the threads that update are not
// disturbed.
class SignalsWhileWaiting {
 public:
  SignalsWhileWaiting() {
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stops, &before_);
  }
  ~SignalsWhileWaiting() { restore(); }
  SignalsWhileWaiting(const SignalsWhileWaiting&) = delete;
  SignalsWhileWaiting& operator=(const SignalsWhileWaiting&) = delete;
  void restore() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  const sigset_t* mask() const { return &before_; }

 private:
  sigset_t before_{};
};

bool is_index_file(std::string_view name) { return name == "over.sqlite3" || name == "over.sqlite3-wal"; }
bool is_indexers_lock(std::string_view name) {
  return name == "inbox.lock" || name == "ssoma.lock" || name == "ei.lock";
}
bool is_index(std::string_view name) { return name == "xap15" || name == "ei15" || name == "public-inbox"; }

class Watcher {
 public:
  Watcher(Env& env, const WatchOptions& options, const WatchReports& reports)
      : env_(env), options_(options), reports_(reports), home_(env), logins_(env) {}

  Result<void> run();

 private:
  struct Item {
    SavedSearch search;
    std::uint64_t serial = 0;  // what was begun for one that has gone is nothing to another of its name
    milliseconds interval{}, slack{};
    std::set<std::string> archives;  // directories here
    RangeTimerQueue::Handle regular, soon;
    std::chrono::nanoseconds took{};
    RangeTimerQueue::Handle flags;
    bool is_running = false, is_soon = false, reads_flags_soon = false;
    bool flags_again = false;  // they changed while it ran
    bool again = false;        // something changed while it ran
  };

  struct Run {  // one update
    SavedSearch search;
    Destination to;
    Result<DeliveryReport> report;
    std::vector<std::string> lines;
    std::uint64_t serial = 0;
  };

  Result<void> loop(TimerfdDriver&, const SignalsWhileWaiting&);
  Result<void> reload();
  Result<void> read_defaults();
  void place(SavedSearch);
  void look_up_archives(Item&);
  void remove(Item&);
  Result<void> hear();
  void archive_changed(const Inotify::Change&);
  void watch_everything();
  void watch_archive(const std::string& directory, std::set<std::string>& watched);
  void watch_directory(const std::string& directory, std::uint32_t what, std::set<std::string>& watched);
  void reload_soon();
  void run_soon(Item&);
  void start(Item&);
  void read_flags_soon(Item&);
  void read_flags(Item&);
  void flags_are_read(Item&, const Result<std::size_t>&, std::chrono::nanoseconds took);
  void watch_outputs(std::set<std::string>& watched);
  void finish(const Run&, std::chrono::nanoseconds took);

  Env& env_;
  const WatchOptions& options_;
  const WatchReports& reports_;
  const Home home_;
  Logins logins_;
  ServerNews servers_;
  std::optional<Inotify> changes_;
  RangeTimerQueue timers_;
  RangeTimerQueue::Handle reload_;
  std::shared_ptr<const Settings> settings_;
  milliseconds interval_{}, slack_{};  // of searches that do not say
  bool has_slack_ = false;
  std::map<fs::path, std::unique_ptr<Item>> items_;
  std::map<std::string, std::string> parts_;  // directories that are watched: those of an archive, to its own
  std::set<std::string> unwatched_;           // told already
  fs::path registry_;                         // public-inbox's configuration
  std::map<std::string, Item*> outputs_;      // directories of Maildirs that are watched
  std::unique_ptr<MailboxNews> mailboxes_;
  std::unique_ptr<WorkPool> pool_;  // its threads use what is above
  std::unique_ptr<FolderWatch> folders_;
  std::uint64_t last_serial_ = 0;
};

tl::unexpected<Error> stopped(const SavedSearch& search) {
  return err(Error::Kind::kCancelled, "update", search.place(), "it was stopped");
}

// A `q` or `up` of the user's, who hears of it there.
bool is_busy(const Error& error) { return error.kind == Error::Kind::kTemporary && error.why == kIsBeingUpdated; }

Result<std::optional<milliseconds>> duration_setting(const Settings& settings, const char* key) {
  const auto* entry = settings.find(key);
  if (!entry) return std::nullopt;
  const auto duration = parse_duration(entry->value.value_or(""));
  if (!duration)
    return err(Error::Kind::kUsage, "use", key, "it is no span of time: " + entry->value.value_or(""), "10m");
  return duration;
}

Result<void> Watcher::read_defaults() {
  TRY(auto settings, Settings::load(env_));
  TRY(const auto interval, duration_setting(settings, "lorelei.interval"));
  TRY(const auto slack, duration_setting(settings, "lorelei.slack"));
  interval_ = options_.interval.value_or(interval.value_or(kInterval));
  has_slack_ = options_.slack || slack;
  slack_ = options_.slack ? *options_.slack : slack.value_or(0ms);
  settings_ = std::make_shared<const Settings>(std::move(settings));
  return {};
}

// Where it looks on this machine.
void Watcher::look_up_archives(Item& item) {
  item.archives.clear();
  const auto saved = from_saved(env_, *settings_, item.search, options_.updating.manner);
  if (!saved) return;  // its update says so
  const auto sources = choose_sources(env_, *settings_, saved->request.wish, options_.updating.manner);
  if (!sources) return;
  item.archives.insert(sources->locals.begin(), sources->locals.end());
  if (sources->store) item.archives.insert(*sources->store);
}

bool asks_the_same(const SavedSearch& a, const SavedSearch& b) {
  const auto wishes = [](const SavedSearch& s) {
    return std::tie(s.query, s.is_text, s.only, s.include, s.exclude, s.external, s.local, s.remote, s.threads, s.limit,
                    s.dedupe, s.output, s.interval, s.slack);
  };
  return wishes(a) == wishes(b);
}

void Watcher::place(SavedSearch search) {
  auto& item = items_[search.directory];
  const bool is_new = !item;
  if (is_new) item = std::make_unique<Item>();
  if (is_new) item->serial = ++last_serial_;
  const bool is_other = is_new || !asks_the_same(item->search, search);
  item->search = std::move(search);
  look_up_archives(*item);
  if (!is_other) return;
  const auto seconds = [](std::int64_t count) {
    return milliseconds(std::clamp<std::int64_t>(count, 0, milliseconds(kLongestDuration).count() / 1000) * 1000);
  };
  item->interval = std::max(item->search.interval ? seconds(*item->search.interval) : interval_, kLeast);
  item->slack = item->search.slack ? seconds(*item->search.slack) : has_slack_ ? slack_ : item->interval / 5;
  timers_.cancel(item->regular);
  timers_.cancel(item->soon);
  item->is_soon = false;
  if (reports_.remark && is_new)
    reports_.remark(fmt::format("# watching for {}", net::without_password(item->search.place())));
  run_soon(*item);
}

void Watcher::remove(Item& item) {
  timers_.cancel(item.regular);
  timers_.cancel(item.soon);
  timers_.cancel(item.flags);
  if (reports_.remark)
    reports_.remark(fmt::format("# no longer watching for {}", net::without_password(item.search.place())));
}

Result<void> Watcher::reload() {
  TRY_VOID(read_defaults());
  auto found = list_saved_searches(home_);
  for (const auto& problem : found.problems) reports_.failed(problem);
  std::set<fs::path> there;
  for (auto& search : found.all) {
    if (!reason_to_skip(search, env_.now()).empty()) continue;
    there.insert(search.directory);
    place(std::move(search));
  }
  for (auto it = items_.begin(); it != items_.end();) {
    if (there.contains(it->first)) {
      ++it;
      continue;
    }
    remove(*it->second);
    it = items_.erase(it);  // what it runs ends by itself
  }
  folders_->watch_only(settings_, interval_);
  watch_everything();
  return {};
}

void Watcher::watch_directory(const std::string& directory, std::uint32_t what, std::set<std::string>& watched) {
  if (!watched.insert(directory).second) return;
  const auto done = changes_->watch(directory, what);
  if (!done && done.error().kind != Error::Kind::kNotFound && unwatched_.insert(directory).second)
    reports_.failed(done.error());
}

void Watcher::watch_archive(const std::string& directory, std::set<std::string>& watched) {
  parts_[directory] = directory;
  watch_directory(directory, Inotify::kWritten | Inotify::kPlaced, watched);
  const auto layout = archive::find_layout(directory);
  if (!layout) return;
  const auto index = layout->index().string();
  parts_[index] = directory;
  watch_directory(index, Inotify::kWritten | Inotify::kPlaced, watched);
}

void Watcher::watch_everything() {
  std::set<std::string> watched;
  constexpr auto kAll = Inotify::kPlaced | Inotify::kGone;
  watch_directory(home_.saved_searches.string(), kAll, watched);
  watch_directory(home_.config.parent_path().string(), Inotify::kPlaced, watched);
  watch_directory(home_.own.string(), Inotify::kWritten, watched);  // keywords
  if (const auto registry = archive::Registry::load(env_)) registry_ = registry->file();
  if (!registry_.empty()) watch_directory(registry_.parent_path().string(), Inotify::kPlaced, watched);
  // Also those that are paused: they may be resumed.
  std::error_code error;
  for (fs::directory_iterator it(home_.saved_searches, error), end; !error && it != end; it.increment(error))
    if (it->is_directory(error)) watch_directory(it->path().string(), Inotify::kPlaced, watched);
  parts_.clear();
  for (const auto& [directory, item] : items_)
    for (const auto& archive : item->archives) watch_archive(archive, watched);
  watch_outputs(watched);
  changes_->keep_only(watched);
}

// Where mail programs change flags. A Maildir may be made later: then its next update sees to it.
void Watcher::watch_outputs(std::set<std::string>& watched) {
  outputs_.clear();
  std::map<std::string, std::string> urls;
  for (const auto& [directory, item] : items_) {
    const auto& search = item->search;
    if (search.is_remote()) urls.emplace(directory.string(), search.output);
    if (!search.output.starts_with("maildir:")) continue;
    const auto current = (fs::path(search.place()) / "cur").string();
    if (folders_->is_paused(search.output)) continue;
    outputs_[current] = item.get();
    watch_directory(current, Inotify::kPlaced | Inotify::kGone, watched);
  }
  for (const auto& each : folders_->directories()) watch_directory(each, Inotify::kPlaced | Inotify::kGone, watched);
  mailboxes_->watch_only(*settings_, urls);
}

void Watcher::reload_soon() {
  if (timers_.rearm(reload_, TimerfdDriver::now() + kSoon, kSoonSlack)) return;
  reload_ = timers_.add(TimerfdDriver::now() + kSoon, kSoonSlack, [this](Time) {
    if (auto done = reload(); !done) reports_.failed(done.error());  // what is wrong now may be mended
  });
}

void Watcher::archive_changed(const Inotify::Change& change) {
  const auto part = parts_.find(change.directory);
  const auto& archive = part->second;
  const bool is_own = change.directory == archive;
  if (change.name.empty() || (is_own && is_index(change.name))) reload_soon();  // another directory is there now
  const bool is_news = change.name.empty() || (is_own && (is_indexers_lock(change.name) || is_index(change.name))) ||
                       is_index_file(change.name);
  if (!is_news) return;
  for (const auto& [directory, item] : items_)
    if (item->archives.contains(archive)) run_soon(*item);
}

Result<void> Watcher::hear() {
  TRY(const auto changes, changes_->read());
  for (const auto& change : changes) {
    const bool is_of_folder = folders_->hear(change);
    if (change.directory == home_.own.string()) {
      if (change.name.empty() || change.name == home_.marks().filename()) folders_->keywords_changed();
      continue;
    }
    if (parts_.contains(change.directory)) {
      archive_changed(change);
      continue;
    }
    if (const auto output = outputs_.find(change.directory); output != outputs_.end()) {
      read_flags_soon(*output->second);
      continue;
    }
    if (is_of_folder) continue;
    const bool is_search = change.name == "lei.saved-search";
    const bool is_below = change.directory == home_.saved_searches.string();
    const auto file = fs::path(change.directory) / change.name;
    const bool is_setting = file == home_.config || file == registry_;
    const auto item = items_.find(change.directory);
    if (is_search && item != items_.end()) {
      // Mostly it is our own note of how far it has read.
      const auto now = read_saved_search(item->first);
      if (!now || !asks_the_same(*now, item->second->search) || !reason_to_skip(*now, env_.now()).empty())
        reload_soon();
    } else if (is_search || is_below || is_setting || change.name.empty()) {
      reload_soon();
    }
  }
  return {};
}

// A change that comes all the time does not put it off.
void Watcher::run_soon(Item& item) {
  if (item.is_running) item.again = true;
  if (item.is_running || item.is_soon) return;
  item.is_soon = true;
  const auto pause = std::clamp<std::chrono::nanoseconds>(2 * item.took, kSoon, kLongestPause);
  item.soon = timers_.add(TimerfdDriver::now() + pause, kSoonSlack, [this, raw = &item](Time) { start(*raw); });
}

void Watcher::read_flags_soon(Item& item) {
  if (item.is_running) item.flags_again = true;
  if (item.is_running || item.reads_flags_soon) return;
  item.reads_flags_soon = true;
  const auto pause = std::clamp<std::chrono::nanoseconds>(10 * item.took, kFlagsSoon, kLongestPause);
  item.flags = timers_.add(TimerfdDriver::now() + pause, kFlagsSlack, [this, raw = &item](Time) { read_flags(*raw); });
}

void Watcher::read_flags(Item& item) {
  item.reads_flags_soon = false;
  if (item.is_running) {
    item.flags_again = true;
    return;
  }
  item.is_running = true;
  auto options = options_.updating;
  options.logins = &logins_;
  pool_->add([this, search = item.search, settings = settings_, options, serial = item.serial]() -> WorkPool::Outcome {
    auto flags = env_.stop_requested() ? stopped(search) : read_back(env_, *settings, search, options);
    return [this, name = search.directory, flags = std::move(flags), serial](auto took) {
      const auto found = items_.find(name);
      if (found != items_.end() && found->second->serial == serial) flags_are_read(*found->second, flags, took);
    };
  });
}

void Watcher::flags_are_read(Item& item, const Result<std::size_t>& flags, std::chrono::nanoseconds took) {
  item.is_running = false;
  item.took = took;
  if (flags && *flags && reports_.remark)
    reports_.remark(
        fmt::format("# {}: flags of {} messages read back", net::without_password(item.search.place()), *flags));
  if (!flags && is_busy(flags.error())) item.flags_again = true;
  // What else is wrong with the destination, its next update tells.
  if (std::exchange(item.again, false)) run_soon(item);
  if (std::exchange(item.flags_again, false)) read_flags_soon(item);
}

void Watcher::start(Item& item) {
  if (item.is_running) {
    item.again = true;
    item.is_soon = false;
    return;
  }
  timers_.cancel(item.regular);
  timers_.cancel(item.soon);
  item.is_soon = false;
  item.is_running = true;
  auto options = options_.updating;
  options.logins = &logins_;
  options.has_news = [this, name = item.search.directory.string(), interval = item.interval](net::Http& web,
                                                                                             const std::string& url) {
    return servers_.has_news(web, name, url, interval);
  };
  pool_->add([this, search = item.search, settings = settings_, options, serial = item.serial]() -> WorkPool::Outcome {
    Run run{search, {}, stopped(search), {}, serial};
    if (!env_.stop_requested())
      run.report =
          update(env_, *settings, search, options, run.to, [&](const std::string& line) { run.lines.push_back(line); });
    return [this, run = std::move(run)](auto took) { finish(run, took); };
  });
}

void Watcher::finish(const Run& done, std::chrono::nanoseconds took) {
  const auto name = done.search.directory;
  if (done.report)
    for (const auto& source : done.report->sources)
      if (source.is_remote && source.asked_at && !source.failed) servers_.was_asked(name.string(), source.location);
  auto found = items_.find(name);
  if (found != items_.end() && found->second->serial != done.serial) found = items_.end();
  // What was stopped, or forgotten meanwhile, is nothing to tell of.
  const bool is_busy_now = !done.report && is_busy(done.report.error());
  const bool is_stopped = !done.report && done.report.error().kind == Error::Kind::kCancelled;
  if (!is_stopped && !is_busy_now && (done.report || found != items_.end()))
    reports_.updated({done.search, done.to, done.report, done.lines});
  if (found == items_.end()) return;
  auto& item = *found->second;
  item.is_running = false;
  item.took = is_busy_now ? kBusy : took;
  item.again |= is_busy_now;
  timers_.cancel(item.regular);
  item.regular =
      timers_.add(TimerfdDriver::now() + item.interval, item.slack, [this, raw = &item](Time) { start(*raw); });
  if (std::exchange(item.again, false)) run_soon(item);
  if (std::exchange(item.flags_again, false)) read_flags_soon(item);
  // It may have made its Maildir just now.
  if (const auto current = (fs::path(item.search.place()) / "cur").string(); outputs_.contains(current))
    (void)changes_->watch(current, Inotify::kPlaced | Inotify::kGone);
  // How far it was read is in its file, and the next update wants to know. Was it edited while this ran, that has to be
  // seen as a change.
  if (auto now = read_saved_search(name)) {
    if (asks_the_same(*now, item.search))
      item.search = *std::move(now);
    else
      reload_soon();
  }
}

Result<void> Watcher::loop(TimerfdDriver& driver, const SignalsWhileWaiting& signals) {
  while (!env_.stop_requested()) {
    TRY_VOID(driver.arm());
    pollfd waiting[] = {
        {driver.fd(), POLLIN, 0}, {changes_->fd(), POLLIN, 0}, {pool_->fd(), POLLIN, 0}, {mailboxes_->fd(), POLLIN, 0}};
    if (ppoll(waiting, std::size(waiting), nullptr, signals.mask()) < 0 && errno != EINTR)
      return err_errno(errno, "wait", "");
    pool_->finish();
    TRY_VOID(hear());
    for (const auto& name : mailboxes_->take())
      if (const auto item = items_.find(name); item != items_.end()) read_flags_soon(*item->second);
    TRY([[maybe_unused]] const auto count, driver.run());
  }
  return {};
}

// One watch in a home; and all updates of `up --all` are either over or wait.
Result<std::pair<FileLock, FileLock>> take_locks(const Env& env, const Home& home, const WatchReports& reports) {
  TRY_VOID(make_private_directory(home.own));
  auto watching = FileLock::take(home.own / "watch.lock", LockMode::kExclusive, LockWait::kFail);
  if (!watching) {
    auto error = std::move(watching).error();
    if (error.kind == Error::Kind::kTemporary)
      error = {Error::Kind::kTemporary, "watch", "", "somebody watches already (" + error.next + ")", "", "", 0};
    return tl::unexpected(std::move(error));
  }
  for (bool is_first = true;; is_first = false) {
    auto updating = take_run_lock(home);
    if (updating) return std::pair(*std::move(watching), *std::move(updating));
    if (updating.error().kind != Error::Kind::kTemporary || env.stop_requested())
      return tl::unexpected(std::move(updating).error());
    if (is_first && reports.remark) reports.remark("# waiting for an update that is running");
    wait_for(env, 500ms);
  }
}

Result<void> Watcher::run() {
  const auto locks = take_locks(env_, home_, reports_);
  if (!locks) return env_.stop_requested() ? Result<void>() : tl::unexpected(locks.error());
  TRY_VOID(make_private_directory(home_.saved_searches));
  TRY_VOID(make_private_directory(home_.config.parent_path()));  // the file may come later
  TRY(changes_, Inotify::create());
  TRY(auto driver, TimerfdDriver::create(timers_));
  TRY_VOID(read_defaults());
  logins_.prepare(*settings_, list_saved_searches(home_).all);
  SignalsWhileWaiting signals;
  const unsigned threads = options_.updating.jobs ? options_.updating.jobs
                                                  : std::clamp(std::thread::hardware_concurrency(), 1u, kMostThreads);
  TRY(pool_, WorkPool::create(threads));
  TRY(mailboxes_, MailboxNews::create(env_, logins_.credentials()));
  folders_ = std::make_unique<FolderWatch>(env_, timers_, *changes_, *pool_, reports_);
  auto done = reload();
  if (done && items_.empty() && folders_->is_empty() && reports_.remark)
    reports_.remark("# nothing to watch yet: lorelei q -o DST TERM..., or lorelei add-watch MAILDIR");
  if (done) done = loop(driver, signals);
  mailboxes_.reset();
  signals.restore();  // a second ^C ends what does not end by itself
  pool_->stop();
  pool_->finish();
  return done;
}

}  // namespace

Result<void> watch(Env& env, const WatchOptions& options, const WatchReports& reports) {
  return Watcher(env, options, reports).run();
}

}  // namespace lorelei::lei
