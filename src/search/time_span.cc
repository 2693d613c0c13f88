// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/time_span.hh"

#include <chrono>

#include "search/schema.hh"

namespace lorelei::search {

namespace {

using Clock = archive::OverReader::Clock;
constexpr std::int64_t kDaySeconds = 86'400;

// Of YYYYMMDD.
std::optional<std::int64_t> start_of_day(std::int64_t number) {
  using namespace std::chrono;
  if (number < 0 || number > 9999'12'31) return std::nullopt;
  const auto part = [number](int divisor) { return static_cast<unsigned>(number / divisor % 100); };
  const year_month_day date(year(static_cast<int>(number / 10'000)), month(part(100)), day(part(1)));
  if (!date.ok()) return std::nullopt;
  return sys_seconds(sys_days(date)).time_since_epoch().count();
}

// Of YYYYMMDDhhmmss.
std::optional<std::int64_t> moment(std::int64_t number) {
  const auto day = start_of_day(number / 1'000'000);
  const auto hour = number / 10'000 % 100, minute = number / 100 % 100, second = number % 100;
  if (!day || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return *day + hour * 3600 + minute * 60 + second;
}

// Of one end of the range.
std::optional<std::int64_t> seconds_of(std::int64_t number, unsigned value_slot, std::int64_t rest_of_day) {
  if (value_slot == slot::kReceived) return number;
  if (value_slot == slot::kSent) return moment(number);
  const auto day = start_of_day(number);
  return day ? std::optional(*day + rest_of_day) : std::nullopt;
}

}  // namespace

std::optional<TimeSpan> time_span(const Query& range) {
  if (range.slot != slot::kReceived && range.slot != slot::kSent && range.slot != slot::kDay) return std::nullopt;
  const auto low = range.low ? seconds_of(*range.low, range.slot, 0) : std::optional(INT64_MIN);
  const auto high = range.high ? seconds_of(*range.high, range.slot, kDaySeconds - 1) : std::optional(INT64_MAX);
  if (!low || !high) return std::nullopt;
  return TimeSpan{range.slot == slot::kReceived ? Clock::kReceived : Clock::kSent, {*low, *high}};
}

}  // namespace lorelei::search
