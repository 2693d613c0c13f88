// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/duration.hh"

#include <fmt/format.h>

#include "base/text.hh"

namespace lorelei {

using std::chrono::milliseconds;

std::optional<milliseconds> parse_duration(std::string_view text) {
  std::int64_t unit = 1000;
  if (!text.empty() && is_alpha(text.back())) {
    constexpr std::string_view kUnits = "smhd";
    constexpr std::int64_t kMilliseconds[] = {1000, 60'000, 3'600'000, 86'400'000};
    const auto at = kUnits.find(to_lower(text.back()));
    if (at == std::string_view::npos) return std::nullopt;
    unit = kMilliseconds[at];
    text.remove_suffix(1);
  }
  const auto dot = text.find('.');
  auto fraction = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  const auto whole = text.substr(0, dot);
  if (whole.empty() || (dot != std::string_view::npos && fraction.empty())) return std::nullopt;
  const auto units = parse_uint(whole);
  const auto limit = milliseconds(kLongestDuration).count();
  if (!units || *units > static_cast<std::uint64_t>(limit)) return std::nullopt;
  std::int64_t parts = 0, scale = 1;
  for (const char c : fraction) {
    if (!is_digit(c)) return std::nullopt;
    if (scale >= 1'000'000) continue;  // finer than anything waits
    parts = parts * 10 + (c - '0');
    scale *= 10;
  }
  const auto count = static_cast<std::int64_t>(*units);
  if (count > limit / unit) return std::nullopt;
  return milliseconds(count * unit + parts * unit / scale);
}

Target duration_target(std::optional<milliseconds>* to) {
  return Target([to](std::string_view text) -> Result<void> {
    *to = parse_duration(text);
    if (*to) return {};
    return err(Error::Kind::kUsage, "", "", fmt::format("'{}' is no span of time", text), "seconds, or 10m, 2h, 1d");
  });
}

}  // namespace lorelei
