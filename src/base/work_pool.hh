// SPDX-License-Identifier: GPL-3.0-or-later
// Threads that work for one that waits: work goes in, what to do with its outcome comes out, and a descriptor says
// when.
//
//   pool->add([path] {
//     auto text = read(path);                                       // on a thread of the pool
//     return [text](std::chrono::nanoseconds took) { show(text); };  // on the one that waits
//   });
//   poll(...pool->fd()...);
//   pool->finish();                                                 // calls what is ready
#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/files.hh"

namespace lorelei {

class WorkPool {
 public:
  using Outcome = std::function<void(std::chrono::nanoseconds took)>;  // how long the work took
  using Work = std::function<Outcome()>;                               // neither may throw

  // Its threads have the signal mask of the caller. Errors: kFailed, no descriptor to be had.
  static Result<std::unique_ptr<WorkPool>> create(unsigned threads);
  ~WorkPool() { stop(); }
  void stop();  // waits for what runs; what has not begun is forgotten

  void add(Work);                           // begun in this order
  int fd() const { return wakeup_.get(); }  // readable when something is ready
  // Calls what is ready, in the order in which it became so; what it adds comes later.
  void finish();

 private:
  WorkPool() = default;
  void work();

  Fd wakeup_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<Work> waiting_;                                         // guarded by mutex_
  std::vector<std::pair<Outcome, std::chrono::nanoseconds>> ready_;  // guarded by mutex_
  bool is_over_ = false;                                             // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace lorelei
