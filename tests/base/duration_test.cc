// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/duration.hh"

#include <gtest/gtest.h>

namespace lorelei {
namespace {

TEST(Duration, SecondsUnitsAndFractions) {
  const std::pair<const char*, std::int64_t> kRows[] = {
      {"90", 90'000},      {"0", 0},           {"0.2", 200},  {"30s", 30'000}, {"10m", 600'000},
      {"1.5h", 5'400'000}, {"1D", 86'400'000}, {"0.0015", 1},
  };
  for (const auto& [text, milliseconds] : kRows) {
    SCOPED_TRACE(text);
    const auto duration = parse_duration(text);
    ASSERT_TRUE(duration);
    EXPECT_EQ(duration->count(), milliseconds);
  }
}

TEST(Duration, AnythingElseIsNone) {
  for (const char* text : {"", "s", ".", "1.", ".5", "-1", "+1", "1 s", "1w", "10mm", "1.5.2", "1e3",
                           "99999999999999999999", "9223372036854775807", "36600d", "1.x"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_duration(text));
  }
}

}  // namespace
}  // namespace lorelei
