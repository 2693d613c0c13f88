// SPDX-License-Identifier: GPL-3.0-or-later
// Threads that update searches for one that waits: jobs go in, results come out, and a descriptor says when.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "lei/update.hh"

namespace lorelei::lei {

class UpdatePool {
 public:
  enum class Kind { kUpdate, kReadBack };
  struct Job {
    SavedSearch search;
    std::shared_ptr<const Settings> settings;
    UpdateOptions options;
    Kind kind = Kind::kUpdate;
  };
  struct Finished {
    SavedSearch search;
    Destination to;
    Result<DeliveryReport> report;
    std::vector<std::string> lines;
    std::chrono::nanoseconds took{};
    Kind kind = Kind::kUpdate;  // kReadBack: of the report only an error, and the number written, of flags
  };

  // Its threads have the signal mask of the caller. env must outlive it. Errors: kFailed, no descriptor to be had.
  static Result<std::unique_ptr<UpdatePool>> create(Env& env, unsigned threads);
  ~UpdatePool() { stop(); }
  void stop();  // waits for what runs; what has not begun is forgotten

  void add(Job);
  int fd() const { return wakeup_.get(); }  // readable when something is finished
  std::vector<Finished> take();

 private:
  explicit UpdatePool(Env& env) : env_(env) {}
  void work();

  Env& env_;
  Fd wakeup_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<Job> jobs_;            // guarded by mutex_
  std::vector<Finished> finished_;  // guarded by mutex_
  bool is_over_ = false;            // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace lorelei::lei
