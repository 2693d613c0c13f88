// SPDX-License-Identifier: GPL-3.0-or-later
// The day of a time, "2026-01-31", in UTC: for people.
#pragma once
#include <cstdint>
#include <string>

namespace lorelei {

std::string utc_day(std::int64_t seconds);  // since 1970

}  // namespace lorelei
