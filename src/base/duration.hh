// SPDX-License-Identifier: GPL-3.0-or-later
// How long something takes or waits, as people write it: 90, 0.5, 30s, 10m, 2h, 1d. Without a unit it is seconds.
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "base/options.hh"

namespace lorelei {

inline constexpr std::chrono::hours kLongestDuration{24 * 3660};  // ten years

// Nothing for anything else, and for more than the above.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view);

// For a table of options.
Target duration_target(std::optional<std::chrono::milliseconds>*);

}  // namespace lorelei
