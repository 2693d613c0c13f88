// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/time_limit.hh"

#include <algorithm>

namespace lorelei {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

static constexpr milliseconds kStep{50};  // how soon the user's wish is heard

TimeLimit::TimeLimit(const Env& user, std::optional<milliseconds> limit) : env_(user) {
  if (!limit) return;
  env_.cancelled = &stop_;
  thread_ = std::thread([this, &user, limit] { wait(user, *limit); });
}

TimeLimit::~TimeLimit() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_done_ = true;
  }
  done_.notify_one();
  thread_.join();
}

void TimeLimit::wait(const Env& user, milliseconds limit) {
  const auto end = steady_clock::now() + limit;
  std::unique_lock lock(mutex_);
  while (!is_done_) {
    if (user.stop_requested()) return stop_.store(true);
    const auto now = steady_clock::now();
    if (now >= end) {
      is_over_ = true;
      return stop_.store(true);
    }
    done_.wait_until(lock, std::min(end, now + kStep));
  }
}

void wait_for(const Env& env, milliseconds limit) {
  const auto end = steady_clock::now() + limit;
  for (auto now = steady_clock::now(); now < end && !env.stop_requested(); now = steady_clock::now())
    std::this_thread::sleep_for(std::min<steady_clock::duration>(end - now, kStep));
}

}  // namespace lorelei
