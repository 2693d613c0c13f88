// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/dates.hh"

#include <fmt/core.h>

#include <ctime>

namespace lorelei::serve {

namespace {

constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Not strftime(): its names follow the locale.
std::string written(std::int64_t now, const char* form) {
  const auto time = static_cast<std::time_t>(now);
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format(fmt::runtime(form), kDays[parts.tm_wday], parts.tm_mday, kMonths[parts.tm_mon],
                     parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

std::string http_date(std::int64_t now) { return written(now, "{0}, {1:02} {2} {3} {4:02}:{5:02}:{6:02} GMT"); }
std::string mail_date(std::int64_t now) { return written(now, "{0}, {1:02} {2} {3} {4:02}:{5:02}:{6:02} +0000"); }
std::string log_date(std::int64_t now) { return written(now, "{1:02}/{2}/{3}:{4:02}:{5:02}:{6:02} +0000"); }

}  // namespace lorelei::serve
