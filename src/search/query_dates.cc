// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/query_dates.hh"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "base/text.hh"
#include "search/query_lexer.hh"

namespace lorelei::search {

namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::size_t kMinEpochDigits = 5;

bool is_digits(std::string_view text, std::size_t count) {
  return text.size() == count && std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c); });
}

std::int64_t number(std::string_view digits) { return parse_int(digits).value_or(0); }

// YYYYMMDD as the start of that day in UTC; nothing if there is no such day.
std::optional<std::int64_t> start_of_day(std::string_view digits) {
  if (!is_digits(digits, 8)) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(number(digits.substr(0, 4)))),
                                        std::chrono::month(static_cast<unsigned>(number(digits.substr(4, 2)))),
                                        std::chrono::day(static_cast<unsigned>(number(digits.substr(6, 2))))};
  if (!day.ok()) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::sys_days(day)).time_since_epoch().count();
}

// YYYY-MM-DD and YYYYMMDD as YYYYMMDD; anything else is empty.
std::string day_digits(std::string_view text) {
  if (is_digits(text, 8)) return std::string(text);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
  auto digits = fmt::format("{}{}{}", text.substr(0, 4), text.substr(5, 2), text.substr(8, 2));
  return is_digits(digits, 8) ? digits : std::string();
}

// Seconds since 1970 as the number YYYYMMDDhhmmss in UTC.
std::int64_t date_time_number(std::int64_t seconds) {
  using namespace std::chrono;
  const sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  const auto ymd = (static_cast<int>(date.year()) * 100LL + static_cast<unsigned>(date.month())) * 100 +
                   static_cast<unsigned>(date.day());
  return ((ymd * 100 + clock.hours().count()) * 100 + clock.minutes().count()) * 100 + clock.seconds().count();
}

enum class End { kLow, kHigh };

// One range being read.
class RangeReader {
 public:
  RangeReader(Query& leaf, std::string_view text, const RangeReading& reading)
      : leaf_(leaf), text_(text), reading_(reading), value_(leaf.value) {
    const auto dots = value_.find("..");
    is_open_ = dots != std::string_view::npos;
    low_ = value_.substr(0, dots);
    if (is_open_) high_ = value_.substr(dots + 2);
  }

  Result<void> numbers(const Prefix&);
  Result<void> days();
  Result<void> date_times();
  Result<void> times();

 private:
  Result<std::int64_t> plain_number(std::string_view) const;
  Result<std::int64_t> date(std::string_view) const;
  Result<std::int64_t> date_time(std::string_view, End) const;
  Result<std::int64_t> time(std::string_view, End) const;
  Result<void> day_exists(std::string_view part, std::string_view digits) const;
  bool is_day_or_open(std::string_view end) const { return end.empty() || !day_digits(end).empty(); }
  tl::unexpected<Error> fail(std::string_view part, std::string why, std::string_view note = {}) const {
    const auto offset = leaf_.offset + leaf_.prefix.size() + 1 + static_cast<std::size_t>(part.data() - value_.data());
    return tl::unexpected(query_error(text_, offset, std::move(why), note));
  }

  Query& leaf_;
  std::string_view text_;
  const RangeReading& reading_;
  std::string_view value_, low_, high_;
  bool is_open_;  // there are dots
};

Result<std::int64_t> RangeReader::plain_number(std::string_view digits) const {
  const auto value = parse_int(digits);
  if (!value || *value < 0)
    return fail(digits, fmt::format("'{}' is no number", printable(digits)),
                fmt::format("{}:A..B takes whole numbers", leaf_.prefix));
  return *value;
}

Result<void> RangeReader::numbers(const Prefix& prefix) {
  leaf_.slot = prefix.slot;
  if (!low_.empty()) {
    TRY(leaf_.low, plain_number(low_));
  }
  if (!high_.empty()) {
    TRY(leaf_.high, plain_number(high_));
  }
  if (!is_open_) leaf_.high = leaf_.low;
  return {};
}

Result<std::int64_t> RangeReader::date(std::string_view part) const {
  const auto seconds = parse_date(part, reading_.now, reading_.dates);
  if (seconds) return *seconds;
  const auto& problem = seconds.error();
  const auto better = problem.suggestion.empty() ? "" : fmt::format("did you mean {}?", problem.suggestion);
  return fail(part.substr(std::min(problem.offset, part.size())), problem.why, better);
}

// Eight digits that begin like a year of mail are meant as a day, and as nothing else if there is no such day.
Result<void> RangeReader::day_exists(std::string_view part, std::string_view digits) const {
  if (!is_digits(digits, 8) || (!digits.starts_with("19") && !digits.starts_with("20"))) return {};
  if (!start_of_day(digits)) return fail(part, fmt::format("there is no day '{}'", part.substr(0, 10)));
  return {};
}

Result<void> RangeReader::days() {
  TRY_VOID(day_exists(low_, day_digits(low_)));
  TRY_VOID(day_exists(high_, day_digits(high_)));
  if (!is_day_or_open(low_) || !is_day_or_open(high_)) {
    leaf_.slot = slot::kSent;
    for (auto [part, bound] : {std::pair(low_, &leaf_.low), std::pair(high_, &leaf_.high)}) {
      if (part.empty()) continue;
      if (is_digits(part, 8)) {
        *bound = number(part) * 1'000'000;
        continue;
      }
      TRY(const auto seconds, date(part));
      *bound = date_time_number(seconds);
      if (!is_open_) leaf_.high = date_time_number(seconds + kDaySeconds);
    }
    return {};
  }
  leaf_.slot = slot::kDay;
  const auto low = day_digits(low_), high = day_digits(high_);
  if (!low.empty()) leaf_.low = number(low);
  if (!high.empty()) leaf_.high = number(high);
  if (is_open_) return {};
  if (!start_of_day(low)) return fail(low_, fmt::format("there is no day '{}'", low_));
  leaf_.high = leaf_.low;
  return {};
}

Result<std::int64_t> RangeReader::date_time(std::string_view part, End end) const {
  TRY_VOID(day_exists(part, is_digits(part, 14) ? part.substr(0, 8) : part));
  if (is_digits(part, 14)) return number(part);
  if (start_of_day(part)) return number(part) * 1'000'000 + (end == End::kLow ? 0 : 235'959);
  TRY(const auto seconds, date(part));
  return date_time_number(seconds);
}

Result<void> RangeReader::date_times() {
  leaf_.slot = slot::kSent;
  if (!low_.empty()) {
    TRY(leaf_.low, date_time(low_, End::kLow));
  }
  if (!high_.empty()) {
    TRY(leaf_.high, date_time(high_, End::kHigh));
  }
  if (is_open_) return {};
  if (start_of_day(low_)) {
    leaf_.high = *leaf_.low + 235'959;
    return {};
  }
  // A day later than the moment that 14 digits or a date name.
  auto seconds = is_digits(low_, 14) ? start_of_day(low_.substr(0, 8)) : std::nullopt;
  if (is_digits(low_, 14) && !seconds) return fail(low_, fmt::format("there is no day '{}'", low_.substr(0, 8)));
  if (seconds) {
    leaf_.high = date_time_number(*seconds + kDaySeconds) + number(low_.substr(8));
    return {};
  }
  TRY(const auto from, date(low_));
  leaf_.high = date_time_number(from + kDaySeconds);
  return {};
}

Result<std::int64_t> RangeReader::time(std::string_view part, End end) const {
  if (const auto day = start_of_day(part)) return *day + (end == End::kLow ? 0 : kDaySeconds - 1);
  TRY_VOID(day_exists(part, part));
  if (part.size() >= kMinEpochDigits && is_digits(part, part.size())) return plain_number(part);
  return date(part);
}

Result<void> RangeReader::times() {
  leaf_.slot = slot::kReceived;
  if (!low_.empty()) {
    TRY(leaf_.low, time(low_, End::kLow));
  }
  if (!high_.empty()) {
    TRY(leaf_.high, time(high_, End::kHigh));
  }
  if (!is_open_) leaf_.high = *leaf_.low + kDaySeconds - (start_of_day(low_) ? 1 : 0);
  return {};
}

class Resolver {
 public:
  Resolver(std::string_view text, const RangeReading& reading, const PrefixSet& prefixes)
      : text_(text), reading_(reading), prefixes_(prefixes) {}

  Result<void> resolve(Query&);  // recursion is bounded by kMaxQueryDepth

  std::vector<std::string> notes;

 private:
  void remark(const Query& leaf, const std::string& value);

  std::string_view text_;
  const RangeReading& reading_;
  const PrefixSet& prefixes_;
};

Result<void> Resolver::resolve(Query& query) {
  for (auto& part : query.parts) TRY_VOID(resolve(part));
  if (query.op != Query::Op::kRange) return {};
  const auto& prefix = *prefixes_.find(query.prefix);
  const auto value = query.value;
  RangeReader reader(query, text_, reading_);
  if (prefix.kind == Prefix::Kind::kRange)
    TRY_VOID(reader.numbers(prefix));
  else if (prefix.slot == slot::kDay)
    TRY_VOID(reader.days());
  else if (prefix.slot == slot::kSent)
    TRY_VOID(reader.date_times());
  else
    TRY_VOID(reader.times());
  query.value.clear();
  remark(query, value);
  return {};
}

void Resolver::remark(const Query& leaf, const std::string& value) {
  if (leaf.low && leaf.high && *leaf.low > *leaf.high)
    notes.push_back(fmt::format("{}:{} is empty: it ends before it begins", leaf.prefix, printable(value)));
  const auto latest = leaf.slot == slot::kReceived ? reading_.now
                      : leaf.slot == slot::kSent   ? date_time_number(reading_.now)
                                                   : date_time_number(reading_.now) / 1'000'000;
  const bool is_date = leaf.slot == slot::kReceived || leaf.slot == slot::kSent || leaf.slot == slot::kDay;
  if (is_date && leaf.low && *leaf.low > latest)
    notes.push_back(fmt::format("{}:{} begins in the future", leaf.prefix, printable(value)));
}

}  // namespace

Result<std::vector<std::string>> resolve_ranges(Query& query, std::string_view text, const RangeReading& reading,
                                                const PrefixSet& prefixes) {
  Resolver resolver(text, reading, prefixes);
  TRY_VOID(resolver.resolve(query));
  return std::move(resolver.notes);
}

Result<ParsedQuery> read_query(std::string_view text, const RangeReading& reading, const PrefixSet& prefixes) {
  TRY(auto parsed, parse_query(text, prefixes));
  TRY(auto notes, resolve_ranges(parsed.query, text, reading, prefixes));
  std::move(notes.begin(), notes.end(), std::back_inserter(parsed.notes));
  return parsed;
}

}  // namespace lorelei::search
