// SPDX-License-Identifier: GPL-3.0-or-later
// Work that may take so long and no longer: an Env whose wish to stop comes from the user or from the clock.
//
//   TimeLimit limit(env, wanted);        // nothing wanted: the time is never over
//   work(limit.env());
//   if (limit.is_over()) ...             // it was the clock
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/env.hh"

namespace lorelei {

class TimeLimit {
 public:
  TimeLimit(const Env&, std::optional<std::chrono::milliseconds>);
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;
  ~TimeLimit();

  Env& env() { return env_; }
  bool is_over() const { return is_over_; }

 private:
  void wait(const Env& user, std::chrono::milliseconds);

  Env env_;
  std::atomic<bool> stop_ = false, is_over_ = false;
  std::mutex mutex_;
  std::condition_variable done_;
  bool is_done_ = false;  // guarded by mutex_
  std::thread thread_;
};

// Waits, unless the user says stop.
void wait_for(const Env&, std::chrono::milliseconds);

}  // namespace lorelei
