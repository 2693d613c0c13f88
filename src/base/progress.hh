// SPDX-License-Identifier: GPL-3.0-or-later
// How far a long job is, on one line of the terminal that is rewritten at most once a second:
//
//   index io-uring  epoch 2/3  41,200/96,310 messages  3,480/s  16 s left
//
// Nothing is shown where stderr is no terminal, or with -q; a job of less than a second shows nothing either. The rate
// is that of the last seconds. advance() may be called from any thread and costs one atomic addition.
//
//   Progress progress(env, "index io-uring", {.unit = "messages", .total = 96'310, .talk = talk});
//   progress.advance(n);
//   progress.finish("io-uring: 96,310 messages indexed in 28 s");      the summary is shown on a pipe too
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/env.hh"

namespace lorelei {

class Progress {
 public:
  struct Options {
    const char* unit = "";    // "messages"; "bytes" are shown as 12.3 MiB
    std::uint64_t total = 0;  // 0: not known
    Talk talk = Talk::kNormal;
    std::function<std::chrono::steady_clock::time_point()> clock = std::chrono::steady_clock::now;
  };
  Progress(const Env&, std::string what, Options);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  // takes the line away

  void advance(std::uint64_t count = 1);
  void set_total(std::uint64_t total) { total_.store(total, std::memory_order_relaxed); }
  void set_stage(std::string stage);  // "epoch 2/3"
  std::uint64_t done() const { return done_.load(std::memory_order_relaxed); }
  std::chrono::milliseconds elapsed() const;
  // The line goes, the summary stays (nothing of it with -q; nothing at all if it is empty).
  void finish(std::string_view summary);

 private:
  using Time = std::chrono::steady_clock::time_point;
  void show(Time now);
  std::string line(Time now);

  const Env& env_;
  const std::string what_;
  const Options options_;
  const Time begin_;
  const bool visible_;
  std::atomic<std::uint64_t> done_ = 0, total_;
  std::atomic<std::int64_t> next_ms_ = 1'000;  // since begin_
  std::mutex mutex_;
  std::string stage_;            // guarded by mutex_
  Time last_;                    // guarded by mutex_: of the last line
  std::uint64_t last_done_ = 0;  // guarded by mutex_
  double rate_ = 0;              // guarded by mutex_: a second, the newer intervals count more
  bool shown_ = false;           // guarded by mutex_
};

// Takes a progress line away before something else is written to stderr; nothing if there cannot be one.
void clear_progress_line(const Env&);

std::string count_text(std::uint64_t);                               // 41,200
std::string size_text(std::uint64_t bytes);                          // 12.3 MiB
std::string duration_text(std::chrono::milliseconds);                // 0.4 s, 28 s, 3 min 20 s, 2 h 5 min
std::string elide_middle(std::string_view utf8, std::size_t width);  // what is cut is in the middle, an ellipsis there

}  // namespace lorelei
