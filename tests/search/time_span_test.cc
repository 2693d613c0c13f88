// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/time_span.hh"

#include <gtest/gtest.h>

#include "search/schema.hh"

namespace lorelei::search {
namespace {

using Clock = archive::OverReader::Clock;

Query range(unsigned value_slot, std::optional<std::int64_t> low, std::optional<std::int64_t> high) {
  Query query;
  query.op = Query::Op::kRange;
  query.slot = value_slot;
  query.low = low;
  query.high = high;
  return query;
}

TEST(TimeSpan, EachSlotInSeconds) {
  const auto received = time_span(range(slot::kReceived, 100, 200));
  ASSERT_TRUE(received);
  EXPECT_EQ(received->clock, Clock::kReceived);
  EXPECT_EQ(received->seconds.low, 100);
  EXPECT_EQ(received->seconds.high, 200);

  const auto days = time_span(range(slot::kDay, 2024'02'29, 2024'03'01));
  ASSERT_TRUE(days);
  EXPECT_EQ(days->clock, Clock::kSent);
  EXPECT_EQ(days->seconds.low, 1'709'164'800);                    // 2024-02-29T00:00:00Z
  EXPECT_EQ(days->seconds.high, 1'709'164'800 + 2 * 86'400 - 1);  // the last second of 2024-03-01

  const auto moments = time_span(range(slot::kSent, 2024'02'29'01'02'03, 2024'02'29'23'59'59));
  ASSERT_TRUE(moments);
  EXPECT_EQ(moments->clock, Clock::kSent);
  EXPECT_EQ(moments->seconds.low, 1'709'164'800 + 3723);
  EXPECT_EQ(moments->seconds.high, 1'709'164'800 + 86'399);
}

TEST(TimeSpan, OpenEndsReachToTheEndOfTime) {
  EXPECT_EQ(time_span(range(slot::kDay, 2024'02'29, std::nullopt))->seconds.high, INT64_MAX);
  EXPECT_EQ(time_span(range(slot::kSent, std::nullopt, 2024'02'29'00'00'00))->seconds.low, INT64_MIN);
}

TEST(TimeSpan, NumbersThatAreNoMomentsAreLeftToTheIndex) {
  EXPECT_FALSE(time_span(range(slot::kDay, 2023'02'29, std::nullopt)));
  EXPECT_FALSE(time_span(range(slot::kDay, 2024'13'01, std::nullopt)));
  EXPECT_FALSE(time_span(range(slot::kDay, -5, std::nullopt)));
  EXPECT_FALSE(time_span(range(slot::kSent, std::nullopt, 2024'02'29'24'00'00)));
  EXPECT_FALSE(time_span(range(slot::kSent, std::nullopt, 2024'02'29'23'60'00)));
  EXPECT_FALSE(time_span(range(slot::kSent, INT64_MIN, INT64_MAX)));
  EXPECT_FALSE(time_span(range(slot::kBytes, 1, 2)));
}

}  // namespace
}  // namespace lorelei::search
