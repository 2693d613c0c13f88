// SPDX-License-Identifier: GPL-3.0-or-later
// Timers that may run anywhere within an interval, so that one wakeup serves many.
//
// A timer is [soft, hard]: not before soft, not after hard; what lies between is its slack. The queue names one point
// in time, next_deadline(): the lowest hard expiry of all that is pending. Whoever drives it calls run(now) then, and
// also whenever it is awake for another reason; each call runs every timer whose soft expiry has passed.
//
// WHY THAT IS RIGHT  Nobody is late, because no hard expiry lies before the lowest. Nobody is early, because run()
// looks at the soft one. And no schedule of wakeups gets by with fewer:
//
//   Let w1 < w2 < ... be the wakeups that were asked for, and T1, T2, ... timers whose hard expiry named them, so that
//   hard(Tk) = wk. Tk was still pending after w(k-1), hence soft(Tk) > w(k-1). So Tk's interval lies wholly within
//   (w(k-1), wk]: the intervals of T1, T2, ... do not touch each other, and any schedule needs a point in each.
//   A timer that was added late counts from when it was added: the rule uses nothing that it does not know yet, and an
//   addition can only lower the next wakeup. Only a cancellation can make a wakeup, once it has been used, superfluous.
//
// The wakeup must be the lowest *hard* expiry. A queue that sorts by soft expiry and asks for the first timer's hard
// one is late: [10,60] and [30,30] would be woken for at 60.
//
// POLICY  kEager is the above. kLazy is the loop of the kernel's hrtimers: run the timer of the lowest hard expiry as
// long as its soft one has passed, and stop at the first for which it has not, whatever is due behind it. It asks for
// the same wakeups (what is due behind X waits for X, whose hard expiry is no later than its own), unless X is
// cancelled; it needs one heap rather than two.
//
// ORDER   by hard expiry, then as added. What one run() runs is chosen before it calls anybody: a timer added or armed
// anew by a callback runs in a later call, even when it is due (next_deadline() <= now then asks for one). Callbacks
// may add, cancel, arm and destroy any timer, the one that runs and the queue itself; they may not throw or call run().
//
// COST    add, cancel, rearm and each expiry O(log n), next_deadline() O(1). Memory is taken when there are more timers
// than ever before, or by reserve(), which does not reserve for callbacks; otherwise never. A timer without slack
// stands in one heap, others in two.
//
// One thread. Times are of CLOCK_MONOTONIC or any other clock: the queue compares them and reads no clock itself.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "base/timer_heap.hh"

namespace lorelei {

class RangeTimerQueue;

// A timer that is part of an object of yours: nothing is allocated for it. It must not move while it is pending.
class RangeTimer {
 public:
  using TimePoint = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;
  using Duration = std::chrono::nanoseconds;

  RangeTimer() = default;
  RangeTimer(const RangeTimer&) = delete;
  RangeTimer& operator=(const RangeTimer&) = delete;
  virtual ~RangeTimer();  // cancels

  bool pending() const { return queue_ != nullptr; }
  TimePoint soft() const { return soft_; }
  TimePoint hard() const { return hard_; }

 protected:
  // Called by run(); the timer is no longer pending, and may be armed again or destroyed here.
  virtual void expired(TimePoint now) = 0;

 private:
  friend class RangeTimerQueue;
  RangeTimerQueue* queue_ = nullptr;
  TimePoint soft_ = {}, hard_ = {};
  TimerHeap::Slot slot_ = TimerHeap::kNowhere;
};

class RangeTimerQueue {
 public:
  using TimePoint = RangeTimer::TimePoint;
  using Duration = RangeTimer::Duration;
  using Callback = std::function<void(TimePoint now)>;
  enum class Policy { kEager, kLazy };
  static constexpr std::size_t kNoBudget = std::numeric_limits<std::size_t>::max();
  // A timer of the queue's own. It stays valid until its timer has run (and was not armed again) or was cancelled;
  // later every call with it answers false. No other timer ever gets the same one.
  struct Handle {
    std::uint32_t index = 0;
    std::uint32_t slot = 0;    // where it stood when it was added: a hint, what memory to fetch
    std::uint64_t serial = 0;  // 0: no timer
  };
  struct Stats {
    std::uint64_t needed_wakeups = 0;        // calls of run() that found a timer at or past its hard expiry
    std::uint64_t fired = 0;                 // timers run
    std::uint64_t fired_on_free_wakeup = 0;  // of these, in calls that no hard expiry had asked for
    Duration max_lateness = {};              // longest time by which run() came after a hard expiry
  };

  explicit RangeTimerQueue(Policy = Policy::kEager);
  RangeTimerQueue(const RangeTimerQueue&) = delete;
  RangeTimerQueue& operator=(const RangeTimerQueue&) = delete;
  ~RangeTimerQueue();  // timers that are still pending will not run

  // soft + slack that no TimePoint can hold becomes TimePoint::max(), which never asks for a wakeup. Slack below zero
  // is 0.
  Handle add(TimePoint soft, Duration slack, Callback);
  bool cancel(Handle);  // was it pending?
  // Pending or within its own callback: a new interval, placed behind all others of the same hard expiry.
  bool rearm(Handle, TimePoint soft, Duration slack);

  void arm(RangeTimer&, TimePoint soft, Duration slack);  // pending already, here: as rearm(). Never in two queues.
  bool cancel(RangeTimer&);                               // was it pending here?

  // Nothing if no pending timer asks for a wakeup.
  std::optional<TimePoint> next_deadline() const;
  // Runs what is due, at most budget of it; returns how many. What a call has chosen and not run for lack of budget is
  // pending still and comes first in the next; as long as that alone uses up the budget, nothing else is looked at.
  std::size_t run(TimePoint now, std::size_t budget = kNoBudget);

  std::size_t size() const { return hard_.size() + chosen_left_; }
  const Stats& stats() const { return stats_; }
  void reserve(std::size_t timers);

 private:
  using Slot = TimerHeap::Slot;
  class Owned;
  static constexpr std::uint32_t kBlock = 256;
  struct Chosen {
    std::int64_t hard;
    std::uint64_t order;
    Slot slot;  // kNowhere: cancelled meanwhile
  };
  static bool earlier(const Chosen& a, const Chosen& b) {
    return a.hard != b.hard ? a.hard < b.hard : a.order < b.order;
  }

  void place(RangeTimer&, TimePoint soft, Duration slack);
  void withdraw(RangeTimer&);
  void choose(TimePoint now);
  void choose_overdue(std::int64_t now);
  void choose_eagerly(std::int64_t now);
  void choose_lazily(std::int64_t now);
  void choose_one(Slot);
  void prefetch(std::size_t ahead) const;
  RangeTimer& take(const Chosen&);
  void skip_cancelled();
  Owned* owned(Handle);
  void release(Owned&);
  void add_block();

  Policy policy_;
  std::uint64_t next_order_ = 1;
  std::vector<RangeTimer*> timers_;    // by slot
  std::vector<std::uint64_t> orders_;  // by slot: when it was armed, counting calls
  std::vector<Slot> free_slots_;
  TimerHeap hard_{orders_};     // all that is pending and not chosen
  TimerHeap soft_{orders_};     // kEager: of these, the ones with slack
  std::vector<Chosen> chosen_;  // in the order in which they run; those before next_chosen_ have run
  std::size_t next_chosen_ = 0;
  std::size_t chosen_left_ = 0;                  // from next_chosen_ on, without the cancelled
  std::vector<std::uint32_t> found_;             // places in a heap, within choose()
  std::vector<std::unique_ptr<Owned[]>> owned_;  // in blocks: a timer does not move
  std::vector<std::uint32_t> free_owned_;
  bool* destroyed_ = nullptr;  // within run(): where the destructor leaves word
  Stats stats_;
};

}  // namespace lorelei
