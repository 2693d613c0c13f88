// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/timerfd_driver.hh"

#include <gtest/gtest.h>
#include <poll.h>

namespace lorelei {

using std::chrono::hours;
using std::chrono::milliseconds;

static bool readable(const TimerfdDriver& driver, int timeout_ms) {
  pollfd fd{driver.fd(), POLLIN, 0};
  return poll(&fd, 1, timeout_ms) == 1;
}

TEST(TimerfdDriver, WakesAtTheHardExpiryAndRunsBoth) {
  RangeTimerQueue queue;
  auto driver = TimerfdDriver::create(queue);
  ASSERT_TRUE(driver) << to_text(driver.error());
  const auto start = TimerfdDriver::now();
  std::vector<RangeTimer::TimePoint> runs;
  const auto note = [&](RangeTimer::TimePoint now) { runs.push_back(now); };
  queue.add(start + milliseconds(2), hours(1), note);
  queue.add(start + milliseconds(20), milliseconds(0), note);
  ASSERT_TRUE(driver->arm());
  ASSERT_TRUE(readable(*driver, 60'000));
  EXPECT_EQ(driver->run().value(), 2u);
  EXPECT_GE(runs.at(0), start + milliseconds(20));
  EXPECT_FALSE(readable(*driver, 0));
}

TEST(TimerfdDriver, IsSetAgainOnlyWhenTheDeadlineMoved) {
  RangeTimerQueue queue;
  auto driver = TimerfdDriver::create(queue);
  ASSERT_TRUE(driver);
  ASSERT_TRUE(driver->arm());
  EXPECT_EQ(driver->times_armed(), 0u);
  const auto start = TimerfdDriver::now();
  const auto handle = queue.add(start + hours(1), hours(1), [](RangeTimer::TimePoint) {});
  ASSERT_TRUE(driver->arm());
  queue.add(start + hours(1), hours(2), [](RangeTimer::TimePoint) {});
  ASSERT_TRUE(driver->arm());
  EXPECT_EQ(driver->times_armed(), 1u);
  EXPECT_EQ(driver->run().value(), 0u);
  ASSERT_TRUE(queue.cancel(handle));
  ASSERT_TRUE(driver->arm());
  EXPECT_EQ(driver->times_armed(), 2u);
}

// The descriptor was read, the timer left over by the budget: it must become readable again.
TEST(TimerfdDriver, WhatABudgetLeftWakesAgain) {
  RangeTimerQueue queue;
  auto driver = TimerfdDriver::create(queue);
  ASSERT_TRUE(driver);
  const RangeTimer::TimePoint long_ago{};
  queue.add(long_ago, milliseconds(0), [](RangeTimer::TimePoint) {});
  queue.add(long_ago, milliseconds(0), [](RangeTimer::TimePoint) {});
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(driver->arm());
    ASSERT_TRUE(readable(*driver, 60'000));
    EXPECT_EQ(driver->run(1).value(), 1u);
  }
  ASSERT_TRUE(driver->arm());
  EXPECT_FALSE(readable(*driver, 0));
}

}  // namespace lorelei
