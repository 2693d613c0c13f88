// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/date.hh"

#include <ctime>

#include <cstdlib>
#include <string>

#include "base/text.hh"
#include "mail/other_date.hh"

namespace lorelei::mail {

namespace {

constexpr const char* kMonths[] = {"january", "february", "march",     "april",   "may",      "june",
                                   "july",    "august",   "september", "october", "november", "december"};

// 1..12 for a whole English name or its first three letters, any case; else 0.
int month_named(std::string_view name) {
  for (int month = 0; month < 12; ++month) {
    const std::string_view full = kMonths[month];
    if (equal_ignore_case(name, full) || equal_ignore_case(name, full.substr(0, 3))) return month + 1;
  }
  return 0;
}

// RFC 2822, section 4.3.
constexpr struct {
  const char* name;
  int hours;
} kZones[] = {{"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6},
              {"PST", -8}, {"PDT", -7}, {"UT", 0},   {"GMT", 0},  {"Z", 0}};

constexpr std::int64_t kHuge = 1'000'000'000;  // numbers stop growing here: nothing that large is a date

class Scanner {
 public:
  explicit Scanner(std::string_view in, std::size_t at = 0) : in_(in), at_(at) {}

  std::size_t at() const { return at_; }
  bool done() const { return at_ >= in_.size(); }
  char peek() const { return done() ? '\0' : in_[at_]; }
  bool take(char c) {
    if (done() || in_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take_any(std::string_view set) {
    if (done() || set.find(in_[at_]) == set.npos) return false;
    ++at_;
    return true;
  }
  std::size_t skip_space() {
    const std::size_t start = at_;
    while (!done() && is_space(in_[at_])) ++at_;
    return at_ - start;
  }
  std::string_view digits(std::size_t most = std::string_view::npos) {
    const std::size_t start = at_;
    while (!done() && at_ - start < most && is_digit(in_[at_])) ++at_;
    return in_.substr(start, at_ - start);
  }
  std::string_view letters() {
    const std::size_t start = at_;
    while (!done() && is_alpha(in_[at_])) ++at_;
    return in_.substr(start, at_ - start);
  }
  // Two digits, or one behind at most one white space.
  std::string_view short_number() {
    if (at_ + 1 < in_.size() && is_digit(in_[at_]) && is_digit(in_[at_ + 1])) return digits(2);
    if (!done() && is_space(in_[at_])) ++at_;
    return digits(1);
  }

 private:
  std::string_view in_;
  std::size_t at_;
};

std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits)
    if (value < kHuge) value = value * 10 + (c - '0');
  return value;
}

// The pieces of an RFC 822 date, as written.
struct Pieces {
  std::string_view day, month, year, hour, minute, second, zone;
  char sign = '+';
};

std::optional<Pieces> pieces_at(std::string_view in, std::size_t at) {
  Scanner s(in, at);
  Pieces p;
  p.day = s.digits();
  s.take(',');
  if (p.day.empty() || s.skip_space() == 0) return std::nullopt;
  p.month = s.letters();
  if (p.month.empty() || s.skip_space() == 0) return std::nullopt;
  p.year = s.digits(4);
  if (p.year.size() < 2 || s.skip_space() == 0) return std::nullopt;
  p.hour = s.digits();
  if (p.hour.empty() || !s.take_any(":.")) return std::nullopt;
  p.minute = s.short_number();
  if (p.minute.empty()) return std::nullopt;
  if (s.take_any(":.")) {
    p.second = s.short_number();
    if (p.second.empty()) return std::nullopt;
  }
  if (s.skip_space() == 0) return std::nullopt;
  if (s.peek() == '-') p.sign = '-';
  while (s.take_any("+-")) continue;
  p.zone = s.digits();
  if (p.zone.empty()) p.zone = s.letters();
  if (p.zone.empty() || !(s.done() || is_space(s.peek()))) return std::nullopt;
  return p;
}

struct Zone {
  std::int64_t seconds;
  int clock;  // +-HHMM, at most 9999
};

// "+100" is an hour, "30" half of one, "5" five.
std::optional<Zone> zone_of(const Pieces& p) {
  if (!is_digit(p.zone.front())) {
    for (const auto& known : kZones)
      if (p.zone == known.name) return Zone{known.hours * 3600, known.hours * 100};
    return std::nullopt;
  }
  const std::size_t size = p.zone.size();
  std::int64_t hours = size == 2 ? 0 : number(size == 1 ? p.zone : p.zone.substr(0, size - 2));
  std::int64_t minutes = size == 1 ? 0 : number(p.zone.substr(size - 2));
  hours += minutes / 60;
  minutes %= 60;
  const std::int64_t sign = p.sign == '-' ? -1 : 1;
  const std::int64_t clock = hours > 99 ? 9999 : hours * 100 + minutes;
  return Zone{sign * (hours * 3600 + minutes * 60), static_cast<int>(sign * clock)};
}

Time as_time(std::int64_t seconds, const Zone& zone) {
  Time time{seconds - zone.seconds, 0};
  if (std::abs(zone.clock) < 1400) time.zone_minutes = zone.clock / 100 * 60 + zone.clock % 100;
  return time;
}

enum class Found { kNothing, kImpossible, kDate };

Found parse_usual(std::string_view in, Time& time) {
  for (std::size_t at = 0; at < in.size(); ++at) {
    if (!is_digit(in[at]) || (at > 0 && is_digit(in[at - 1]))) continue;
    const auto p = pieces_at(in, at);
    const auto zone = p ? zone_of(*p) : std::nullopt;
    if (!zone) continue;
    const int month = month_named(p->month);
    std::int64_t year = number(p->year);
    if (p->year.size() <= 3) {
      year += 1900;
      if (year < 1950) year += 100;
    }
    const auto small = [](std::string_view digits) {
      return static_cast<int>(std::min<std::int64_t>(number(digits), 999));
    };
    if (month == 0) return Found::kImpossible;
    const auto seconds =
        seconds_of(full_year(year), month, small(p->day), small(p->hour), small(p->minute), small(p->second));
    if (!seconds || *seconds < 0) return Found::kImpossible;
    time = as_time(*seconds, *zone);
    return Found::kDate;
  }
  return Found::kNothing;
}

}  // namespace

std::optional<std::int64_t> seconds_of(std::int64_t year, int month, int day, int hour, int minute, int second) {
  constexpr int days_of[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return std::nullopt;
  if (year > kHuge) return std::nullopt;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (day < 1 || day > days_of[month - 1] + (month == 2 && leap ? 1 : 0)) return std::nullopt;
  // Days since 1970-01-01, years counted from March so that the leap day comes last.
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return (era * 146097 + day_of_era - 719468) * 86400 + hour * 3600 + minute * 60 + second;
}

std::optional<Time> parse_mail_date(std::string_view text) {
  Time time;
  switch (parse_usual(text, time)) {
    case Found::kDate:
      return time;
    case Found::kImpossible:
      return std::nullopt;
    case Found::kNothing:
      break;
  }
  return parse_other_date(text);
}

std::optional<Time> parse_received_date(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_digit(text[at]) || (at > 0 && is_digit(text[at - 1]))) continue;
    Scanner s(text, at);
    if (s.digits().empty() || s.skip_space() == 0) continue;
    if (s.letters().empty() || s.skip_space() == 0) continue;
    const auto year = s.digits(4);
    if (year.size() < 2 || s.skip_space() == 0) continue;
    bool is_clock = !s.digits().empty();
    for (int i = 0; i < 2 && is_clock; ++i) {
      is_clock = !s.done() && !is_digit(s.peek());
      s = Scanner(text, s.at() + 1);
      is_clock = is_clock && !s.digits().empty();
    }
    if (!is_clock || s.skip_space() == 0 || !s.take_any("+-") || s.digits().empty()) continue;
    return parse_mail_date(text.substr(at, s.at() - at));
  }
  return std::nullopt;
}

Time local_time(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm local{};
  localtime_r(&time, &local);
  return {seconds, static_cast<int>(local.tm_gmtoff / 60)};
}

}  // namespace lorelei::mail
