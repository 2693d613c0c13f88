// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/other_date.hh"

#include <cstdlib>
#include <string>
#include <vector>

#include "base/text.hh"

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
constexpr std::string_view kDays[] = {"wednesday", "wednes", "wed",    "tuesday", "tues",   "tue",
                                      "thursday",  "thurs",  "thur",   "thu",     "sunday", "sun",
                                      "saturday",  "sat",    "monday", "mon",     "friday", "fri"};
constexpr std::string_view kOrdinals[] = {"th", "st", "rd", "nd"};

// Hours east of Greenwich.
constexpr Named kZones[] = {
    {"act", -5}, {"adt", -3},  {"aedt", 11}, {"aest", 10}, {"ahst", -10}, {"akdt", -8}, {"akst", -9}, {"ast", -4},
    {"at", -2},  {"brst", -2}, {"brt", -3},  {"bst", 1},   {"bt", 3},     {"cat", -10}, {"cct", 8},   {"cdt", -5},
    {"cest", 2}, {"cet", 1},   {"cst", -6},  {"eadt", 11}, {"east", 10},  {"ect", 1},   {"edt", -4},  {"eest", 3},
    {"eet", 2},  {"est", -5},  {"ewt", -4},  {"fnt", -2},  {"fst", 2},    {"fwt", 1},   {"gmt", 0},   {"gst", 10},
    {"hdt", -9}, {"hkt", 8},   {"hst", -10}, {"idle", 12}, {"idlw", -12}, {"jst", 9},   {"kdt", 10},  {"kst", 9},
    {"mdt", -6}, {"mest", 2},  {"met", 1},   {"mewt", 1},  {"mez", 1},    {"mnt", -4},  {"msd", 4},   {"msk", 3},
    {"mst", -7}, {"nt", -11},  {"nzd", 13},  {"nzdt", 13}, {"nzst", 12},  {"nzt", 12},  {"pdt", -7},  {"pst", -8},
    {"set", 1},  {"sst", 2},   {"swt", 1},   {"ukr", 2},   {"ut", 0},     {"utc", 0},   {"wadt", 8},  {"wat", -1},
    {"wet", 0},  {"wst", 8},   {"ydt", -8},  {"yst", -9},  {"zp4", 4},    {"zp5", 5},   {"zp6", 6}};

std::optional<std::int64_t> zone_named(std::string_view name) {
  for (const auto& zone : kZones)
    if (zone.name == name) return zone.value * 3600;
  return std::nullopt;
}

bool is_word(char c) { return is_alnum(c) || c == '_'; }

// A piece of the text and where it ends.
struct Span {
  std::size_t start, end;
};

class Reading {
 public:
  explicit Reading(std::string text) : text_(std::move(text)) {}

  std::optional<Time> time() {
    drop_comments();
    text_ = " " + text_ + " ";
    soften_punctuation();
    drop_day_name();
    if (trim(text_).empty()) return std::nullopt;
    if (!take_iso_date() && !take_clock()) take_hour();
    if (hour_ && *hour_ <= 12) take_meridiem();
    if (!year_ && !take_date()) return std::nullopt;
    if (!take_zone() || !trim(text_).empty()) return std::nullopt;
    return assemble();
  }

 private:
  enum class Meridiem { kNone, kAm, kPm };

  char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  bool space_at(std::size_t i) const { return i < text_.size() && is_space(text_[i]); }
  bool digit_at(std::size_t i) const { return is_digit(at(i)); }
  bool boundary_at(std::size_t i) const { return (i > 0 && is_word(at(i - 1))) != is_word(at(i)); }
  bool holds(std::size_t i, std::string_view piece) const {
    return std::string_view(text_).substr(std::min(i, text_.size())).starts_with(piece);
  }
  void cut(Span span) { text_.replace(span.start, span.end - span.start, " "); }

  std::int64_t number(Span span) const {
    std::int64_t value = 0;
    for (std::size_t i = span.start; i < span.end; ++i)
      if (value < 1'000'000'000) value = value * 10 + (text_[i] - '0');
    return value;
  }
  // Where a number of at least least and at most most digits can end, the longest first.
  std::vector<std::size_t> number_ends(std::size_t from, std::size_t least, std::size_t most) const {
    std::size_t end = from;
    while (end - from < most && digit_at(end)) ++end;
    std::vector<std::size_t> ends;
    for (; end - from >= least && end > from; --end) ends.push_back(end);
    return ends;
  }
  std::size_t digits_end(std::size_t from) const {
    while (digit_at(from)) ++from;
    return from;
  }
  std::size_t spaces_end(std::size_t from) const {
    while (space_at(from)) ++from;
    return from;
  }

  void drop_comments() {
    std::string out;
    std::vector<std::size_t> open;
    for (const char c : text_) {
      if (c == ')' && !open.empty()) {
        out.resize(open.back());
        open.pop_back();
        out.push_back(' ');
        continue;
      }
      if (c == '(') open.push_back(out.size());
      out.push_back(c == '\n' ? ' ' : c);
    }
    text_ = std::move(out);
  }

  // A dot or comma behind a word and before a space goes; so do all commas.
  void soften_punctuation() {
    std::string out;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const char c = text_[i];
      if ((is_word(c) || is_space(c)) && (at(i + 1) == '.' || at(i + 1) == ',') && space_at(i + 2)) {
        out.append({c, ' '});
        i += 2;
      } else {
        out.push_back(c == ',' ? ' ' : c);
      }
    }
    text_ = std::move(out);
  }

  void drop_day_name() {
    for (std::size_t i = 0; i < text_.size(); ++i)
      for (const auto day : kDays) {
        if (!holds(i, day)) continue;
        const std::size_t end = i + day.size();
        for (std::size_t next = spaces_end(end); next + 1 > end; --next) {
          const bool den = holds(next, "den") && space_at(next + 3) && boundary_at(next + 4);
          if (den || boundary_at(next)) return cut({i, den ? next + 4 : next});
        }
      }
  }

  // " 2002-11-21", maybe with its time; the separators may be missing, but not differ.
  bool take_iso_date() {
    for (std::size_t i = 0; i < text_.size(); ++i) {
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
  bool ends_number(std::size_t i) const { return i < text_.size() && !digit_at(i); }

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
    for (std::size_t i = 0; i < text_.size(); ++i) {
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
    for (std::size_t i = 0; i < text_.size() && !hour_; ++i) {
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
    for (std::size_t i = 0; i < text_.size(); ++i) {
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
    for (std::size_t i = 0; i < text_.size(); ++i) {
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
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const std::size_t first_end = space_at(i) ? digits_end(i + 1) : i + 1;
      const char separator = at(first_end);
      if (first_end == i + 1 || (separator != '-' && separator != '.' && separator != '/')) continue;
      for (const auto second_end : number_ends(first_end + 1, 1, 2)) {
        std::size_t end = second_end;
        if (at(end) == separator && digit_at(end + 1)) end = digits_end(end + 1);
        if (!space_at(end)) continue;
        month_ = number({i + 1, first_end});
        day_ = number({first_end + 1, second_end});
        if (end != second_end && std::string_view(text_).substr(second_end + 1, end - second_end - 1) != "0") {
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
    for (std::size_t i = 0; i < text_.size(); ++i) {
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
    for (std::size_t i = 0; i < text_.size(); ++i)
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
    for (std::size_t i = 0; i < text_.size(); ++i)
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
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (!space_at(i) || digits_end(i + 1) != i + 7 || !space_at(i + 7)) continue;
      year_ = number({i + 1, i + 3});
      month_ = number({i + 3, i + 5});
      day_ = number({i + 5, i + 7});
      return cut({i, i + 8});
    }
  }

  void take_year() {
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const std::size_t end = space_at(i) ? digits_end(i + 1) : i;
      if (end != i + 3 && end != i + 5) continue;
      if (!space_at(end) && at(end) != '.' && at(end) != ',') continue;
      year_ = number({i + 1, end});
      return cut({i, end + 1});
    }
  }

  // False: there is a zone, but nobody knows it.
  bool take_zone() {
    for (std::size_t i = 0; i < text_.size(); ++i)
      if (holds(i, "dst") && boundary_at(i) && boundary_at(i + 3)) {
        is_summer_ = true;
        text_.erase(i, 3);
        break;
      }
    switch (take_zone_name()) {
      case Found::kUnknown:
        return false;
      case Found::kYes:
        break;
      case Found::kNo:
        if (!take_zone_number(Colon::kAllowed)) return false;
    }
    const std::string_view left = trim(text_);
    if (left.empty()) return true;
    if (left == "u" || left == "ut" || left == "z") {
      zone_ = 0;
      text_.clear();
      return true;
    }
    return take_zone_number(Colon::kForbidden);
  }

  enum class Found { kNo, kYes, kUnknown };
  enum class Colon { kAllowed, kForbidden };

  std::size_t letters_end(std::size_t from) const {
    while (is_lower(at(from))) ++from;
    return from;
  }

  // ' pst', ' "metdst"', ' cet2cest', ' gmt_x'
  Found take_zone_name() {
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (!space_at(i)) continue;
      const std::size_t name = i + (at(i + 1) == '"' ? 2 : 1);
      for (std::size_t size = 4; size >= 3; --size) {
        if (letters_end(name) < name + size) continue;
        const auto end = zone_name_end(name + size);
        if (!end) continue;
        if (holds(name + size, "dst")) is_summer_ = true;
        zone_ = zone_named(std::string_view(text_).substr(name, size));
        cut({i, *end});
        return zone_ ? Found::kYes : Found::kUnknown;
      }
    }
    return Found::kNo;
  }
  std::optional<std::size_t> zone_name_end(std::size_t from) const {
    std::size_t ends[] = {from, from};
    if (holds(from, "dst")) ends[0] = from + 3;
    if (digit_at(from)) ends[0] = letters_end(digits_end(from));
    if (at(from) == '_' && is_lower(at(from + 1))) ends[0] = letters_end(from + 1);
    for (std::size_t end : ends) {
      if (at(end) == '"') ++end;
      if (space_at(end)) return end + 1;
    }
    return std::nullopt;
  }

  // " +0100", " gmt-2", " -05:30"; false: with a name that nobody knows.
  bool take_zone_number(Colon colon) {
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (!space_at(i)) continue;
      for (const std::size_t name : {std::size_t{4}, std::size_t{3}, std::size_t{0}}) {
        if (letters_end(i + 1) < i + 1 + name) continue;
        std::size_t from = i + 1 + name;
        const char sign = at(from) == '-' || at(from) == '+' ? at(from++) : '+';
        if (at(from) == '-') ++from;
        const auto number_found = zone_digits(from, colon);
        if (!number_found) continue;
        std::int64_t base = 0;
        if (name != 0) {
          const auto known = zone_named(std::string_view(text_).substr(i + 1, name));
          if (!known) return false;
          base = *known;
        }
        zone_ = base + (sign == '-' ? -number_found->seconds : number_found->seconds);
        cut({i, number_found->end});
        return true;
      }
    }
    return true;
  }
  struct ZoneDigits {
    std::int64_t seconds;
    std::size_t end;  // behind the space that follows
  };
  // H, HH, HMM, HHMM, each with 00 behind it at will.
  std::optional<ZoneDigits> zone_digits(std::size_t from, Colon colon) const {
    for (const auto hour_end : number_ends(from, 1, 2)) {
      const std::size_t next = hour_end + (colon == Colon::kAllowed && at(hour_end) == ':' ? 1 : 0);
      const std::int64_t hours = number({from, hour_end}) * 3600;
      if (digit_at(next) && digit_at(next + 1)) {
        const std::size_t end = next + 2 + (holds(next + 2, "00") ? 2 : 0);
        if (space_at(end)) return ZoneDigits{hours + number({next, next + 2}) * 60, end + 1};
        if (space_at(next + 2)) return ZoneDigits{hours + number({next, next + 2}) * 60, next + 3};
      }
      if (space_at(next)) return ZoneDigits{hours, next + 1};
    }
    return std::nullopt;
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
    const std::int64_t zone = zone_ ? *zone_ + (is_summer_ ? 3600 : 0) : 0;
    const std::int64_t minutes = zone / 60;
    return Time{*seconds - zone, std::abs(minutes) < 14 * 60 ? static_cast<int>(minutes) : 0};
  }

  std::string text_;
  std::optional<std::int64_t> year_, month_, day_, hour_, minute_, second_;
  std::optional<std::int64_t> zone_;  // seconds east
  Meridiem meridiem_ = Meridiem::kNone;
  bool is_summer_ = false;
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
