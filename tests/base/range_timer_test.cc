// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/range_timer.hh"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <numeric>
#include <random>
#include <set>

#include "fuzz/range_timer_script.hh"

// Counts what is allocated while a test asks for it.
static thread_local std::size_t allocations = 0;
static void* counted(std::size_t size, std::size_t alignment) {
  ++allocations;
  void* const memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (!memory) std::abort();
  return memory;
}
void* operator new(std::size_t size) { return counted(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t to) { return counted(size, static_cast<std::size_t>(to)); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace lorelei {
namespace {

using Policy = RangeTimerQueue::Policy;
using TimePoint = RangeTimer::TimePoint;
using Duration = RangeTimer::Duration;

TimePoint at(std::int64_t ticks) { return TimePoint(Duration(ticks)); }

struct Interval {
  std::int64_t soft = 0, hard = 0;
};
struct Firing {
  std::size_t timer = 0;
  std::int64_t when = 0;
  bool operator==(const Firing&) const = default;
};
struct Course {
  std::vector<std::int64_t> wakeups;  // asked for by the queue
  std::vector<Firing> runs;
};

// Timers known from the start, woken when the queue asks for it and at the times in free.
template <typename Queue>
Course drive(Queue& queue, const std::vector<Interval>& timers, const std::set<std::int64_t>& free = {}) {
  Course course;
  for (std::size_t i = 0; i < timers.size(); ++i)
    queue.add(at(timers[i].soft), Duration(timers[i].hard - timers[i].soft), [&course, i](TimePoint now) {
      course.runs.push_back({i, now.time_since_epoch().count()});
    });
  auto next_free = free.begin();
  while (const auto asked = queue.next_deadline()) {
    std::int64_t now = asked->time_since_epoch().count();
    if (next_free != free.end() && *next_free < now)
      now = *next_free++;
    else
      course.wakeups.push_back(now);
    queue.run(at(now));
  }
  return course;
}

Course drive(Policy policy, const std::vector<Interval>& timers, const std::set<std::int64_t>& free = {}) {
  RangeTimerQueue queue(policy);
  return drive(queue, timers, free);
}

// What must not be built: sorted by soft expiry, woken for the first timer's hard one.
class SoftKeyedQueue {
 public:
  void add(TimePoint soft, Duration slack, RangeTimerQueue::Callback callback) {
    timers_.emplace(soft, Timer{soft + slack, std::move(callback)});
  }
  std::optional<TimePoint> next_deadline() const {
    if (timers_.empty()) return std::nullopt;
    return timers_.begin()->second.hard;
  }
  void run(TimePoint now) {
    while (!timers_.empty() && timers_.begin()->first <= now) {
      auto node = timers_.extract(timers_.begin());
      node.mapped().callback(now);
    }
  }

 private:
  struct Timer {
    TimePoint hard;
    RangeTimerQueue::Callback callback;
  };
  std::multimap<TimePoint, Timer> timers_;
};

std::int64_t worst_lateness(const Course& course, const std::vector<Interval>& timers) {
  std::int64_t worst = INT64_MIN;
  for (const Firing& run : course.runs) worst = std::max(worst, run.when - timers[run.timer].hard);
  return worst;
}

// The fewest points that hit every interval, by trying all sets of hard ends: some best set consists of these, since a
// point moves right to the nearest hard end without leaving an interval.
std::size_t fewest_points(const std::vector<Interval>& intervals) {
  std::size_t best = intervals.size();
  for (unsigned set = 0; set < 1U << intervals.size(); ++set) {
    const auto points = static_cast<std::size_t>(__builtin_popcount(set));
    if (points >= best) continue;
    const bool hits_all = std::all_of(intervals.begin(), intervals.end(), [&](const Interval& interval) {
      for (std::size_t i = 0; i < intervals.size(); ++i)
        if ((set >> i & 1) != 0 && interval.soft <= intervals[i].hard && intervals[i].hard <= interval.hard)
          return true;
      return false;
    });
    if (hits_all) best = points;
  }
  return best;
}

// The text-book greedy: by hard end, a point there unless the last point lies within.
std::vector<std::int64_t> stab(std::vector<Interval> intervals) {
  std::sort(intervals.begin(), intervals.end(), [](auto& a, auto& b) { return a.hard < b.hard; });
  std::vector<std::int64_t> points;
  for (const Interval& interval : intervals)
    if (points.empty() || points.back() < interval.soft) points.push_back(interval.hard);
  return points;
}

std::vector<Interval> random_intervals(std::mt19937& random, std::size_t most) {
  std::vector<Interval> out(1 + random() % most);
  for (Interval& interval : out) {
    interval.soft = random() % 40;
    interval.hard = interval.soft + (random() % 3 == 0 ? 0 : random() % 25);
  }
  return out;
}

}  // namespace

// A question once put to the list about ranges: timers [10,60] and [30,30], and an interrupt at 5 for something else.
// Is the next one programmed for 60, with the second timer 30 late?
TEST(RangeTimerQueue, HrtimerSlackPostAWakeupAt5ThenOneAt30ForBoth) {
  const std::vector<Interval> timers = {{10, 60}, {30, 30}};
  for (const auto policy : {Policy::kEager, Policy::kLazy}) {
    const auto course = drive(policy, timers, {5});
    EXPECT_EQ(course.wakeups, (std::vector<std::int64_t>{30}));
    EXPECT_EQ(course.runs, (std::vector<Firing>{{1, 30}, {0, 30}}));
  }
  SoftKeyedQueue wrong;
  const auto course = drive(wrong, timers, {5});
  EXPECT_EQ(course.wakeups, (std::vector<std::int64_t>{60}));
  EXPECT_EQ(worst_lateness(course, timers), 30);
}

TEST(RangeTimerQueue, NoScheduleHasFewerWakeups) {
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    SCOPED_TRACE(round);
    const auto timers = random_intervals(random, 8);
    for (const auto policy : {Policy::kEager, Policy::kLazy}) {
      const auto course = drive(policy, timers);
      ASSERT_EQ(course.wakeups.size(), fewest_points(timers));
      ASSERT_EQ(course.wakeups, stab(timers));
      ASSERT_EQ(course.runs.size(), timers.size());
      ASSERT_LE(worst_lateness(course, timers), 0);
    }
  }
}

// A wakeup that comes for nothing takes out what it hits; the rest needs what it would need alone.
TEST(RangeTimerQueue, FreeWakeupsAreUsedAndNobodyIsEarlyOrLate) {
  std::mt19937 random(2);
  for (int round = 0; round < 20'000; ++round) {
    SCOPED_TRACE(round);
    const auto timers = random_intervals(random, 12);
    std::set<std::int64_t> free;
    for (std::size_t count = random() % 5; count > 0; --count) free.insert(random() % 60);
    std::vector<Interval> rest;
    for (const Interval& timer : timers)
      if (const auto hit = free.lower_bound(timer.soft); hit == free.end() || *hit >= timer.hard) rest.push_back(timer);
    const auto eager = drive(Policy::kEager, timers, free);
    for (const Firing& run : eager.runs) {
      ASSERT_GE(run.when, timers[run.timer].soft);
      ASSERT_LE(run.when, timers[run.timer].hard);
    }
    ASSERT_EQ(eager.runs.size(), timers.size());
    ASSERT_EQ(eager.wakeups, stab(rest));
    ASSERT_EQ(drive(Policy::kLazy, timers, free).wakeups, eager.wakeups);
  }
}

// Timers that become known later count from then on.
TEST(RangeTimerQueue, NoScheduleHasFewerWakeupsForTimersThatArriveLater) {
  std::mt19937 random(3);
  for (int round = 0; round < 20'000; ++round) {
    SCOPED_TRACE(round);
    auto timers = random_intervals(random, 8);
    std::vector<std::int64_t> known(timers.size());
    for (std::size_t i = 0; i < timers.size(); ++i) {
      known[i] = random() % (timers[i].hard + 1);
      timers[i].soft = std::max(timers[i].soft, known[i]);
    }
    RangeTimerQueue queue;
    std::size_t wakeups = 0;
    for (std::int64_t now = 0; now < 100; ++now) {
      for (std::size_t i = 0; i < timers.size(); ++i)
        if (known[i] == now) queue.add(at(timers[i].soft), Duration(timers[i].hard - timers[i].soft), [](TimePoint) {});
      if (queue.next_deadline() != at(now)) continue;
      ++wakeups;
      queue.run(at(now));
    }
    ASSERT_EQ(queue.size(), 0u);
    // A schedule may also wake before an addition and at the same tick after it, which one point here cannot tell
    // apart.
    ASSERT_EQ(wakeups, fewest_points(timers));
  }
}

// X = [20,25] and Y = [5,100]; awake at 10 for something else; X is cancelled at 12.
TEST(RangeTimerQueue, EagerSavesAWakeupWhereLazyWaitsForWhatIsCancelled) {
  for (const auto policy : {Policy::kEager, Policy::kLazy}) {
    RangeTimerQueue queue(policy);
    const auto x = queue.add(at(20), Duration(5), [](TimePoint) { ADD_FAILURE(); });
    queue.add(at(5), Duration(95), [](TimePoint) {});
    EXPECT_EQ(queue.run(at(10)), policy == Policy::kEager ? 1u : 0u);
    EXPECT_TRUE(queue.cancel(x));
    EXPECT_EQ(queue.next_deadline(), policy == Policy::kEager ? std::nullopt : std::optional(at(100)));
  }
}

TEST(RangeTimerQueue, WhatSlackBuys) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const struct {
    std::size_t timers;
    std::int64_t slack;
    std::size_t wakeups;
  } cases[] = {{1000, 0, 1000}, {1000, 1, 498}, {1000, 10, 92}, {1000, 50, 20},
               {100, 1, 95},    {100, 10, 48},  {100, 50, 18}};
  for (const auto& c : cases) {
    SCOPED_TRACE(::testing::Message() << c.timers << " timers, slack " << c.slack << " s");
    std::mt19937_64 random(4);
    std::vector<Interval> timers(c.timers);
    for (Interval& timer : timers) {
      timer.soft = static_cast<std::int64_t>(random() % (1000 * kSecond));
      timer.hard = timer.soft + c.slack * kSecond;
    }
    EXPECT_EQ(drive(Policy::kEager, timers).wakeups.size(), c.wakeups);
  }
}

TEST(RangeTimerQueue, ThousandPeriodicTimersOfOneSecondWithATenthOfSlackShareElevenWakeupsASecond) {
  static constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::int64_t kSeconds = 20;
  RangeTimerQueue queue;
  std::vector<RangeTimerQueue::Handle> handles(1000);
  for (std::int64_t i = 0; i < 1000; ++i)
    handles[i] = queue.add(at(i * kSecond / 1000), Duration(kSecond / 10), [&queue, &handles, i](TimePoint now) {
      EXPECT_TRUE(queue.rearm(handles[i], now + Duration(kSecond), Duration(kSecond / 10)));
    });
  while (*queue.next_deadline() < at(kSeconds * kSecond)) queue.run(*queue.next_deadline());
  EXPECT_LE(queue.stats().needed_wakeups, 11u * kSeconds);
  EXPECT_GE(queue.stats().fired, 900u * kSeconds);
}

TEST(RangeTimerQueue, RandomScriptsDoWhatAVectorDoes) {
  std::mt19937 random(5);
  for (int round = 0; round < 100'000; ++round) {
    std::string script(10 + random() % 190, '\0');
    for (char& c : script) c = static_cast<char>(random());
    for (const auto policy : {Policy::kEager, Policy::kLazy})
      ASSERT_EQ(RangeTimerScript(policy, script).run(), "") << "round " << round;
  }
}

TEST(RangeTimerQueue, OneMillionTimersOfOneTimeRunAsAdded) {
  constexpr int kTimers = 1'000'000;
  for (const auto policy : {Policy::kEager, Policy::kLazy}) {
    RangeTimerQueue queue(policy);
    int next = 0;
    bool in_order = true;
    for (int i = 0; i < kTimers; ++i)
      queue.add(at(7), Duration(3), [&, i](TimePoint) { in_order = in_order && i == next++; });
    EXPECT_EQ(queue.next_deadline(), at(10));
    EXPECT_EQ(queue.run(at(7)), static_cast<std::size_t>(kTimers));
    EXPECT_TRUE(in_order);
  }
}

TEST(RangeTimerQueue, OrderIsByHardExpiryThenAsArmed) {
  RangeTimerQueue queue;
  std::string order;
  const auto add = [&](char name, std::int64_t soft, std::int64_t slack) {
    return queue.add(at(soft), Duration(slack), [&order, name](TimePoint) { order += name; });
  };
  const auto a = add('a', 1, 9);
  add('b', 10, 0);
  add('c', 5, 5);
  add('d', 2, 3);
  EXPECT_TRUE(queue.rearm(a, at(3), Duration(7)));
  queue.run(at(10));
  EXPECT_EQ(order, "dbca");
}

TEST(RangeTimerQueue, WhatACallbackArmsWaitsForTheNextCall) {
  RangeTimerQueue queue;
  RangeTimerQueue::Handle forever;
  int count = 0;
  forever = queue.add(at(1), Duration(0), [&](TimePoint now) {
    ++count;
    EXPECT_TRUE(queue.rearm(forever, now, Duration(0)));
    queue.add(now, Duration(0), [&](TimePoint) { count += 100; });
  });
  EXPECT_EQ(queue.run(at(1)), 1u);
  EXPECT_EQ(count, 1);
  EXPECT_EQ(queue.next_deadline(), at(1));
  EXPECT_EQ(queue.run(at(1)), 2u);
  EXPECT_EQ(count, 102);
}

TEST(RangeTimerQueue, ACallbackMayDestroyTheQueueItselfAndOthers) {
  struct Bomb : RangeTimer {
    explicit Bomb(std::unique_ptr<Bomb>& kept) : self(kept) {}
    void expired(TimePoint) override {
      other.reset();
      self.reset();
    }
    std::unique_ptr<Bomb>& self;
    std::unique_ptr<Bomb> other;
  };
  RangeTimerQueue queue;
  std::unique_ptr<Bomb> first;
  first = std::make_unique<Bomb>(first);
  first->other = std::make_unique<Bomb>(first);
  queue.arm(*first, at(1), Duration(0));
  queue.arm(*first->other, at(1), Duration(0));
  EXPECT_EQ(queue.run(at(1)), 1u);
  EXPECT_EQ(first, nullptr);
  EXPECT_EQ(queue.size(), 0u);

  auto doomed = std::make_unique<RangeTimerQueue>();
  Bomb survivor(first);
  std::string captured = "longer than what a string keeps within itself";
  doomed->add(at(1), Duration(0), [&doomed, captured](TimePoint) {
    doomed.reset();
    EXPECT_EQ(captured.size(), 45u);  // the callback itself lives on until it returns
  });
  doomed->arm(survivor, at(1), Duration(0));
  doomed->add(at(1), Duration(0), [](TimePoint) { ADD_FAILURE(); });
  EXPECT_EQ(doomed->run(at(1)), 1u);
  EXPECT_EQ(doomed, nullptr);
  EXPECT_FALSE(survivor.pending());
}

TEST(RangeTimerQueue, HandlesOfTimersThatAreGoneAnswerFalse) {
  RangeTimerQueue queue;
  const auto first = queue.add(at(1), Duration(0), [](TimePoint) {});
  queue.run(at(1));
  const auto second = queue.add(at(2), Duration(0), [](TimePoint) {});
  EXPECT_EQ(first.index, second.index);
  EXPECT_FALSE(queue.cancel(first));
  EXPECT_FALSE(queue.rearm(first, at(3), Duration(0)));
  EXPECT_FALSE(queue.cancel(RangeTimerQueue::Handle{}));
  EXPECT_TRUE(queue.cancel(second));
  EXPECT_FALSE(queue.cancel(second));
}

TEST(RangeTimerQueue, SlackThatNoTimeCanHoldNeverAsksForAWakeup) {
  for (const auto policy : {Policy::kEager, Policy::kLazy}) {
    RangeTimerQueue queue(policy);
    int count = 0;
    queue.add(at(10), Duration::max(), [&](TimePoint) { ++count; });
    queue.add(TimePoint::max(), Duration(1), [](TimePoint) { ADD_FAILURE(); });
    EXPECT_EQ(queue.next_deadline(), std::nullopt);
    EXPECT_EQ(queue.run(at(9)), 0u);
    EXPECT_EQ(queue.run(at(10)), 1u);
    EXPECT_EQ(count, 1);
    queue.add(at(20), Duration(-5), [&](TimePoint) { ++count; });
    EXPECT_EQ(queue.next_deadline(), at(20));
  }
}

TEST(RangeTimerQueue, ABudgetLeavesTheRestForTheNextCall) {
  RangeTimerQueue queue;
  std::string order;
  const auto add = [&](char name, std::int64_t hard) {
    return queue.add(at(0), Duration(hard), [&order, name](TimePoint) { order += name; });
  };
  add('c', 3);
  add('a', 1);
  const auto b = add('b', 2);
  add('d', 4);
  EXPECT_EQ(queue.run(at(0), 1), 1u);
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_EQ(queue.next_deadline(), at(2));
  EXPECT_TRUE(queue.cancel(b));
  EXPECT_EQ(queue.next_deadline(), at(3));
  add('e', 0);
  EXPECT_EQ(queue.run(at(0), 1), 1u);  // of those that the first call chose
  EXPECT_EQ(queue.run(at(0)), 2u);     // the last of these, and what has come since
  EXPECT_EQ(order, "aced");
}

TEST(RangeTimerQueue, StatsCountWhatWakeupsWereFor) {
  RangeTimerQueue queue;
  queue.add(at(10), Duration(10), [](TimePoint) {});
  queue.add(at(10), Duration(90), [](TimePoint) {});
  queue.add(at(50), Duration(0), [](TimePoint) {});
  EXPECT_EQ(queue.run(at(12)), 2u);
  EXPECT_EQ(queue.run(at(57)), 1u);
  EXPECT_EQ(queue.run(at(58)), 0u);
  EXPECT_EQ(queue.stats().needed_wakeups, 1u);
  EXPECT_EQ(queue.stats().fired, 3u);
  EXPECT_EQ(queue.stats().fired_on_free_wakeup, 2u);
  EXPECT_EQ(queue.stats().max_lateness, Duration(7));
}

TEST(RangeTimerQueue, NothingIsAllocatedWithinWhatWasReserved) {
  struct Quiet : RangeTimer {
    void expired(TimePoint) override {}
  };
  constexpr std::size_t kTimers = 1000;
  for (const auto policy : {Policy::kEager, Policy::kLazy}) {
    RangeTimerQueue queue(policy);
    queue.reserve(kTimers);
    std::vector<Quiet> timers(kTimers);
    std::mt19937 random(6);
    const std::size_t before = allocations;
    for (std::int64_t round = 0; round < 20; ++round) {
      for (Quiet& timer : timers) queue.arm(timer, at(round * 100 + random() % 100), Duration(random() % 3 * 50));
      for (std::size_t i = 0; i < kTimers; i += 3) queue.cancel(timers[i]);
      queue.run(at(round * 100 + 60));
      queue.run(at(round * 100 + 80), 100);
    }
    EXPECT_EQ(allocations, before);
  }
}

}  // namespace lorelei
