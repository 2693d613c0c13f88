// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/work_pool.hh"

#include <gtest/gtest.h>
#include <poll.h>

#include <future>
#include <set>

namespace lorelei {
namespace {

void wait_for_one(const WorkPool& pool) {
  pollfd waiting{pool.fd(), POLLIN, 0};
  ASSERT_EQ(poll(&waiting, 1, -1), 1);
}

TEST(WorkPool, HandsOutcomesToTheOneThatWaits) {
  const auto pool = WorkPool::create(2).value();
  const auto here = std::this_thread::get_id();
  std::multiset<int> outcomes;
  for (int i = 0; i < 100; ++i)
    pool->add([&, i]() -> WorkPool::Outcome {
      const auto there = std::this_thread::get_id();
      return [&, i, there](std::chrono::nanoseconds) {
        EXPECT_EQ(std::this_thread::get_id(), here);
        EXPECT_NE(there, here);
        outcomes.insert(i);
      };
    });
  while (outcomes.size() < 100) {
    wait_for_one(*pool);
    pool->finish();
  }
  EXPECT_EQ(std::set<int>(outcomes.begin(), outcomes.end()).size(), 100u);
}

TEST(WorkPool, AnOutcomeMayAddWork) {
  const auto pool = WorkPool::create(1).value();
  int rounds = 0;
  std::function<WorkPool::Outcome()> again = [&]() -> WorkPool::Outcome {
    return [&](std::chrono::nanoseconds) {
      if (++rounds < 10) pool->add(again);
    };
  };
  pool->add(again);
  while (rounds < 10) {
    wait_for_one(*pool);
    pool->finish();
  }
  pool->stop();
  pool->finish();
  EXPECT_EQ(rounds, 10);
}

TEST(WorkPool, StopWaitsForWhatRuns) {
  const auto pool = WorkPool::create(1).value();
  std::promise<void> begun;
  bool ran = false, told = false;
  pool->add([&]() -> WorkPool::Outcome {
    begun.set_value();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ran = true;
    return [&](std::chrono::nanoseconds) { told = true; };
  });
  begun.get_future().wait();
  pool->stop();
  EXPECT_TRUE(ran);
  pool->finish();
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace lorelei
