// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utc_day.hh"

#include <fmt/core.h>

#include <ctime>

namespace lorelei {

std::string utc_day(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm utc{};
  gmtime_r(&time, &utc);
  return fmt::format("{:04}-{:02}-{:02}", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday);
}

}  // namespace lorelei
