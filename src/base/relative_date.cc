// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/relative_date.hh"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <limits>

#include "base/nearest.hh"
#include "base/text.hh"

namespace lorelei::date {
namespace {

constexpr std::int64_t kDay = 24 * 3600;
constexpr int kTeaTime = 17;  // hours

struct Unit {
  const char* name;
  std::int64_t seconds;
};
constexpr Unit kUnits[] = {{"seconds", 1}, {"minutes", 60}, {"hours", 3600}, {"days", kDay}, {"weeks", 7 * kDay}};

constexpr const char* kNumbers[] = {"zero", "one",   "two",   "three", "four", "five",
                                    "six",  "seven", "eight", "nine",  "ten"};

// What people write instead, and what git knows. Only for suggestions.
struct Instead {
  const char* word;
  const char* known;
};
constexpr Instead kInstead[] = {{"s", "seconds"},   {"sec", "seconds"},  {"secs", "seconds"}, {"m", "minutes"},
                                {"min", "minutes"}, {"mins", "minutes"}, {"h", "hours"},      {"hr", "hours"},
                                {"hrs", "hours"},   {"d", "days"},       {"w", "weeks"},      {"wk", "weeks"},
                                {"wks", "weeks"},   {"mo", "months"},    {"mth", "months"},   {"mths", "months"},
                                {"y", "years"},     {"yr", "years"},     {"yrs", "years"},    {"eleven", "11"},
                                {"twelve", "12"},   {"a", "1"},          {"an", "1"},         {"this", "last"}};

class RelativeReader {
 public:
  RelativeReader(std::string_view text, std::int64_t now, Doubts& doubts)
      : text_(text), now_seconds_(now), strict_(doubts.reading == DateReading::kStrict), doubts_(doubts) {
    const std::time_t seconds = now;
    localtime_r(&seconds, &now_);
    take(now_);
    f_.year = f_.month = f_.day = -1;
    is_ahead_ = strict_ && ends_ahead();
  }

  std::int64_t read() {
    for (std::size_t i = 0; text_.at(i) != '\0';) {
      const char c = text_.at(i);
      if (is_digit(c)) {
        finish_number();
        i = digits(i);
      } else if (is_alpha(c)) {
        word(i, text_.end_of_letters(i) - i);
        i = text_.end_of_letters(i);
      } else {
        separator(i++);
      }
    }
    finish_number();
    finish_doubts();
    pay_day();
    return settle(0);
  }

 private:
  // "from now" at the end. Git skips "from", so that five days from now are five days ago.
  bool ends_ahead() const {
    std::vector<std::size_t> words;
    for (std::size_t i = 0; text_.at(i) != '\0';) {
      if (is_alpha(text_.at(i))) words.push_back(i);
      i = is_alpha(text_.at(i)) ? text_.end_of_letters(i) : i + 1;
    }
    return words.size() > 2 && text_.is_word(words.back(), "now") && text_.is_word(words[words.size() - 2], "from");
  }

  // A number that waits for the word that says what it counts.
  struct Pending {
    int value = 0;  // 0: there is none
    std::size_t at = 0, length = 0;
  };

  void take(const struct tm& t) {
    f_ = {t.tm_year, t.tm_mon, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec};
    summer_time_ = t.tm_isdst;
    weekday_ = t.tm_wday;
  }

  // Takes from now what is open, then goes back by so many seconds. The flag of summer time is the one that the fields
  // came with: a time of day stays the same in UTC, not on the clock, when a change lies between.
  std::int64_t settle(std::int64_t back) {
    if (f_.day < 0) f_.day = now_.tm_mday;
    if (f_.month < 0) f_.month = now_.tm_mon;
    if (f_.year < 0) f_.year = f_.month > now_.tm_mon ? now_.tm_year - 1 : now_.tm_year;
    struct tm t {};
    t.tm_year = f_.year;
    t.tm_mon = f_.month;
    t.tm_mday = f_.day;
    t.tm_hour = f_.hour;
    t.tm_min = f_.minute;
    t.tm_sec = f_.second;
    t.tm_isdst = summer_time_;
    const std::time_t then = mktime(&t) - back;
    if (localtime_r(&then, &t)) take(t);
    return then;
  }

  // A number without a unit is a day, else a month, else a year.
  void finish_number() {
    const auto number = std::exchange(pending_, {});
    const int n = number.value;
    if (n == 0) return;
    if (f_.day < 0 && n < 32) {
      f_.day = n;
      lone_day_ = number;
    } else if (f_.month < 0 && n < 13) {
      f_.month = n - 1;
      month_given_ = true;
    } else if (f_.year < 0 && ((n > 1969 && n < 2100) || (n > 69 && n < 100) || n < 38)) {
      f_.year = n > 1900 ? n - 1900 : n < 38 ? n + 100 : n;
      if (n < 100) lone_year_ = number;
    } else {
      doubt_number(number);
    }
    day_given_ = true;
  }

  void doubt_number(const Pending& number) {
    if (refused_.length) return doubt_refused();
    const auto digits = text_.part(number.at, number.length);
    std::string mended;
    if (digits.size() == 8 && (digits.starts_with("19") || digits.starts_with("20")))
      mended = fmt::format("{}-{}-{}", digits.substr(0, 4), digits.substr(4, 2), digits.substr(6));
    doubt(number.at, number.length, "is no day, month or year here", mended);
  }
  void doubt_refused() {
    const auto whole = text_.part(refused_.at, refused_.length);
    if (whole.find(':') != std::string_view::npos) return doubt(refused_.at, refused_.length, "is no time of day");
    const bool lacks_day = whole.size() <= 7 && whole.find('-') == 4;
    doubt(refused_.at, refused_.length, "is no date from 1970 to 2099, or lies more than ten days ahead",
          lacks_day ? text_.with(refused_.at, refused_.length, std::string(whole) + "-01") : "");
  }

  std::size_t end_of_joined(std::size_t at, char separator) const {
    auto end = text_.end_of_digits(at);
    while (text_.at(end) == separator && is_digit(text_.at(end + 1))) end = text_.end_of_digits(end + 1);
    return end;
  }

  std::size_t digits(std::size_t at) {
    const auto end = text_.end_of_digits(at);
    const char separator = text_.at(end);
    if ((separator == ':' || separator == '-' || separator == '/' || separator == '.') && is_digit(text_.at(end + 1))) {
      const bool is_time = separator == ':';
      if (const auto joined = read_joined(text_, at, f_, now_seconds_)) {
        (is_time ? time_given_ : day_given_) = true;
        month_given_ |= !is_time;
        if (!is_time && f_.day > days_in_month(f_.year < 0 ? now_.tm_year : f_.year, f_.month))
          doubt(at, joined - at, "is no day of that month");
        return joined;
      }
      // Its numbers are read one by one: 25.12 is last year's then. If that gives no sense either, this was the reason.
      if (at >= refused_.at + refused_.length) refused_ = {1, at, end_of_joined(at, separator) - at};
      if (is_time) doubt_refused();
    }
    // "dec 02", never "dec 0002"
    if (text_.at(at) != '0' || end - at <= 2)
      pending_ = {int_of(text_.number(at)), at, end - at};
    else
      doubt(at, end - at, "has too many zeros");
    return end;
  }

  void word(std::size_t at, std::size_t length) {
    if (const auto month = month_named(text_, at)) {
      f_.month = *month;
      month_given_ = day_given_ = true;
      return;
    }
    if (special(at)) return;
    if (pending_.value == 0)
      word_without_number(at, length);
    else
      word_behind_number(at, length);
  }

  // ---- words that stand for themselves ----

  bool special(std::size_t at) {
    if (text_.is_word(at, "yesterday")) return yesterday(), true;
    if (text_.is_word(at, "today")) return today(), true;
    if (text_.is_word(at, "noon")) return time_of_day(12), true;
    if (text_.is_word(at, "midnight")) return time_of_day(0), true;
    if (text_.is_word(at, "tea")) return time_of_day(kTeaTime), true;
    if (text_.is_word(at, "pm")) return half_of_day(at, 12), true;
    if (text_.is_word(at, "am")) return half_of_day(at, 0), true;
    if (text_.is_word(at, "now")) return now(), true;
    if (text_.is_word(at, "never")) return never(), true;
    return false;
  }

  void drop_number() {
    const auto number = std::exchange(pending_, {});
    if (number.value) doubt(number.at, number.length, "counts nothing here");
  }
  void yesterday() {
    drop_number();
    settle(kDay);
    day_given_ = month_given_ = true;
  }
  void now() {
    drop_number();
    settle(0);
    time_given_ = true;
  }
  void never() {
    drop_number();
    const std::time_t epoch = 0;
    struct tm t {};
    localtime_r(&epoch, &t);
    take(t);
    day_given_ = time_given_ = month_given_ = true;
  }
  // The meaning of git 2.55 from here on: the time belongs to whatever day is given, before or behind.
  void today() {
    finish_number();
    settle(0);
    if (!time_given_) f_.hour = f_.minute = f_.second = 0;
    day_given_ = month_given_ = true;
  }
  void time_of_day(int hour) {
    finish_number();
    owes_day_ = f_.hour < hour;  // it has not come yet today: yesterday's, if no day is given
    f_.hour = hour;
    f_.minute = f_.second = 0;
    time_given_ = true;
  }
  // Takes the day off that a time of day owes: the day is that of 24 hours ago, and its summer time holds.
  void pay_day() {
    if (!std::exchange(owes_day_, false) || day_given_) return;
    const Fields time = f_;
    take(now_);
    settle(kDay);
    f_.hour = time.hour;
    f_.minute = time.minute;
    f_.second = time.second;
  }
  void half_of_day(std::size_t at, int first_hour) {
    const auto number = std::exchange(pending_, {});
    if (number.value) {
      f_.hour = number.value;
      f_.minute = f_.second = 0;
      if (number.value > 12) doubt(number.at, number.length, "is no hour before am or pm");
    } else if (!time_given_) {
      doubt(at, 2, "needs an hour before it");
    }
    f_.hour = f_.hour % 12 + first_hour;
    time_given_ = true;
  }

  // ---- words that count or are counted ----

  void word_without_number(std::size_t at, std::size_t length) {
    for (int n = 1; n <= 10; ++n)
      if (text_.is_word(at, kNumbers[n])) return void(pending_ = {n, at, length});
    if (text_.is_word(at, "last")) return void(pending_ = {1, at, length});
    if (is_filler(text_, at) || (counted_ && text_.is_word(at, is_ahead_ ? "from" : "ago"))) return;
    if (weekday_named(text_, at)) {
      if (!weekday_doubt_)
        weekday_doubt_ = {at, length, "", text_.with(at, length, "last." + std::string(text_.part(at, length)))};
      return;
    }
    doubt_uncounted(at, length);
  }

  void doubt_uncounted(std::size_t at, std::size_t length) {
    if (!doubts_.open()) return;
    const bool is_unit = unit_at(at) || text_.abbreviates(at, "months") >= 5 || text_.abbreviates(at, "years") >= 4;
    if (is_unit) return doubt(at, length, "needs a number before it", at == 0 ? "1." + std::string(text_.bytes()) : "");
    if (text_.is_word(at, "ago")) return doubt(at, length, "needs a number and a unit before it");
    for (const char* future : {"tomorrow", "next", "from", "in", "hence", "later"})
      if (text_.is_word(at, future)) return doubt(at, length, "leads into the future; dates count backwards from now");
    doubt(at, length, "says nothing about a time", mended(at, length));
  }

  void word_behind_number(std::size_t at, std::size_t length) {
    const std::int64_t n = is_ahead_ ? -std::int64_t{pending_.value} : pending_.value;
    if (const auto* unit = unit_at(at)) return go_back(unit->seconds, n);
    if (const auto weekday = weekday_named(text_, at)) {
      if (is_ahead_) doubt(at, length, "is counted back, not ahead");
      const int ahead = weekday_ - *weekday;  // of that weekday in this week
      day_given_ = true;
      settle((ahead + 7 * (ahead > 0 ? n - 1 : n)) * kDay);
      return counted();
    }
    if (text_.abbreviates(at, "months") >= 5 || is_shorthand(at, length, "mo")) return go_back_months(n);
    if (text_.abbreviates(at, "years") >= 4 || is_shorthand(at, length, "y")) return go_back_months(12 * n);
    for (const auto& [name, seconds] : kUnits)
      if (seconds >= 3600 && is_shorthand(at, length, std::string_view(name, 1))) return go_back(seconds, n);
    if (is_filler(text_, at) || is_ordinal(at, length)) return;
    if (text_.is_word(at, "ago")) return doubt(at, length, "needs a unit before it, as in 5.days.ago");
    if (doubts_.open()) doubt(at, length, "is no unit of time", mended(at, length));
  }

  void go_back(std::int64_t unit_seconds, std::int64_t count) {
    if (unit_seconds < kDay) pay_day();
    settle(unit_seconds * count);
    (unit_seconds < kDay ? time_given_ : day_given_) = true;
    counted();
  }

  void go_back_months(std::int64_t count) {
    settle(0);
    std::int64_t months = f_.year * std::int64_t{12} + f_.month - count;
    using Years = std::numeric_limits<int>;
    months = std::clamp(months, std::int64_t{12} * Years::min(), std::int64_t{12} * Years::max());
    f_.month = static_cast<int>((months % 12 + 12) % 12);
    f_.year = static_cast<int>((months - f_.month) / 12);
    day_given_ = true;
    counted();
  }

  void counted() {
    if (f_.year < 0) doubt(pending_.at, pending_.length, "leads to before 1900");
    pending_ = {};
    counted_ = true;
    month_given_ = true;
  }

  const Unit* unit_at(std::size_t at) const {
    for (const auto& unit : kUnits)
      if (text_.abbreviates(at, unit.name) + 1 >= std::string_view(unit.name).size()) return &unit;
    return nullptr;
  }
  // Directly behind the digits, and only for the strict reader: to git "7d" is the seventh.
  bool is_shorthand(std::size_t at, std::size_t length, std::string_view name) const {
    return strict_ && at == pending_.at + pending_.length && equal_ignore_case(text_.part(at, length), name);
  }

  // The end of 1st, 2nd, 3rd, 4th.
  bool is_ordinal(std::size_t at, std::size_t length) const {
    const auto word = to_lower(text_.part(at, length));
    return at == pending_.at + pending_.length && (word == "st" || word == "nd" || word == "rd" || word == "th");
  }

  // ---- what a strict reader takes exception to ----

  void doubt(std::size_t at, std::size_t length, const char* why, std::string suggestion = {}) {
    if (!doubts_.open()) return;
    doubts_.add(at, length, fmt::format("'{}' {}", printable(text_.part(at, length)), why), std::move(suggestion));
  }

  std::string mended(std::size_t at, std::size_t length) const {
    const auto word = text_.part(at, length);
    for (const auto& [instead, known] : kInstead)
      if (equal_ignore_case(word, instead)) {
        const bool glued = at > 0 && is_digit(text_.at(at - 1));
        const bool ends = at + length == text_.bytes().size() && is_alpha(*known) && pending_.value;
        return text_.with(at, length, std::string(glued ? "." : "") + known + (ends ? ".ago" : ""));
      }
    std::vector<std::string> words = {"yesterday", "today", "noon",   "midnight", "never",
                                      "now",       "ago",   "months", "years",    "last"};
    for (const auto& unit : kUnits) words.emplace_back(unit.name);
    for (const char* day : {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
      words.emplace_back(day);
    const auto near = word.size() > 2 ? nearest(word, words) : std::string();
    return near.empty() ? near : text_.with(at, length, near);
  }

  void separator(std::size_t at) {
    constexpr std::string_view kHarmless = " \t\r\n.,_-()";
    const char c = text_.at(at);
    if (at < refused_.at + refused_.length) return;  // its numbers will tell
    if (kHarmless.find(c) != std::string_view::npos) return;
    if (c == '+') return doubt(at, 1, "leads into the future; dates count backwards from now");
    doubt(at, code_point_at(text_.bytes(), at).length, "has no place in a date");
  }

  void finish_doubts() {
    // Beside a date it is an ornament, alone git skips it.
    if (weekday_doubt_ && !month_given_)
      doubt(weekday_doubt_->offset, weekday_doubt_->length, "needs a number or last before it",
            weekday_doubt_->suggestion);
    for (const auto& lone : {lone_day_, lone_year_})
      if (lone.value && !month_given_) doubt_lone(lone);
  }
  // A day or a short year without a month.
  void doubt_lone(const Pending& number) {
    if (refused_.length) return doubt_refused();
    const auto word = text_.part(number.at, number.length);
    const bool alone = trim(text_.bytes()) == word && is_digit(word.front());
    doubt(number.at, number.length, "counts nothing here", alone ? std::string(word) + ".days.ago" : "");
  }

  const Text text_;
  const std::int64_t now_seconds_;
  const bool strict_;
  Doubts& doubts_;
  struct tm now_ {};
  Fields f_;
  int summer_time_ = 0, weekday_ = 0;
  Pending pending_;
  bool day_given_ = false, time_given_ = false, month_given_ = false;
  bool is_ahead_ = false;         // units count into the future
  bool counted_ = false;          // a unit has been counted: "ago" may follow
  bool owes_day_ = false;         // noon, midnight or tea lay ahead
  Pending lone_day_, lone_year_;  // by number alone
  Pending refused_;               // numbers that looked like a date or a time
  std::optional<DateProblem> weekday_doubt_;
};

}  // namespace

std::int64_t read_relative(std::string_view text, std::int64_t now, Doubts& doubts) {
  return RelativeReader(text, now, doubts).read();
}

}  // namespace lorelei::date
