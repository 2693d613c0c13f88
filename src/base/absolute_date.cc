// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/absolute_date.hh"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "base/text.hh"

namespace lorelei::date {
namespace {

constexpr int kNoZone = -1;  // a zone of one minute west is taken for none, as git does

class AbsoluteReader {
 public:
  AbsoluteReader(std::string_view text, std::int64_t now, Doubts& doubts) : text_(text), now_(now), doubts_(doubts) {}

  std::optional<std::int64_t> read() {
    for (std::size_t i = 0; text_.at(i) != '\0' && text_.at(i) != '\n';) {
      const char c = text_.at(i);
      if (is_alpha(c))
        i += word(i);
      else if (is_digit(c))
        i = number(i);
      else if ((c == '-' || c == '+') && is_digit(text_.at(i + 1)))
        i = numeric_zone(i);
      else
        ++i;
    }
    const auto seconds = utc_seconds(f_);
    if (!seconds) return std::nullopt;
    if (f_.day > days_in_month(f_.year, f_.month) || f_.day < 1)
      doubts_.add(0, text_.bytes().size(), "there is no such day in that month");
    if (is_utc_) return seconds;
    const int zone = zone_ != kNoZone ? zone_ : local_zone(*seconds);
    return *seconds - zone * 60;
  }

 private:
  // Each returns how far it got or how long the word was.
  std::size_t word(std::size_t at) {
    if (const auto month = month_named(text_, at)) {
      f_.month = *month;
      return text_.end_of_letters(at) - at;
    }
    if (weekday_named(text_, at)) return text_.end_of_letters(at) - at;  // the date says it better
    if (const auto zone = zone_named(text_, at)) {
      if (zone_ == kNoZone) zone_ = zone->minutes;
      return zone->length;
    }
    if (text_.is_word(at, "PM") || text_.is_word(at, "AM")) {
      f_.hour = f_.hour % 12 + (to_lower(text_.at(at)) == 'p' ? 12 : 0);
      return 2;
    }
    const auto length = text_.end_of_letters(at) - at;
    const auto word = text_.part(at, length);
    // Between a date and a time, T needs no meaning of its own.
    if (is_filler(text_, at) || word == "T") return length;
    if (!doubts_.open()) return length;
    const bool like_a_zone = length <= 5 && std::all_of(word.begin(), word.end(), is_upper);
    doubts_.add(at, length,
                fmt::format("'{}' {}", word,
                            like_a_zone ? "is no zone that git knows; +hhmm is understood"
                                        : "means nothing in a complete date"));
    return length;
  }

  std::size_t number(std::size_t at) {
    constexpr std::uint64_t kEpochFrom = 100'000'000;  // nine digits: 1973
    const auto value = text_.number(at);
    const auto end = text_.end_of_digits(at);
    if (value >= kEpochFrom && f_.nothing_known() && set_from_epoch(value)) return end;
    const char separator = text_.at(end);
    if ((separator == ':' || separator == '-' || separator == '/' || separator == '.') && is_digit(text_.at(end + 1))) {
      if (const auto joined = read_joined(text_, at, f_, now_)) return joined;
      doubt_number(at, end);
    }
    const auto digits = end - at;
    if (digits == 8 || digits == 6) return compact(at, end, value);
    if (!plain_number(static_cast<int>(digits), value)) doubt_number(at, end);
    return end;
  }

  bool set_from_epoch(std::uint64_t value) {
    const auto seconds = static_cast<std::time_t>(value);
    struct tm utc {};
    if (!gmtime_r(&seconds, &utc)) return false;
    f_ = {utc.tm_year, utc.tm_mon, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec};
    is_utc_ = true;
    return true;
  }

  // YYYYMMDD, HHMMSS[.fraction]
  std::size_t compact(std::size_t at, std::size_t end, std::uint64_t value) {
    const int first = static_cast<int>(value / 10'000), second = static_cast<int>(value / 100 % 100),
              third = static_cast<int>(value % 100);
    if (end - at == 8) {
      if (!set_date(f_, first, second, third)) doubt_number(at, end);
      return end;
    }
    if (!set_time(f_, first, second, third)) return doubt_number(at, end), end;
    const bool fraction = text_.at(end) == '.' && is_digit(text_.at(end + 1));
    return fraction ? text_.end_of_digits(end + 1) : end;
  }

  // A number on its own says what it is by its length and by what is still open. False if it is of no use.
  bool plain_number(int digits, std::uint64_t value) {
    const int n = static_cast<int>(value);
    if (digits == 4) {
      if (value <= 1400 && zone_ == kNoZone)
        zone_ = n / 100 * 60 + n % 100;
      else if (value > 1900 && value < 2100)
        f_.year = n - 1900;
      else
        return false;
      return true;
    }
    if (digits > 2) return false;
    if (n > 0 && n < 32 && f_.day < 0) return f_.day = n, true;
    if (digits == 2 && f_.year < 0) {
      if (n < 10 && f_.day >= 0) return f_.year = n + 100, true;
      if (n >= 70) return f_.year = n, true;
    }
    if (n > 0 && n < 13 && f_.month < 0) return f_.month = n - 1, true;
    return false;
  }

  // +hhmm, +hh or +hh:mm, even before a time.
  std::size_t numeric_zone(std::size_t at) {
    constexpr std::uint64_t kBad = 99;
    const auto first = at + 1;
    auto end = text_.end_of_digits(first);
    auto hours = text_.number(first);
    std::uint64_t minutes = 0;
    if (end - first == 4) {
      minutes = hours % 100;
      hours /= 100;
    } else if (text_.at(end) != ':') {
      if (end - first != 2) minutes = kBad;
    } else {
      minutes = is_digit(text_.at(end + 1)) ? text_.number(end + 1) : 0;
      end = is_digit(text_.at(end + 1)) ? text_.end_of_digits(end + 1) : end;
      if (end - first != 5) minutes = kBad;
    }
    if (minutes < 60 && hours < 24) {
      const int offset = static_cast<int>(hours * 60 + minutes);
      zone_ = text_.at(at) == '-' ? -offset : offset;
    } else {
      doubt_number(at, end);
    }
    return end;
  }

  // What the zone of $TZ is at that time of its own clock, in whole minutes.
  int local_zone(std::int64_t as_utc) const {
    struct tm local {};
    local.tm_year = f_.year;
    local.tm_mon = f_.month;
    local.tm_mday = f_.day;
    local.tm_hour = f_.hour;
    local.tm_min = f_.minute;
    local.tm_sec = f_.second;
    local.tm_isdst = -1;
    return static_cast<int>((as_utc - mktime(&local)) / 60);
  }

  void doubt_number(std::size_t at, std::size_t end) {
    if (!doubts_.open()) return;
    doubts_.add(at, end - at, fmt::format("'{}' is no part of a date here", text_.part(at, end - at)));
  }

  const Text text_;
  const std::int64_t now_;
  Doubts& doubts_;
  Fields f_;
  int zone_ = kNoZone;  // minutes east
  bool is_utc_ = false;
};

// "@SECONDS +hhmm", as git writes times into objects.
std::optional<std::int64_t> read_stamp(const Text& text) {
  if (text.at(0) != '@' || !is_digit(text.at(1))) return std::nullopt;
  const auto end = text.end_of_digits(1);
  if (text.at(end) != ' ' || (text.at(end + 1) != '+' && text.at(end + 1) != '-')) return std::nullopt;
  const auto zone_end = text.end_of_digits(end + 2);
  if (zone_end != end + 6 || (text.at(zone_end) != '\0' && text.at(zone_end) != '\n')) return std::nullopt;
  return static_cast<std::int64_t>(text.number(1));
}

}  // namespace

std::optional<std::int64_t> read_absolute(std::string_view text, std::int64_t now, Doubts& doubts) {
  if (const auto seconds = read_stamp(Text(text))) return seconds;
  return AbsoluteReader(text, now, doubts).read();
}

}  // namespace lorelei::date
