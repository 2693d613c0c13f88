// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/date_words.hh"

#include <algorithm>
#include <array>
#include <ctime>
#include <limits>

#include "base/text.hh"

namespace lorelei::date {

std::optional<std::int64_t> utc_seconds(const Fields& f) {
  static constexpr std::array kDaysBefore = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  const int years = f.year - 70;
  if (years < 0 || years > 129 || f.month < 0 || f.month > 11) return std::nullopt;
  if (f.hour < 0 || f.minute < 0 || f.second < 0) return std::nullopt;
  const bool leap_day_passed = f.month >= 2 && (years + 2) % 4 == 0;  // 2000 was a leap year, 2100 is out of range
  const std::int64_t days = years * 365 + (years + 1) / 4 + kDaysBefore[static_cast<std::size_t>(f.month)] + f.day -
                            (leap_day_passed ? 0 : 1);
  return ((days * 24 + f.hour) * 60 + f.minute) * 60 + f.second;
}

void Doubts::add(std::size_t offset, std::size_t length, std::string why, std::string suggestion) {
  if (!open()) return;
  first = DateProblem{offset, length, std::move(why), std::move(suggestion)};
}

std::size_t Text::end_of_digits(std::size_t at) const {
  while (is_digit(this->at(at))) ++at;
  return at;
}

std::size_t Text::end_of_letters(std::size_t at) const {
  while (is_alpha(this->at(at))) ++at;
  return at;
}

std::uint64_t Text::number(std::size_t at) const {
  const auto digits = part(at, end_of_digits(at) - at);
  return parse_uint(digits).value_or(std::numeric_limits<std::uint64_t>::max());
}

int int_of(std::uint64_t number) {
  return static_cast<int>(std::min<std::uint64_t>(number, std::numeric_limits<int>::max()));
}

std::size_t Text::abbreviates(std::size_t begin, std::string_view name) const {
  std::size_t end = begin;
  while (is_alnum(at(end)) && end - begin <= name.size()) ++end;
  return starts_with_ignore_case(name, part(begin, end - begin)) ? end - begin : 0;
}

std::string Text::with(std::size_t begin, std::size_t length, std::string_view replacement) const {
  return std::string(bytes_.substr(0, begin)) + std::string(replacement) + std::string(bytes_.substr(begin + length));
}

// The first of names that the word abbreviates with three letters or more.
template <std::size_t n>
static std::optional<int> index_of(const Text& text, std::size_t at, const std::array<const char*, n>& names) {
  for (std::size_t i = 0; i < n; ++i)
    if (text.abbreviates(at, names[i]) >= 3) return static_cast<int>(i);
  return std::nullopt;
}

std::optional<int> month_named(const Text& text, std::size_t at) {
  static constexpr std::array kNames = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
  return index_of(text, at, kNames);
}

std::optional<int> weekday_named(const Text& text, std::size_t at) {
  static constexpr std::array kNames = {"Sundays",   "Mondays", "Tuesdays", "Wednesdays",
                                        "Thursdays", "Fridays", "Saturdays"};
  return index_of(text, at, kNames);
}

std::optional<Zone> zone_named(const Text& text, std::size_t at) {
  struct Row {
    const char* name;
    int hours;
  };
  // An abbreviation of three letters means the first row that it fits.
  static constexpr Row kZones[] = {
      {"IDLW", -12}, {"NT", -11},  {"CAT", -10}, {"HST", -10}, {"HDT", -9}, {"YST", -9},  {"YDT", -8},  {"PST", -8},
      {"PDT", -7},   {"MST", -7},  {"MDT", -6},  {"CST", -6},  {"CDT", -5}, {"EST", -5},  {"EDT", -4},  {"AST", -3},
      {"ADT", -2},   {"WAT", -1},  {"GMT", 0},   {"UTC", 0},   {"Z", 0},    {"WET", 0},   {"BST", 1},   {"CET", 1},
      {"MET", 1},    {"MEWT", 1},  {"MEST", 2},  {"CEST", 2},  {"MESZ", 2}, {"FWT", 1},   {"FST", 2},   {"EET", 2},
      {"EEST", 3},   {"WAST", 7},  {"WADT", 8},  {"CCT", 8},   {"JST", 9},  {"EAST", 10}, {"EADT", 11}, {"GST", 10},
      {"NZT", 12},   {"NZST", 12}, {"NZDT", 13}, {"IDLE", 12}};
  for (const auto& [name, hours] : kZones) {
    const auto length = text.abbreviates(at, name);
    if (length >= 3 || (length > 0 && length == std::string_view(name).size())) return Zone{hours * 60, length};
  }
  return std::nullopt;
}

bool is_filler(const Text& text, std::size_t at) {
  static constexpr const char* kFillers[] = {"at", "on", "of", "the", "and"};
  return std::any_of(std::begin(kFillers), std::end(kFillers),
                     [&](const char* word) { return text.is_word(at, word); });
}

bool set_time(Fields& f, std::int64_t hour, std::int64_t minute, std::int64_t second) {
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return false;  // 60: a leap second
  f.hour = static_cast<int>(hour);
  f.minute = static_cast<int>(minute);
  f.second = static_cast<int>(second);
  return true;
}

static bool is_month_and_day(int month, int day) { return month >= 1 && month <= 12 && day >= 1 && day <= 31; }

// As Fields has it.
static std::optional<int> year_meant(int year) {
  if (year >= 1970 && year < 2100) return year - 1900;
  if (year > 70 && year < 100) return year;
  if (year < 38) return year + 100;
  return std::nullopt;
}

bool set_date(Fields& f, int year, int month, int day) {
  if (!is_month_and_day(month, day)) return false;
  f.month = month - 1;
  f.day = day;
  const auto meant = year_meant(year);
  if (meant) f.year = *meant;
  return meant.has_value();
}

// The same, refused if it would be more than ten days after now; year -1 is this year, without being set.
static bool set_past_date(Fields& f, int year, int month, int day, std::int64_t now) {
  constexpr std::int64_t kTenDays = 10 * 24 * 3600;
  if (!is_month_and_day(month, day)) return false;
  Fields candidate = f;
  candidate.month = month - 1;
  candidate.day = day;
  if (year == -1) {
    const std::time_t seconds = now;
    struct tm utc {};
    if (!gmtime_r(&seconds, &utc)) return false;
    candidate.year = utc.tm_year;
  } else {
    const auto meant = year_meant(year);
    if (!meant) return false;
    candidate.year = *meant;
  }
  const auto seconds = utc_seconds(candidate);
  if (seconds && *seconds > now + kTenDays) return false;
  if (year == -1) candidate.year = f.year;
  f = candidate;
  return true;
}

// y-m-d, y-d-m; m/d[/y], d.m[.y] and the other way round where the first is impossible.
static bool set_joined_date(Fields& f, std::uint64_t first, int second, int third, char separator, std::int64_t now) {
  const int number = int_of(first);
  if (first > 70 && (set_date(f, number, second, third) || set_date(f, number, third, second))) return true;
  const bool american = separator != '.';
  if (american && set_past_date(f, third, number, second, now)) return true;
  if (set_past_date(f, third, second, number, now)) return true;
  return !american && set_past_date(f, third, number, second, now);
}

std::size_t read_joined(const Text& text, std::size_t at, Fields& f, std::int64_t now) {
  const auto first = text.number(at);
  auto end = text.end_of_digits(at);
  const char separator = text.at(end);
  const auto second = text.number(end + 1);
  end = text.end_of_digits(end + 1);
  std::optional<std::uint64_t> third;
  if (text.at(end) == separator && is_digit(text.at(end + 1))) {
    third = text.number(end + 1);
    end = text.end_of_digits(end + 1);
  }
  if (separator != ':')
    return set_joined_date(f, first, int_of(second), third ? int_of(*third) : -1, separator, now) ? end : 0;
  if (!set_time(f, int_of(first), int_of(second), third ? int_of(*third) : 0)) return 0;
  // A fraction of a second, once the date is known; else the number may be the date's.
  const bool fraction = text.at(end) == '.' && is_digit(text.at(end + 1)) && f.date_known();
  return fraction ? text.end_of_digits(end + 1) : end;
}

int days_in_month(int year, int month) {
  static constexpr std::array kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int full = year + 1900;
  const bool leap = full % 4 == 0 && (full % 100 != 0 || full % 400 == 0);
  return kDays.at(static_cast<std::size_t>(month)) + (month == 1 && leap ? 1 : 0);
}

}  // namespace lorelei::date
