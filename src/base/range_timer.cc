// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/range_timer.hh"

#include <algorithm>
#include <cassert>
#include <utility>

namespace lorelei {

using TimePoint = RangeTimer::TimePoint;

static std::int64_t ticks(TimePoint time) { return time.time_since_epoch().count(); }

static TimePoint hard_of(TimePoint soft, RangeTimer::Duration slack) {
  if (slack <= RangeTimer::Duration::zero()) return soft;
  std::int64_t sum = 0;
  if (__builtin_add_overflow(ticks(soft), slack.count(), &sum)) return TimePoint::max();
  return TimePoint(RangeTimer::Duration(sum));
}

static RangeTimer::Duration span(std::int64_t from, std::int64_t to) {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(to, from, &difference)) return RangeTimer::Duration::max();
  return RangeTimer::Duration(difference);
}

// The timer behind a Handle.
class RangeTimerQueue::Owned : public RangeTimer {
 public:
  // While the callback runs it is here on the stack: it may destroy the queue, and with it this object.
  void expired(TimePoint now) override {
    const bool* const destroyed = queue->destroyed_;
    const std::uint64_t mine = serial;
    Callback running = std::move(callback);
    running(now);
    if (*destroyed || serial != mine) return;
    if (pending())
      callback = std::move(running);
    else
      queue->release(*this);
  }

  Slot slot() const { return slot_; }

  std::uint32_t index = 0;
  RangeTimerQueue* queue = nullptr;
  std::uint64_t serial = 0;  // 0: free
  Callback callback;
};

RangeTimer::~RangeTimer() {
  if (queue_) queue_->cancel(*this);
}

RangeTimerQueue::RangeTimerQueue(Policy policy) : policy_(policy) {}

RangeTimerQueue::~RangeTimerQueue() {
  if (destroyed_) *destroyed_ = true;
  for (RangeTimer* timer : timers_)
    if (timer) timer->queue_ = nullptr;
}

void RangeTimerQueue::reserve(std::size_t timers) {
  timers_.reserve(timers);
  orders_.reserve(timers);
  free_slots_.reserve(timers);
  hard_.reserve(timers);
  if (policy_ == Policy::kEager) soft_.reserve(timers);
  chosen_.reserve(timers);
  found_.reserve(timers);
}

void RangeTimerQueue::place(RangeTimer& timer, TimePoint soft, Duration slack) {
  assert(!timer.queue_);
  Slot slot = 0;
  if (free_slots_.empty()) {
    slot = static_cast<Slot>(timers_.size());
    timers_.push_back(&timer);
    orders_.push_back(next_order_++);
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
    timers_[slot] = &timer;
    orders_[slot] = next_order_++;
  }
  timer.queue_ = this;
  timer.slot_ = slot;
  timer.soft_ = soft;
  timer.hard_ = hard_of(soft, slack);
  hard_.push(slot, ticks(timer.hard_));
  if (policy_ == Policy::kEager && timer.hard_ != soft) soft_.push(slot, ticks(soft));
}

// Before: it is pending here.
void RangeTimerQueue::withdraw(RangeTimer& timer) {
  const Slot slot = timer.slot_;
  if (hard_.holds(slot)) {
    hard_.remove(slot);
    if (soft_.holds(slot)) soft_.remove(slot);
  } else {
    const Chosen wanted{ticks(timer.hard_), orders_[slot], slot};
    const auto at =
        std::lower_bound(chosen_.begin() + static_cast<std::ptrdiff_t>(next_chosen_), chosen_.end(), wanted, earlier);
    assert(at != chosen_.end() && at->slot == slot);
    at->slot = TimerHeap::kNowhere;
    --chosen_left_;
    skip_cancelled();
  }
  timers_[slot] = nullptr;
  free_slots_.push_back(slot);
  timer.queue_ = nullptr;
}

void RangeTimerQueue::skip_cancelled() {
  while (next_chosen_ < chosen_.size() && chosen_[next_chosen_].slot == TimerHeap::kNowhere) ++next_chosen_;
}

void RangeTimerQueue::arm(RangeTimer& timer, TimePoint soft, Duration slack) {
  assert(!timer.queue_ || timer.queue_ == this);
  if (!timer.queue_) return place(timer, soft, slack);
  const Slot slot = timer.slot_;
  if (!hard_.holds(slot)) {
    withdraw(timer);
    return place(timer, soft, slack);
  }
  orders_[slot] = next_order_++;
  timer.soft_ = soft;
  timer.hard_ = hard_of(soft, slack);
  hard_.change(slot, ticks(timer.hard_));
  const bool stands_in_soft = policy_ == Policy::kEager && timer.hard_ != soft;
  if (soft_.holds(slot) && stands_in_soft)
    soft_.change(slot, ticks(soft));
  else if (stands_in_soft)
    soft_.push(slot, ticks(soft));
  else if (soft_.holds(slot))
    soft_.remove(slot);
}

bool RangeTimerQueue::cancel(RangeTimer& timer) {
  if (timer.queue_ != this) return false;
  withdraw(timer);
  return true;
}

RangeTimerQueue::Owned* RangeTimerQueue::owned(Handle handle) {
  if (handle.serial == 0 || handle.index / kBlock >= owned_.size()) return nullptr;
  Owned& timer = owned_[handle.index / kBlock][handle.index % kBlock];
  return timer.serial == handle.serial ? &timer : nullptr;
}

void RangeTimerQueue::release(Owned& timer) {
  timer.serial = 0;
  free_owned_.push_back(timer.index);
  // Last: what the callback has captured may call us when it goes.
  const Callback gone = std::exchange(timer.callback, nullptr);
}

void RangeTimerQueue::add_block() {
  const auto first = static_cast<std::uint32_t>(owned_.size() * kBlock);
  owned_.push_back(std::make_unique<Owned[]>(kBlock));
  for (std::uint32_t i = kBlock; i-- > 0;) {
    owned_.back()[i].queue = this;
    owned_.back()[i].index = first + i;
    free_owned_.push_back(first + i);
  }
}

RangeTimerQueue::Handle RangeTimerQueue::add(TimePoint soft, Duration slack, Callback callback) {
  if (free_owned_.empty()) add_block();
  const std::uint32_t index = free_owned_.back();
  free_owned_.pop_back();
  Owned& timer = owned_[index / kBlock][index % kBlock];
  timer.serial = next_order_;
  timer.callback = std::move(callback);
  place(timer, soft, slack);
  return {timer.index, timer.slot(), timer.serial};
}

bool RangeTimerQueue::cancel(Handle handle) {
  hard_.prefetch(handle.slot);
  Owned* const timer = owned(handle);
  if (!timer || !timer->pending()) return false;
  withdraw(*timer);
  release(*timer);
  return true;
}

bool RangeTimerQueue::rearm(Handle handle, TimePoint soft, Duration slack) {
  Owned* const timer = owned(handle);
  if (timer) arm(*timer, soft, slack);
  return timer != nullptr;
}

std::optional<TimePoint> RangeTimerQueue::next_deadline() const {
  std::int64_t lowest = hard_.empty() ? INT64_MAX : hard_.top_key();
  if (chosen_left_ > 0) lowest = std::min(lowest, chosen_[next_chosen_].hard);
  if (lowest == INT64_MAX) return std::nullopt;
  return TimePoint(Duration(lowest));
}

void RangeTimerQueue::choose_one(Slot slot) { chosen_.push_back({hard_.key_of(slot), orders_[slot], slot}); }

// What has reached its hard expiry runs under either policy: nothing of a lower hard expiry can be waiting for its
// soft.
void RangeTimerQueue::choose_overdue(std::int64_t now) {
  hard_.find_up_to(now, found_);
  for (const std::uint32_t place : found_)
    chosen_.push_back({hard_.key_at(place), orders_[hard_.at(place)], hard_.at(place)});
  hard_.remove_found(found_);
}

// After choose_overdue(): what of these has slack stands in the soft heap still, and goes now.
void RangeTimerQueue::choose_eagerly(std::int64_t now) {
  soft_.find_up_to(now, found_);
  for (std::size_t i = found_.size(); i-- > 0;) {
    const Slot slot = soft_.at(found_[i]);
    if (!hard_.holds(slot)) continue;
    choose_one(slot);
    hard_.remove(slot);
  }
  soft_.remove_found(found_);
}

void RangeTimerQueue::choose_lazily(std::int64_t now) {
  while (!hard_.empty() && ticks(timers_[hard_.top()]->soft_) <= now) {
    choose_one(hard_.top());
    hard_.remove(hard_.top());
  }
}

void RangeTimerQueue::choose(TimePoint now) {
  chosen_.erase(chosen_.begin(), chosen_.begin() + static_cast<std::ptrdiff_t>(next_chosen_));
  next_chosen_ = 0;
  const std::size_t before = chosen_.size();
  choose_overdue(ticks(now));
  if (policy_ == Policy::kLazy)
    choose_lazily(ticks(now));
  else
    choose_eagerly(ticks(now));
  chosen_left_ += chosen_.size() - before;
  if (chosen_.size() > before) std::sort(chosen_.begin(), chosen_.end(), earlier);
}

RangeTimer& RangeTimerQueue::take(const Chosen& chosen) {
  RangeTimer& timer = *timers_[chosen.slot];
  timers_[chosen.slot] = nullptr;
  free_slots_.push_back(chosen.slot);
  timer.queue_ = nullptr;
  --chosen_left_;
  return timer;
}

// Of many timers that run at once, the memory of the next is fetched while this one runs.
void RangeTimerQueue::prefetch(std::size_t at) const {
  constexpr std::size_t kFar = 16;
  constexpr std::size_t kNear = 8;
  if (at + kFar >= chosen_.size()) return;
  if (const Slot far = chosen_[at + kFar].slot; far != TimerHeap::kNowhere) __builtin_prefetch(&timers_[far]);
  if (const Slot near = chosen_[at + kNear].slot; near != TimerHeap::kNowhere) __builtin_prefetch(timers_[near], 1);
}

std::size_t RangeTimerQueue::run(TimePoint now, std::size_t budget) {
  assert(!destroyed_);
  if (chosen_left_ < budget) choose(now);
  if (chosen_left_ == 0 || budget == 0) return 0;
  const bool needed = chosen_[next_chosen_].hard <= ticks(now);
  if (needed) {
    ++stats_.needed_wakeups;
    stats_.max_lateness = std::max(stats_.max_lateness, span(chosen_[next_chosen_].hard, ticks(now)));
  }
  bool destroyed = false;
  destroyed_ = &destroyed;
  std::size_t count = 0;
  while (chosen_left_ > 0 && count < budget) {
    prefetch(next_chosen_);
    RangeTimer& timer = take(chosen_[next_chosen_++]);
    skip_cancelled();
    ++count;
    ++stats_.fired;
    if (!needed) ++stats_.fired_on_free_wakeup;
    timer.expired(now);
    if (destroyed) return count;
  }
  destroyed_ = nullptr;
  return count;
}

}  // namespace lorelei
