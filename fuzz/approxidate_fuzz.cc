// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a date: git's reading takes all of them; the strict one names a place within the text, or agrees with
// git's but for its shorthands (a digit with d, w, h, mo or y behind it).
#include <cstdlib>
#include <string_view>

#include "base/git_date.hh"
#include "base/text.hh"

using namespace lorelei;

static void require(bool holds) {
  if (!holds) std::abort();
}

static bool may_have_shorthand(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i)
    if (is_digit(text[i - 1]) && std::string_view("dwhmy").find(to_lower(text[i])) != std::string_view::npos)
      return true;
  return false;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int zone_is_set = setenv("TZ", "Europe/Berlin", 1);
  require(zone_is_set == 0);
  constexpr std::int64_t kNow = 1'795'264'496;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto git = parse_date(text, kNow, DateReading::kGit);
  const auto strict = parse_date(text, kNow);
  require(git.has_value() == (size <= kMaxDate));
  if (!strict) {
    require(strict.error().offset <= size && strict.error().length <= size - strict.error().offset);
    require(!strict.error().why.empty());
  } else if (!may_have_shorthand(text) && text.find('\n') == std::string_view::npos) {
    require(*strict == *git);
  }
  return 0;
}
