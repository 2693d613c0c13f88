// SPDX-License-Identifier: GPL-3.0-or-later
// RangeTimerQueue beside the timers of Boost.Asio and libuv and beside two containers of the standard library.
//
//   range_timer_bench --benchmark_repetitions=7 --benchmark_report_aggregates_only=true
//
// A round takes all timers through one thing: add them, cancel them in random order, or let them all expire; ns is the
// time of one timer. Expiry at once is one call when everything is due; in steps, the clock stops at 1,000 points on
// the way (libuv reads the machine's clock, so it has no steps). Each callback does nothing but count.
#include <benchmark/benchmark.h>
#include <uv.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <numeric>
#include <queue>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "base/range_timer.hh"

namespace {

using lorelei::RangeTimer;
using lorelei::RangeTimerQueue;

constexpr std::int64_t kSpan = 1'000'000'000;  // of the deadlines, in ns

std::vector<std::int64_t> deadlines(std::size_t count) {
  std::mt19937_64 random(20261128);
  std::vector<std::int64_t> out(count);
  for (auto& deadline : out) deadline = 1 + static_cast<std::int64_t>(random() % kSpan);
  return out;
}

std::vector<std::uint32_t> shuffled(std::size_t count) {
  std::vector<std::uint32_t> out(count);
  std::iota(out.begin(), out.end(), 0U);
  std::shuffle(out.begin(), out.end(), std::mt19937_64(4711));
  return out;
}

// Each peer: add(i, deadline), cancel(i), run(now): how many have run.

struct Counter : RangeTimer {
  std::size_t* ran = nullptr;
  void expired(TimePoint) override { ++*ran; }
};

template <std::int64_t slack>
class Ours {
 public:
  static constexpr bool kHasSteps = true;
  explicit Ours(std::size_t count) : timers_(count) {
    for (auto& timer : timers_) timer.ran = &ran_;
  }
  void add(std::size_t i, std::int64_t deadline) {
    const RangeTimer::Duration width(slack);
    queue_.arm(timers_[i], RangeTimer::TimePoint(RangeTimer::Duration(deadline) - width), width);
  }
  void cancel(std::size_t i) { queue_.cancel(timers_[i]); }
  std::size_t run(std::int64_t now) {
    ran_ = 0;
    queue_.run(RangeTimer::TimePoint(RangeTimer::Duration(now)));
    return ran_;
  }

 private:
  std::vector<Counter> timers_;
  RangeTimerQueue queue_;
  std::size_t ran_ = 0;
};
using WithoutSlack = Ours<0>;
using WithSlack = Ours<kSpan / 100>;

class ByHandle {
 public:
  static constexpr bool kHasSteps = true;
  explicit ByHandle(std::size_t count) : handles_(count) {}
  void add(std::size_t i, std::int64_t deadline) {
    handles_[i] = queue_.add(RangeTimer::TimePoint(RangeTimer::Duration(deadline)), {},
                             [this](RangeTimer::TimePoint) { ++ran_; });
  }
  void cancel(std::size_t i) { queue_.cancel(handles_[i]); }
  std::size_t run(std::int64_t now) {
    ran_ = 0;
    queue_.run(RangeTimer::TimePoint(RangeTimer::Duration(now)));
    return ran_;
  }

 private:
  std::vector<RangeTimerQueue::Handle> handles_;
  RangeTimerQueue queue_;
  std::size_t ran_ = 0;
};

// A clock that stands still until it is set.
struct SetClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<SetClock>;
  static inline std::int64_t current = 0;
  static time_point now() { return time_point(duration(current)); }
};

class Asio {
 public:
  static constexpr bool kHasSteps = true;
  explicit Asio(std::size_t count) {
    SetClock::current = 0;
    for (std::size_t i = 0; i < count; ++i) timers_.emplace_back(context_);
  }
  void add(std::size_t i, std::int64_t deadline) {
    timers_[i].expires_at(SetClock::time_point(SetClock::duration(deadline)));
    timers_[i].async_wait([this](const boost::system::error_code& error) { ran_ += !error; });
  }
  void cancel(std::size_t i) { timers_[i].cancel(); }
  std::size_t run(std::int64_t now) {
    SetClock::current = now;
    ran_ = 0;
    // The context sleeps on a timerfd of the machine's clock; a new first timer makes it look at ours.
    hint_.expires_at(SetClock::time_point());
    hint_.async_wait([](const boost::system::error_code&) {});
    // A turn may do no more than look at the descriptors.
    for (int i = 0; i < 2; ++i) {
      context_.restart();
      context_.poll();
    }
    return ran_;
  }

 private:
  boost::asio::io_context context_{1};
  boost::asio::basic_waitable_timer<SetClock> hint_{context_};
  std::deque<boost::asio::basic_waitable_timer<SetClock>> timers_;
  std::size_t ran_ = 0;
};

class Uv {
 public:
  static constexpr bool kHasSteps = false;
  explicit Uv(std::size_t count) : timers_(count) {
    uv_loop_init(&loop_);
    loop_.data = this;
    for (auto& timer : timers_) uv_timer_init(&loop_, &timer);
  }
  ~Uv() {
    for (auto& timer : timers_) uv_close(reinterpret_cast<uv_handle_t*>(&timer), nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
  }
  void add(std::size_t i, std::int64_t deadline) {
    const auto count_it = [](uv_timer_t* timer) { ++static_cast<Uv*>(timer->loop->data)->ran_; };
    uv_timer_start(&timers_[i], count_it, static_cast<std::uint64_t>(deadline) / 1000000, 0);
  }
  void cancel(std::size_t i) { uv_timer_stop(&timers_[i]); }
  std::size_t run(std::int64_t) {
    ran_ = 0;
    uv_run(&loop_, UV_RUN_NOWAIT);
    return ran_;
  }

 private:
  uv_loop_t loop_ = {};
  std::vector<uv_timer_t> timers_;
  std::size_t ran_ = 0;
};

class Set {
 public:
  static constexpr bool kHasSteps = true;
  explicit Set(std::size_t count) : deadlines_(count) {}
  void add(std::size_t i, std::int64_t deadline) {
    deadlines_[i] = deadline;
    set_.emplace(deadline, i);
  }
  void cancel(std::size_t i) { set_.erase({deadlines_[i], i}); }
  std::size_t run(std::int64_t now) {
    std::size_t ran = 0;
    for (; !set_.empty() && set_.begin()->first <= now; set_.erase(set_.begin())) ++ran;
    return ran;
  }

 private:
  std::vector<std::int64_t> deadlines_;
  std::set<std::pair<std::int64_t, std::size_t>> set_;
};

// Cannot cancel.
class PriorityQueue {
 public:
  static constexpr bool kHasSteps = true;
  explicit PriorityQueue(std::size_t) {}
  void add(std::size_t i, std::int64_t deadline) { queue_.emplace(deadline, i); }
  std::size_t run(std::int64_t now) {
    std::size_t ran = 0;
    for (; !queue_.empty() && queue_.top().first <= now; queue_.pop()) ++ran;
    return ran;
  }

 private:
  using Entry = std::pair<std::int64_t, std::size_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue_;
};

// One measured round a benchmark iteration; the round says what of it counts.
template <typename Round>
void rounds(benchmark::State& state, Round round) {
  using clock = std::chrono::steady_clock;
  const auto count = static_cast<std::size_t>(state.range(0));
  clock::duration sum{};
  for (auto _ : state) {
    const clock::duration took = round(count);
    sum += took;
    state.SetIterationTime(std::chrono::duration<double>(took).count());
  }
  state.counters["ns"] = static_cast<double>(std::chrono::nanoseconds(sum).count()) /
                         static_cast<double>(state.iterations()) / static_cast<double>(count);
}

template <typename Work>
std::chrono::steady_clock::duration timed(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::steady_clock::now() - start;
}

template <typename Peer>
void fill(Peer& peer, const std::vector<std::int64_t>& when) {
  for (std::size_t i = 0; i < when.size(); ++i) peer.add(i, when[i]);
}

template <typename Peer>
void add(benchmark::State& state) {
  rounds(state, [](std::size_t count) {
    const auto when = deadlines(count);
    Peer peer(count);
    // Twice: what is measured is a queue that has had as many before.
    fill(peer, when);
    if constexpr (requires { peer.cancel(0); })
      for (std::size_t i = 0; i < count; ++i) peer.cancel(i);
    else
      peer.run(kSpan);
    return timed([&] { fill(peer, when); });
  });
}

template <typename Peer>
void cancel(benchmark::State& state) {
  rounds(state, [](std::size_t count) {
    const auto when = deadlines(count);
    const auto order = shuffled(count);
    Peer peer(count);
    fill(peer, when);
    return timed([&] {
      for (const auto i : order) peer.cancel(i);
    });
  });
}

template <typename Peer>
void expire_at_once(benchmark::State& state) {
  rounds(state, [&](std::size_t count) {
    const auto when = deadlines(count);
    Peer peer(count);
    fill(peer, when);
    if (!Peer::kHasSteps) std::this_thread::sleep_for(std::chrono::nanoseconds(kSpan + kSpan / 100));
    std::size_t ran = 0;
    const auto took = timed([&] { ran = peer.run(kSpan); });
    if (ran != count) state.SkipWithError("not all have run");
    return took;
  });
}

template <typename Peer>
void expire_in_steps(benchmark::State& state) {
  rounds(state, [&](std::size_t count) {
    const auto when = deadlines(count);
    Peer peer(count);
    fill(peer, when);
    std::size_t ran = 0;
    const auto took = timed([&] {
      for (int step = 1; step <= 1000; ++step) ran += peer.run(kSpan / 1000 * step);
    });
    if (ran != count) state.SkipWithError("not all have run");
    return took;
  });
}

#define MEASURE(operation, Peer) \
  BENCHMARK(operation<Peer>)->Name(#operation "/" #Peer)->Arg(10'000)->Arg(1'000'000)->UseManualTime()->Iterations(1)
#define MEASURE_ALL(operation)      \
  MEASURE(operation, WithoutSlack); \
  MEASURE(operation, WithSlack);    \
  MEASURE(operation, ByHandle);     \
  MEASURE(operation, Asio);         \
  MEASURE(operation, Set)

MEASURE_ALL(add);
MEASURE(add, Uv);
MEASURE(add, PriorityQueue);
MEASURE_ALL(cancel);
MEASURE(cancel, Uv);
MEASURE_ALL(expire_at_once);
MEASURE(expire_at_once, Uv);
MEASURE(expire_at_once, PriorityQueue);
MEASURE_ALL(expire_in_steps);
MEASURE(expire_in_steps, PriorityQueue);

}  // namespace
