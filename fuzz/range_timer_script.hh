// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes as a script of what can be done to a RangeTimerQueue, run beside a vector that is searched from end to end.
// The fuzz target feeds it what the fuzzer finds, tests/base/range_timer_test.cc random bytes.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/range_timer.hh"

namespace lorelei {

// The same rules with no structure at all.
class NaiveTimers {
 public:
  struct Timer {
    int id = 0;
    std::int64_t soft = 0, hard = 0;
    std::uint64_t order = 0;
    bool chosen = false;
  };

  explicit NaiveTimers(RangeTimerQueue::Policy policy) : policy_(policy) {}

  void add(int id, std::int64_t soft, std::int64_t slack) {
    const bool fits = slack <= 0 || soft <= INT64_MAX - slack;
    timers_.push_back({id, soft, fits ? soft + std::max<std::int64_t>(slack, 0) : INT64_MAX, ++order_, false});
  }
  bool holds(int id) const {
    return std::any_of(timers_.begin(), timers_.end(), [&](const Timer& t) { return t.id == id; });
  }
  bool remove(int id) {
    return std::erase_if(timers_, [&](const Timer& t) { return t.id == id; }) > 0;
  }
  std::size_t size() const { return timers_.size(); }

  void choose(std::int64_t now, std::size_t budget) {
    sort();
    const auto left = std::count_if(timers_.begin(), timers_.end(), [](const Timer& t) { return t.chosen; });
    if (static_cast<std::size_t>(left) >= budget) return;
    for (Timer& timer : timers_) {
      if (timer.chosen) continue;
      if (timer.soft <= now)
        timer.chosen = true;
      else if (policy_ == RangeTimerQueue::Policy::kLazy)
        break;
    }
  }
  const Timer* next_chosen() {
    sort();
    for (const Timer& timer : timers_)
      if (timer.chosen) return &timer;
    return nullptr;
  }
  std::optional<std::int64_t> next_deadline() {
    sort();
    if (timers_.empty() || timers_.front().hard == INT64_MAX) return std::nullopt;
    return timers_.front().hard;
  }

 private:
  void sort() {
    std::sort(timers_.begin(), timers_.end(),
              [](const Timer& a, const Timer& b) { return a.hard != b.hard ? a.hard < b.hard : a.order < b.order; });
  }
  RangeTimerQueue::Policy policy_;
  std::vector<Timer> timers_;
  std::uint64_t order_ = 0;
};

// run() gives back the first difference, or nothing.
class RangeTimerScript {
 public:
  RangeTimerScript(RangeTimerQueue::Policy policy, std::string_view script)
      : policy_(policy), naive_(policy), script_(script) {
    fresh();
    for (int id = 0; id < kIntrusive; ++id) own(id);
  }

  std::string run() {
    while (!script_.empty() && wrong_.empty()) {
      step();
      compare();
    }
    return wrong_;
  }

 private:
  static constexpr int kIntrusive = 8;  // ids below are timers of ours, from here on the queue's
  static constexpr int kTimers = 24;

  struct Mine : RangeTimer {
    Mine(RangeTimerScript& whole, int number) : script(whole), id(number) {}
    void expired(TimePoint now) override { script.fired(id, now); }
    RangeTimerScript& script;
    const int id;
  };

  std::uint8_t byte() {
    if (script_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(script_.front());
    script_.remove_prefix(1);
    return value;
  }
  static RangeTimer::TimePoint at(std::int64_t ticks) { return RangeTimer::TimePoint(RangeTimer::Duration(ticks)); }
  void fresh() {
    queue_ = std::make_unique<RangeTimerQueue>(policy_);
    naive_ = NaiveTimers(policy_);
    handles_ = {};
  }
  void own(int id) { mine_[static_cast<std::size_t>(id)] = std::make_unique<Mine>(*this, id); }
  void expect(bool holds, const char* what) {
    if (!holds && wrong_.empty()) wrong_ = what;
  }

  // The end of time is a time, too: there is nothing behind it.
  std::int64_t later(std::int64_t ticks) const {
    return ticks > 0 && now_ > INT64_MAX - ticks ? INT64_MAX : now_ + ticks;
  }

  void arm(int id) {
    const auto index = static_cast<std::size_t>(id);
    std::int64_t soft = later(byte() % 32 - 4);
    const std::uint8_t width = byte();
    std::int64_t slack = width % 4 == 0 ? 0 : width % 32;
    if (width == 255) slack = INT64_MAX;
    if (width == 254) slack = -1;
    actions_[index] = byte();
    const bool known = naive_.remove(id) || id == running_;
    if (id < kIntrusive) {
      queue_->arm(*mine_[index], at(soft), RangeTimer::Duration(slack));
    } else if (known) {
      expect(queue_->rearm(handles_[index], at(soft), RangeTimer::Duration(slack)), "a known handle was not armed");
    } else {
      expect(!queue_->rearm(handles_[index], at(soft), RangeTimer::Duration(slack)), "a dead handle was armed");
      handles_[index] =
          queue_->add(at(soft), RangeTimer::Duration(slack), [this, id](RangeTimer::TimePoint now) { fired(id, now); });
    }
    naive_.add(id, soft, slack);
  }

  void cancel(int id) {
    const auto index = static_cast<std::size_t>(id);
    const bool expected = naive_.remove(id);
    const bool was = id < kIntrusive ? queue_->cancel(*mine_[index]) : queue_->cancel(handles_[index]);
    expect(was == expected, "cancel differs");
    // A handle that is cancelled after it was armed within its own callback is dead from then on.
    if (id == running_ && was) running_ = -1;
  }

  void wake(std::int64_t now, std::size_t budget) {
    now_ = std::max(now_, now);
    naive_.choose(now_, budget);
    const auto* first = naive_.next_chosen();
    const bool needed = first && first->hard <= now_;
    const auto before = queue_->stats();
    count_ = 0;
    const std::size_t count = queue_->run(at(now_), budget);
    running_ = -1;
    expect(count == count_, "the count of run() differs");
    if (!queue_) return fresh();
    const auto& after = queue_->stats();
    expect(after.fired == before.fired + count, "fired differs");
    expect(after.needed_wakeups == before.needed_wakeups + (needed && budget > 0), "needed_wakeups differs");
    expect(after.fired_on_free_wakeup == before.fired_on_free_wakeup + (needed ? 0 : count), "free wakeups differ");
    expect(count == budget || !naive_.next_chosen(), "run() left something out");
  }

  void fired(int id, RangeTimer::TimePoint now) {
    const auto* next = naive_.next_chosen();
    expect(next && next->id == id, "another timer was to run");
    expect(now == at(now_), "run() passes another time on");
    naive_.remove(id);
    ++count_;
    running_ = id;
    const std::uint8_t action = actions_[static_cast<std::size_t>(id)];
    const int other = (action >> 3) % kTimers;
    switch (action % 8) {
      case 1:
        arm(id);
        break;
      case 2:
        arm(other);
        break;
      case 3:
        cancel(other);
        break;
      case 4:
        if (other < kIntrusive) naive_.remove(other), own(other);
        break;
      case 5:
        arm(id);
        cancel(id);
        arm(other);
        break;
      case 6:
        if (action > 200) queue_.reset(), naive_ = NaiveTimers(policy_);
        break;
      default:
        break;
    }
    if (queue_) compare();
  }

  void compare() {
    const auto real = queue_->next_deadline();
    const auto naive = naive_.next_deadline();
    expect(real.has_value() == naive.has_value() && (!real || *real == at(*naive)), "next_deadline() differs");
    expect(queue_->size() == naive_.size(), "size() differs");
  }

  void step() {
    const std::uint8_t op = byte();
    const int id = op / 8 % kTimers;
    switch (op % 8) {
      case 0:
      case 1:
      case 2:
        arm(id);
        break;
      case 3:
        cancel(id);
        break;
      case 4:
        wake(later(byte() % 16), RangeTimerQueue::kNoBudget);
        break;
      case 5:
        wake(later(byte() % 16), static_cast<std::size_t>(id) % 5);
        break;
      case 6:
        if (const auto next = queue_->next_deadline())
          wake(next->time_since_epoch().count(), RangeTimerQueue::kNoBudget);
        break;
      case 7:
        if (id < kIntrusive)
          naive_.remove(id), own(id);
        else if (id == kTimers - 1 && byte() == 7)
          fresh();
        break;
      default:
        break;
    }
  }

  RangeTimerQueue::Policy policy_;
  NaiveTimers naive_;
  std::string_view script_;
  std::array<std::unique_ptr<Mine>, kIntrusive> mine_;
  std::array<RangeTimerQueue::Handle, kTimers> handles_ = {};
  std::array<std::uint8_t, kTimers> actions_ = {};
  std::unique_ptr<RangeTimerQueue> queue_;
  std::int64_t now_ = 0;
  int running_ = -1;  // whose callback runs
  std::size_t count_ = 0;
  std::string wrong_;
};

}  // namespace lorelei
