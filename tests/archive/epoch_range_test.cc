// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/epoch_range.hh"

#include <gmock/gmock.h>

namespace lorelei::archive {
namespace {

std::vector<EpochSource> numbered(std::initializer_list<unsigned> numbers) {
  std::vector<EpochSource> epochs;
  for (const auto number : numbers) epochs.push_back({number, std::to_string(number)});
  return epochs;
}

TEST(EpochRange, TakesThoseBetweenItsEnds) {
  const auto epochs = numbered({1, 2, 3, 5, 6});
  const struct {
    const char* range;
    std::vector<unsigned> taken;
  } cases[] = {
      {"2..5", {2, 3, 5}},
      {"3..", {3, 5, 6}},
      {"..2", {1, 2}},
      {"5", {5}},
      {"..", {}},
      {"~0", {6}},
      {"~1..", {5, 6}},
      {"..~3", {1, 2}},
      {"4..5", {5}},
      {"4", {}},
      {"7", {}},
      {"0..", {}},
      {"..7", {}},
      {"~5", {}},
      {"5..2", {}},
      {"", {}},
      {"x", {}},
      {"1...3", {}},
      {"1..2..3", {}},
      {"~", {}},
      {"99999999999999999999..", {}},
      {"-1..", {}},
      {" 1", {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.range);
    const auto some = in_epoch_range(epochs, c.range);
    ASSERT_EQ(some.has_value(), !c.taken.empty());
    if (!some) {
      EXPECT_EQ(some.error().kind, Error::Kind::kUsage);
      continue;
    }
    std::vector<unsigned> numbers;
    for (const auto& epoch : *some) numbers.push_back(epoch.number);
    EXPECT_EQ(numbers, c.taken);
  }
}

}  // namespace
}  // namespace lorelei::archive
