// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/update.hh"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "base/shell_word.hh"
#include "base/text.hh"
#include "net/url.hh"

namespace lorelei::lei {

namespace {

constexpr unsigned kMostJobs = 4;  // unless the user says more: servers and disks are shared

std::string days_text(std::int64_t seconds) {
  constexpr std::int64_t kDay = 86'400;
  const auto days = (seconds + kDay / 2) / kDay;
  return days == 1 ? "a day" : days ? fmt::format("{} days", days) : fmt::format("{} seconds", seconds);
}

// --no-local and the like win even over sources that the search names.
void apply_flags(SourceWish& wish, const UpdateOptions& options) {
  const auto is_off = [](const std::optional<bool>& flag) { return flag && !*flag; };
  if (options.external) wish.external = options.external;
  if (options.local) wish.local = options.local;
  if (options.remote) wish.remote = options.remote;
  const auto drop = [&](auto&& is_unwanted) {
    std::erase_if(wish.only, is_unwanted);
    std::erase_if(wish.include, is_unwanted);
  };
  if (is_off(options.remote)) drop([](const std::string& l) { return is_web_url(l); });
  if (is_off(options.local)) drop([](const std::string& l) { return !is_web_url(l); });
  drop([&](const std::string& l) {
    return std::find(options.exclude.begin(), options.exclude.end(), l) != options.exclude.end();
  });
  if (is_off(options.external)) wish.only.clear();
  wish.exclude.insert(wish.exclude.end(), options.exclude.begin(), options.exclude.end());
}

// Of a search that ends some time behind its last new message: the end moves, or has come.
Result<void> move_end(const SavedSearch& search, std::int64_t now, DeliveryReport& report) {
  const auto set = [&](const char* name, std::string value) {
    return change_saved_search(search.file(), {{"lorelei", std::nullopt, name, std::move(value)}});
  };
  if (report.written) return set("expires", std::to_string(now + *search.expire_after));
  if (!report.problems.empty() || search.expires.value_or(now + 1) > now) return {};
  report.notes.push_back(
      fmt::format("nothing new for {}: {} is not updated any more; the mail stays (to go on: "
                  "lorelei resume {})",
                  days_text(*search.expire_after), search.place(), shell_word(search.place())));
  return set("paused", "true");
}

// A search as it is now, and stays while this lives: since it was listed it may have been changed, paused or forgotten.
struct Current {
  SearchLock lock;
  SavedSearch search;

  // Nothing: it is not to be updated any more.
  static Result<std::optional<Current>> of(const SavedSearch& listed) {
    auto lock = SearchLock::take(listed);
    if (!lock && lock.error().kind == Error::Kind::kNotFound) return std::nullopt;
    if (!lock) return tl::unexpected(std::move(lock).error());
    auto search = read_saved_search(listed.directory);
    if (!search && search.error().kind == Error::Kind::kNotFound) return std::nullopt;
    if (!search) return tl::unexpected(std::move(search).error());
    if (search->is_paused && !listed.is_paused) return std::nullopt;
    return Current{*std::move(lock), *std::move(search)};
  }
};

DeliveryReport not_any_more(const SavedSearch& search) {
  DeliveryReport report;
  report.notes.push_back(net::without_password(search.place()) + " was paused or forgotten meanwhile");
  return report;
}

}  // namespace

Result<DeliveryReport> update(Env& env, const Settings& settings, const SavedSearch& listed,
                              const UpdateOptions& options, Destination& to, const Say& say) {
  if (const auto* refusal = options.logins ? options.logins->refusal(listed) : nullptr) return tl::unexpected(*refusal);
  TRY(to, parse_destination(listed.output));
  TRY(const auto current, Current::of(listed));
  if (!current) return not_any_more(listed);
  const auto& search = current->search;
  TRY(auto saved, from_saved(env, settings, search, options.manner));
  to = saved.delivery.to;
  saved.request.http = options.http;
  apply_flags(saved.request.wish, options);
  auto& delivery = saved.delivery;
  delivery.locks = options.locks;
  delivery.dry_run = options.dry_run;
  delivery.rescan = options.rescan;
  delivery.redeliver = options.redeliver;
  delivery.redeliver_since = options.redeliver_since;
  delivery.fudge_seconds = options.fudge_seconds;
  delivery.has_news = options.has_news;
  if (options.logins) delivery.credentials = &options.logins->credentials();
  TRY(auto report, deliver(env, settings, saved.request, &search, delivery, say));
  if (search.expire_after && !options.dry_run) TRY_VOID(move_end(search, env.now(), report));
  return report;
}

Result<std::size_t> read_back(Env& env, const Settings& settings, const SavedSearch& listed,
                              const UpdateOptions& options) {
  TRY(const auto current, Current::of(listed));
  if (!current) return 0;
  const auto& search = current->search;
  TRY(auto saved, from_saved(env, settings, search, options.manner));
  saved.delivery.locks = options.locks;
  if (options.logins) saved.delivery.credentials = &options.logins->credentials();
  return read_flags(env, settings, search, saved.request, saved.delivery);
}

void update_all(Env& env, const Settings& settings, const std::vector<SavedSearch>& searches,
                const UpdateOptions& given, const std::function<void(const SavedSearch&)>& begins,
                const std::function<void(const Updated&)>& done) {
  Logins own(env);
  auto options = given;
  if (!options.logins) options.logins = &own;
  options.logins->prepare(settings, searches);
  const unsigned jobs = options.jobs ? options.jobs : std::clamp(std::thread::hardware_concurrency(), 1u, kMostJobs);
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;  // guards begins and done
  const auto work = [&] {
    for (std::size_t i = next++; i < searches.size(); i = next++) {
      std::vector<std::string> lines;
      Destination to;
      Result<DeliveryReport> report =
          err(Error::Kind::kCancelled, "update", net::without_password(searches[i].place()), "it was stopped");
      if (!env.stop_requested()) {
        {
          const std::lock_guard lock(mutex);
          if (begins) begins(searches[i]);
        }
        report =
            update(env, settings, searches[i], options, to, [&](const std::string& line) { lines.push_back(line); });
      }
      const std::lock_guard lock(mutex);
      done({searches[i], to, std::move(report), std::move(lines)});
    }
  };
  std::vector<std::thread> workers;
  for (unsigned i = 1; i < jobs && i < searches.size(); ++i) workers.emplace_back(work);
  work();
  for (auto& worker : workers) worker.join();
}

Result<FileLock> take_run_lock(const Home& home) {
  TRY_VOID(make_private_directory(home.own));
  return FileLock::take(home.own / "update.lock", LockMode::kExclusive, LockWait::kFail);
}

std::string reason_to_skip(const SavedSearch& search, std::int64_t now) {
  if (search.is_paused) return "it is paused";
  // One that ends behind its last message is looked at once more first.
  if (search.expires && !search.expire_after && *search.expires <= now) return "its time is over";
  return {};
}

}  // namespace lorelei::lei
