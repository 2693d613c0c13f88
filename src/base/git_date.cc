// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/git_date.hh"

#include <fmt/format.h>

#include <ctime>

#include "base/absolute_date.hh"
#include "base/relative_date.hh"
#include "base/text.hh"

namespace lorelei {

tl::expected<std::int64_t, DateProblem> parse_date(std::string_view text, std::int64_t now, DateReading reading) {
  const bool strict = reading == DateReading::kStrict;
  if (text.size() > kMaxDate)
    return tl::unexpected(DateProblem{kMaxDate, 0, fmt::format("a date has at most {} bytes", kMaxDate), ""});
  if (strict && trim(text).empty())
    return tl::unexpected(DateProblem{0, text.size(), "there is no date", "1.month.ago"});
  if (strict && text.find('\0') != std::string_view::npos)
    return tl::unexpected(DateProblem{text.find('\0'), 1, "a date has no NUL byte", ""});

  // Git stops an absolute date at the end of the line; nothing is left out of a strict one.
  const auto one_line = strict ? replace_all(text, "\n", " ") : std::string(text);
  tzset();
  date::Doubts absolute{reading}, relative{reading};
  auto seconds = date::read_absolute(one_line, now, absolute);
  const auto& doubts = seconds ? absolute : relative;
  if (!seconds) seconds = date::read_relative(one_line, now, relative);
  if (doubts.first) return tl::unexpected(*doubts.first);
  return *seconds;
}

}  // namespace lorelei
