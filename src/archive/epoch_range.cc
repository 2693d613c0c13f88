// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/epoch_range.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::archive {

namespace {

tl::unexpected<Error> refuse(std::string_view range, std::string why) {
  return err(Error::Kind::kUsage, "take the epochs", std::string(range), std::move(why), "LOW..HIGH, LOW.. or ..HIGH");
}

Result<unsigned> end_of_range(const std::vector<EpochSource>& epochs, std::string_view range, std::string_view end) {
  const bool from_newest = end.starts_with('~');
  const auto number = parse_uint(from_newest ? end.substr(1) : end);
  if (!number) return refuse(range, fmt::format("`{}' is no number of an epoch", end));
  if (from_newest) {
    if (*number >= epochs.size()) return refuse(range, fmt::format("`{}' is out of range", end));
    return epochs[epochs.size() - 1 - *number].number;
  }
  const auto first = epochs.front().number, last = epochs.back().number;
  if (*number > last) return refuse(range, fmt::format("`{}' exceeds maximum available epoch ({})", end, last));
  if (*number < first) return refuse(range, fmt::format("`{}' is lower than minimum available epoch ({})", end, first));
  return static_cast<unsigned>(*number);
}

}  // namespace

Result<std::vector<EpochSource>> in_epoch_range(const std::vector<EpochSource>& epochs, std::string_view range) {
  const auto dots = range.find("..");
  const auto low_text = range.substr(0, dots), high_text = dots == range.npos ? low_text : range.substr(dots + 2);
  if (low_text.empty() && high_text.empty()) return refuse(range, "it names no epoch");
  auto low = epochs.front().number, high = epochs.back().number;
  if (!low_text.empty()) {
    TRY(low, end_of_range(epochs, range, low_text));
  }
  if (!high_text.empty()) {
    TRY(high, end_of_range(epochs, range, high_text));
  }
  if (low > high) return refuse(range, fmt::format("low value (`{}') exceeds high (`{}')", low, high));
  std::vector<EpochSource> some;
  std::copy_if(epochs.begin(), epochs.end(), std::back_inserter(some),
               [&](const EpochSource& epoch) { return low <= epoch.number && epoch.number <= high; });
  if (some.empty()) return refuse(range, "there is no epoch in it");
  return some;
}

}  // namespace lorelei::archive
