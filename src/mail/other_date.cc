// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/other_date.hh"

#include <cstdlib>
#include <string>

#include "base/text.hh"
#include "mail/date_text.hh"
#include "mail/date_zone.hh"

namespace lorelei::mail {

namespace {

struct Named {
  std::string_view name;
  int value;
};

// Longer names before their beginnings, so that the first that fits is the right one.
constexpr Named kMonths[] = {{"september", 9}, {"sept", 9},     {"sep", 9},   {"october", 10},  {"oct", 10},
                             {"november", 11}, {"nov", 11},     {"may", 5},   {"march", 3},     {"mar", 3},
                             {"june", 6},      {"jun", 6},      {"july", 7},  {"jul", 7},       {"january", 1},
                             {"jan", 1},       {"february", 2}, {"feb", 2},   {"december", 12}, {"dec", 12},
                             {"august", 8},    {"aug", 8},      {"april", 4}, {"apr", 4}};
constexpr std::string_view kOrdinals[] = {"th", "st", "rd", "nd"};

class Reading : private DateText {
 public:
  explicit Reading(std::string_view text) : DateText(text) {}

  std::optional<Time> time() {
    if (left().empty()) return std::nullopt;
    if (!take_iso_date() && !take_clock()) take_hour();
    if (hour_ && *hour_ <= 12) take_meridiem();
    if (!year_ && !take_date()) return std::nullopt;
    const DateZone zone = take_zone(*this, zone_);
    if (!zone.is_known || !left().empty()) return std::nullopt;
    zone_ = zone.seconds;
    return assemble();
  }

 private:
  enum class Meridiem { kNone, kAm, kPm };

  // " 2002-11-21", maybe with its time; the separators may be missing, but not differ.
  bool take_iso_date() {
    for (std::size_t i = 0; i < size(); ++i) {
      if (!space_at(i) || number_ends(i + 1, 4, 4).empty()) continue;
      const std::size_t year_end = i + 5;
      const std::string_view separator = separator_at(year_end);
      for (const auto month_end : number_ends(year_end + separator.size(), 1, 2)) {
        if (!holds(month_end, separator)) continue;
        const std::size_t day = month_end + separator.size();
        for (const auto day_end : number_ends(day, 1, 2)) {
          const auto end = take_iso_time(day_end);
          if (!end) continue;
          year_ = number({i + 1, year_end});
          month_ = number({year_end + separator.size(), month_end});
          day_ = number({day, day_end});
          cut({i, *end});
          return hour_.has_value();
        }
      }
    }
    return false;
  }
  std::string_view separator_at(std::size_t i) const { return at(i) == '-' ? "-" : at(i) == ':' ? ":" : ""; }
  bool ends_number(std::size_t i) const { return i < size() && !digit_at(i); }

  // The end of the time behind an ISO date, or from itself if there is none; nothing if a digit would be cut in two.
  std::optional<std::size_t> take_iso_time(std::size_t from) {
    if (at(from) == '-' || at(from) == 't' || at(from) == ' ')
      for (const auto hour_end : number_ends(from + 1, 1, 2))
        if (const auto end = take_iso_minute(hour_end)) {
          hour_ = number({from + 1, hour_end});
          return end;
        }
    if (ends_number(from)) return from;
    return std::nullopt;
  }
  std::optional<std::size_t> take_iso_minute(std::size_t from) {
    const std::string_view separator = separator_at(from);
    for (const auto end : number_ends(from + separator.size(), 1, 2)) {
      const Span minute{from + separator.size(), end};
      if (holds(end, separator))
        for (const auto second_end : number_ends(end + separator.size(), 1, 2)) {
          std::size_t last = second_end;
          if ((at(last) == '.' || at(last) == ',') && digit_at(last + 1)) last = digits_end(last + 1);
          if (!ends_number(last) && !ends_number(last = second_end)) continue;
          minute_ = number(minute);
          second_ = number({end + separator.size(), second_end});
          return last;
        }
      if (!ends_number(end)) continue;
      minute_ = number(minute);
      return end;
    }
    if (ends_number(from)) return from;
    return std::nullopt;
  }

  // "a", "p.m." and so on; the end, or nothing. Needs a space behind it, which it takes.
  std::optional<std::size_t> meridiem_end(std::size_t i) const {
    if (at(i) != 'a' && at(i) != 'p') return std::nullopt;
    std::size_t end = i + 1;
    if (at(end) == '.') ++end;
    if (at(end) == 'm') ++end;
    if (at(end) == '.') ++end;
    if (!space_at(end)) return std::nullopt;
    return end + 1;
  }
  void set_meridiem(std::size_t i) { meridiem_ = at(i) == 'a' ? Meridiem::kAm : Meridiem::kPm; }

  // " 12:34", " 12:34:56.789z", " 1:34 pm"
  bool take_clock() {
    for (std::size_t i = 0; i < size(); ++i) {
      if (!space_at(i) && at(i) != ':') continue;
      for (const auto hour_end : number_ends(i + 1, 1, 2)) {
        if (at(hour_end) != ':') continue;
        for (const auto minute_end : number_ends(hour_end + 1, 1, 2)) {
          minute_ = number({hour_end + 1, minute_end});
          const std::int64_t hour = number({i + 1, hour_end});
          const auto end = clock_end(minute_end);
          if (!end) continue;
          hour_ = hour;
          cut({i, *end});
          return true;
        }
      }
    }
    minute_.reset();
    return false;
  }
  std::optional<std::size_t> clock_end(std::size_t minute_end) {
    if (at(minute_end) == ':')
      for (const auto second_end : number_ends(minute_end + 1, 1, 2)) {
        std::size_t last = second_end;
        if (at(last) == '.' && digit_at(last + 1)) last = digits_end(last + 1);
        if (const auto end = behind_clock(last)) {
          second_ = number({minute_end + 1, second_end});
          return end;
        }
      }
    return behind_clock(minute_end);
  }
  std::optional<std::size_t> behind_clock(std::size_t i) {
    const bool is_utc = at(i) == 'z';
    if (is_utc) ++i;
    const std::size_t next = spaces_end(i);
    if (const auto end = meridiem_end(next)) {
      set_meridiem(next);
      if (is_utc) zone_ = 0;
      return end;
    }
    if (next == i) return std::nullopt;
    if (is_utc) zone_ = 0;
    return next;
  }

  // " 12 am"
  void take_hour() {
    for (std::size_t i = 0; i < size() && !hour_; ++i) {
      if (!space_at(i)) continue;
      for (const auto hour_end : number_ends(i + 1, 1, 2)) {
        const std::size_t next = spaces_end(hour_end);
        const auto end = meridiem_end(next);
        if (!end) continue;
        hour_ = number({i + 1, hour_end});
        minute_ = second_ = 0;
        set_meridiem(next);
        cut({i, *end});
        return;
      }
    }
  }

  void take_meridiem() {
    for (std::size_t i = 0; i < size(); ++i) {
      const auto end = at(i) == ' ' ? meridiem_end(i + 1) : std::nullopt;
      if (!end) continue;
      set_meridiem(i + 1);
      return cut({i, *end});
    }
  }

  const Named* month_at(std::size_t i) const {
    for (const auto& month : kMonths)
      if (holds(i, month.name)) return &month;
    return nullptr;
  }

  // False: what was found is no date.
  bool take_date() {
    bool possible = true;
    if (!take_day_name_year() && !take_numbers(possible) && !take_day_month() && !take_month_day() &&
        !take_month_slash_day())
      take_six_digits();
    if (!possible) return false;
    if (!year_) take_year();
    return true;
  }

  // " 12-jun-96", with - . or /
  bool take_day_name_year() {
    for (std::size_t i = 0; i < size(); ++i) {
      if (!space_at(i)) continue;
      for (const auto day_end : number_ends(i + 1, 1, 2)) {
        const char separator = at(day_end);
        const Named* month = separator == '-' || separator == '.' || separator == '/' ? month_at(day_end + 1) : nullptr;
        if (!month) continue;
        const std::size_t month_end = day_end + 1 + month->name.size();
        std::size_t end = month_end;
        std::optional<std::int64_t> year;
        if (at(end) == separator && digits_end(end + 1) >= end + 3) {
          end = digits_end(end + 1);
          year = number({month_end + 1, end});
        }
        if (!space_at(end)) continue;
        day_ = number({i + 1, day_end});
        month_ = month->value;
        year_ = year;
        cut({i, end + 1});
        return true;
      }
    }
    return false;
  }

  // " 12/31/96", " 1996-12-31"
  bool take_numbers(bool& possible) {
    for (std::size_t i = 0; i < size(); ++i) {
      const std::size_t first_end = space_at(i) ? digits_end(i + 1) : i + 1;
      const char separator = at(first_end);
      if (first_end == i + 1 || (separator != '-' && separator != '.' && separator != '/')) continue;
      for (const auto second_end : number_ends(first_end + 1, 1, 2)) {
        std::size_t end = second_end;
        if (at(end) == separator && digit_at(end + 1)) end = digits_end(end + 1);
        if (!space_at(end)) continue;
        month_ = number({i + 1, first_end});
        day_ = number({first_end + 1, second_end});
        if (end != second_end && piece({second_end + 1, end}) != "0") {
          Span year{second_end + 1, end};
          if (*month_ > 13) {
            month_ = day_;
            day_ = number(year);
            year = {i + 1, first_end};
          }
          year_ = number(year);
          possible = year.end - year.start <= 2 || *year_ >= 1901;
        }
        cut({i, end + 1});
        return true;
      }
    }
    return false;
  }

  std::size_t ordinal_end(std::size_t i) const {
    for (const auto ordinal : kOrdinals)
      if (holds(i, ordinal)) return i + ordinal.size();
    return i;
  }

  // " 21st november"
  bool take_day_month() {
    for (std::size_t i = 0; i < size(); ++i) {
      const std::size_t day_end = space_at(i) ? digits_end(i + 1) : i + 1;
      if (day_end == i + 1) continue;
      const std::size_t month_start = spaces_end(ordinal_end(spaces_end(day_end)));
      const Named* month = month_at(month_start);
      if (!month) continue;
      day_ = number({i + 1, day_end});
      month_ = month->value;
      cut({i, month_start + month->name.size()});
      return true;
    }
    return false;
  }

  // "november 21st "
  bool take_month_day() {
    for (std::size_t i = 0; i < size(); ++i)
      for (const auto& month : kMonths) {
        if (!holds(i, month.name)) continue;
        const std::size_t day = spaces_end(i + month.name.size());
        const std::size_t day_end = digits_end(day);
        if (day_end == day) continue;
        const std::size_t spaces = spaces_end(day_end);
        const std::size_t ordinal = ordinal_end(spaces);
        const bool has_ordinal = ordinal != spaces && space_at(ordinal);
        if (!has_ordinal && spaces == day_end) continue;
        month_ = month.value;
        day_ = number({day, day_end});
        cut({i, has_ordinal ? ordinal + 1 : spaces});
        return true;
      }
    return false;
  }

  // "nov/21/", "nov-21-"
  bool take_month_slash_day() {
    for (std::size_t i = 0; i < size(); ++i)
      for (const auto& month : kMonths) {
        if (!holds(i, month.name)) continue;
        const std::size_t separator = i + month.name.size();
        const std::size_t day_end = digits_end(separator + 1);
        if ((at(separator) != '/' && at(separator) != '-') || day_end == separator + 1) continue;
        if (at(day_end) != '/' && at(day_end) != '-') continue;
        month_ = month.value;
        day_ = number({separator + 1, day_end});
        cut({i, day_end + 1});
        return true;
      }
    return false;
  }

  // " 021121 "
  void take_six_digits() {
    for (std::size_t i = 0; i < size(); ++i) {
      if (!space_at(i) || digits_end(i + 1) != i + 7 || !space_at(i + 7)) continue;
      year_ = number({i + 1, i + 3});
      month_ = number({i + 3, i + 5});
      day_ = number({i + 5, i + 7});
      return cut({i, i + 8});
    }
  }

  void take_year() {
    for (std::size_t i = 0; i < size(); ++i) {
      const std::size_t end = space_at(i) ? digits_end(i + 1) : i;
      if (end != i + 3 && end != i + 5) continue;
      if (!space_at(end) && at(end) != '.' && at(end) != ',') continue;
      year_ = number({i + 1, end});
      return cut({i, end + 1});
    }
  }

  std::optional<Time> assemble() const {
    if (!year_ || !month_ || !day_) return std::nullopt;
    std::int64_t hour = hour_.value_or(0);
    if (hour == 12 && meridiem_ == Meridiem::kAm) hour = 0;
    if (hour != 12 && meridiem_ == Meridiem::kPm) hour += 12;
    const auto small = [](std::int64_t value) { return static_cast<int>(std::min<std::int64_t>(value, 999)); };
    const auto seconds = seconds_of(full_year(*year_), small(*month_), small(*day_), small(hour),
                                    small(minute_.value_or(0)), small(second_.value_or(0)));
    if (!seconds) return std::nullopt;
    const std::int64_t zone = zone_.value_or(0);
    const std::int64_t minutes = zone / 60;
    return Time{*seconds - zone, std::abs(minutes) < 14 * 60 ? static_cast<int>(minutes) : 0};
  }

  std::optional<std::int64_t> year_, month_, day_, hour_, minute_, second_;
  std::optional<std::int64_t> zone_;  // seconds east
  Meridiem meridiem_ = Meridiem::kNone;
};

}  // namespace

std::int64_t full_year(std::int64_t year) {
  if (year >= 1000) return year;
  if (year >= 100) return 1900 + year;
  return year > 76 ? 1900 + year : 2000 + year;
}

std::optional<Time> parse_other_date(std::string_view text) {
  if (text.size() > kMaxDateBytes) return std::nullopt;
  return Reading(to_lower(text)).time();
}

}  // namespace lorelei::mail
