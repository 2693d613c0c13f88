// SPDX-License-Identifier: GPL-3.0-or-later
// One timerfd for a whole RangeTimerQueue: a descriptor for poll(2) or epoll(7) that is readable when run() is due.
//
//   TRY(auto driver, TimerfdDriver::create(queue));
//   for (;;) { TRY_VOID(driver.arm()); poll(...driver.fd(), and what else there is...); TRY_VOID(driver.run()); }
//
// Call run() after every wait, whatever ended it: a wakeup for something else is one that timers get for nothing. The
// kernel gives a timerfd no slack of its own (PR_SET_TIMERSLACK does not apply to it), so all of it is the queue's.
#pragma once
#include "base/files.hh"
#include "base/range_timer.hh"
#include "base/result.hh"

namespace lorelei {

class TimerfdDriver {
 public:
  // The queue, whose times are of CLOCK_MONOTONIC, must outlive the driver. Errors: kFailed, no descriptor to be had.
  static Result<TimerfdDriver> create(RangeTimerQueue&);
  static RangeTimer::TimePoint now();

  int fd() const { return fd_.get(); }
  // Before each wait. A system call only if next_deadline() has moved.
  Result<void> arm();
  // Runs what is due now, at most budget timers; how many.
  Result<std::size_t> run(std::size_t budget = RangeTimerQueue::kNoBudget);
  std::uint64_t times_armed() const { return times_armed_; }

 private:
  TimerfdDriver(RangeTimerQueue& queue, Fd fd) : queue_(&queue), fd_(std::move(fd)) {}
  RangeTimerQueue* queue_;
  Fd fd_;
  std::optional<RangeTimer::TimePoint> armed_;  // what the descriptor is set to
  std::uint64_t times_armed_ = 0;
};

}  // namespace lorelei
