// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/time_limit.hh"

#include <gtest/gtest.h>

namespace lorelei {
namespace {

using std::chrono::milliseconds;

TEST(TimeLimit, TheClockSaysStop) {
  const Env user;
  TimeLimit limit(user, milliseconds(1));
  while (!limit.env().stop_requested()) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_TRUE(limit.is_over());
}

TEST(TimeLimit, TheUserSaysStop) {
  std::atomic<bool> cancelled = true;
  Env user;
  user.cancelled = &cancelled;
  TimeLimit limit(user, std::chrono::hours(1));
  while (!limit.env().stop_requested()) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_FALSE(limit.is_over());
}

TEST(TimeLimit, WithoutOneItIsTheUsersEnv) {
  std::atomic<bool> cancelled = false;
  Env user;
  user.cancelled = &cancelled;
  TimeLimit limit(user, std::nullopt);
  EXPECT_FALSE(limit.env().stop_requested());
  cancelled = true;
  EXPECT_TRUE(limit.env().stop_requested());
  wait_for(user, std::chrono::hours(1));  // returns
}

}  // namespace
}  // namespace lorelei
