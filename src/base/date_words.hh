// SPDX-License-Identifier: GPL-3.0-or-later
// The words of dates, as git knows them, and the fields that they fill. For base/git_date.cc and the two readers.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/git_date.hh"

namespace lorelei::date {

// A broken-down time as far as it is known; -1 is unknown.
struct Fields {
  int year = -1;   // since 1900
  int month = -1;  // 0..11
  int day = -1;
  int hour = -1, minute = -1, second = -1;

  bool nothing_known() const { return (year & month & day & hour & minute & second) < 0; }
  bool date_known() const { return year != -1 && month != -1 && day != -1; }
};
// Seconds since 1970 if the fields were UTC; nothing outside 1970 to 2099 or without a month or a time. The day is
// not looked at: day 0 is the last of the month before.
std::optional<std::int64_t> utc_seconds(const Fields&);

// Keeps the first thing that a strict reader takes exception to. Wording one is dear: ask open() before.
struct Doubts {
  DateReading reading = DateReading::kStrict;
  std::optional<DateProblem> first = {};
  bool open() const { return reading == DateReading::kStrict && !first; }
  void add(std::size_t offset, std::size_t length, std::string why, std::string suggestion = {});
};

// A text with a NUL behind it, however far one looks.
class Text {
 public:
  explicit Text(std::string_view bytes) : bytes_(bytes) {}
  char at(std::size_t i) const { return i < bytes_.size() ? bytes_[i] : '\0'; }
  std::string_view bytes() const { return bytes_; }
  std::size_t end_of_digits(std::size_t at) const;
  std::size_t end_of_letters(std::size_t at) const;
  // The decimal number at `at`; the largest one if it does not fit.
  std::uint64_t number(std::size_t at) const;
  // How many letters the word at `at` has if it is name or an abbreviation of it, else 0. The word ends before the
  // first byte that is neither letter nor digit.
  std::size_t abbreviates(std::size_t at, std::string_view name) const;
  bool is_word(std::size_t at, std::string_view name) const { return abbreviates(at, name) == name.size(); }
  // The whole text with the bytes from `at` on replaced.
  std::string with(std::size_t at, std::size_t length, std::string_view replacement) const;
  std::string_view part(std::size_t at, std::size_t length) const { return bytes_.substr(at, length); }

 private:
  std::string_view bytes_;
};

// The largest int for what is larger, which no rule takes. (Git cuts it to 32 bits: 4294967298 is 2 there.)
int int_of(std::uint64_t);

std::optional<int> month_named(const Text&, std::size_t at);    // 0..11, from three letters on
std::optional<int> weekday_named(const Text&, std::size_t at);  // 0 is Sunday
struct Zone {
  int minutes;  // east of Greenwich, summer time included
  std::size_t length;
};
std::optional<Zone> zone_named(const Text&, std::size_t at);
// Words that say nothing but may stand in a date: at, on, of, the, and.
bool is_filler(const Text&, std::size_t at);

// hour:minute:second into the fields; false if that is no time of day.
bool set_time(Fields&, std::int64_t hour, std::int64_t minute, std::int64_t second);
// A date into the fields; false if there is no such date. Years: 1970 to 2099, 71 to 99, 0 to 37 (from 2000 on). A year
// that is refused leaves month and day behind, as git does.
bool set_date(Fields&, int year, int month, int day);
// Two or three numbers with one separator (: - / .) between them, the first of which ends at `end`: a time or a date.
// Where they are, or 0 if they are neither. `now` decides which of two orders lies too far in the future.
std::size_t read_joined(const Text&, std::size_t at, Fields&, std::int64_t now);

// 28..31; month 0..11, year since 1900.
int days_in_month(int year, int month);

}  // namespace lorelei::date
