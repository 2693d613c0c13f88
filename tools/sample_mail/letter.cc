// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_mail/letter.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::sample {
namespace {

// The civil date of a day counted from 1970-01-01 (proleptic Gregorian; eras of 400 years that start in March).
struct Day {
  std::int64_t year;
  unsigned month, day;
};
Day civil_day(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned month = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * month + 2) / 5 + 1;
  return {year_of_era + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, day};
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  if (!value.empty()) out.append(name).append(": ").append(value).append("\n");
}

std::string body_bytes(const Letter& letter) {
  switch (letter.transfer) {
    case Transfer::kQuotedPrintable:
      return quoted_printable(letter.body);
    case Transfer::kBase64:
      return base64_lines(letter.body);
    case Transfer::kAsIs:
      break;
  }
  return letter.body;
}

const char* transfer_name(const Letter& letter) {
  switch (letter.transfer) {
    case Transfer::kQuotedPrintable:
      return "quoted-printable";
    case Transfer::kBase64:
      return "base64";
    case Transfer::kAsIs:
      break;
  }
  return is_ascii(letter.body) ? "" : "8bit";
}

}  // namespace

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string mail_date(std::int64_t seconds, int zone_minutes) {
  constexpr const char* kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto local = seconds + std::int64_t{zone_minutes} * 60;
  const auto days = local >= 0 ? local / 86400 : (local - 86399) / 86400;
  const auto second = local - days * 86400;
  const auto [year, month, day] = civil_day(days);
  const auto zone = zone_minutes < 0 ? -zone_minutes : zone_minutes;
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} {}{:02}{:02}", kDays[((days % 7) + 7) % 7], day,
                     kMonths[month - 1], year, second / 3600, second / 60 % 60, second % 60,
                     zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
}

std::string date_digits(std::int64_t seconds) {
  const auto [year, month, day] = civil_day(seconds / 86400);  // nothing here is older than 1970
  const auto second = seconds % 86400;
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", year, month, day, second / 3600, second / 60 % 60, second % 60);
}

std::string header_text(std::string_view utf8) {
  if (is_ascii(utf8)) return std::string(utf8);
  std::string text;
  while (!utf8.empty()) {
    std::size_t end = std::min<std::size_t>(42, utf8.size());  // 56 digits and 12 around them
    while (end < utf8.size() && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80) --end;
    if (!text.empty()) text += "\n ";
    text += "=?UTF-8?B?" + base64(utf8.substr(0, end)) + "?=";
    utf8.remove_prefix(end);
  }
  return text;
}

std::string header_mailbox(const Person& person) { return header_text(person.name) + " <" + person.address + ">"; }

std::string quoted_printable(std::string_view bytes) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c == '\n') {
      out += '\n';
      column = 0;
      continue;
    }
    const bool at_end = i + 1 == bytes.size() || bytes[i + 1] == '\n';
    const bool plain = (c > 32 && c < 127 && c != '=') || ((c == ' ' || c == '\t') && !at_end);
    if (column + (plain ? 1 : 3) > 75) {
      out += "=\n";
      column = 0;
    }
    out += plain ? std::string(1, bytes[i]) : fmt::format("={:02X}", c);
    column += plain ? 1 : 3;
  }
  return out;
}

std::string base64_lines(std::string_view bytes) {
  const auto digits = base64(bytes);
  std::string out;
  for (std::size_t at = 0; at < digits.size(); at += 76) out.append(digits, at, 76).append("\n");
  return out;
}

std::string to_bytes(const Letter& letter) {
  std::string out;
  append_header(out, "From", header_mailbox(letter.from));
  append_header(out, "To", joined(letter.to, ",\n\t"));
  append_header(out, "Cc", joined(letter.cc, ",\n\t"));
  append_header(out, "Subject", header_text(letter.subject));
  append_header(out, "Date", mail_date(letter.sent, letter.from.zone_minutes));
  append_header(out, "Message-ID", "<" + letter.id + ">");
  if (!letter.references.empty()) {
    append_header(out, "In-Reply-To", "<" + letter.references.back() + ">");
    append_header(out, "References", "<" + joined(letter.references, ">\n <") + ">");
  }
  for (const auto& [name, value] : letter.headers) append_header(out, name, value);
  if (const std::string_view transfer = transfer_name(letter); !transfer.empty()) {
    append_header(out, "MIME-Version", "1.0");
    append_header(out, "Content-Type", "text/plain; charset=UTF-8");
    append_header(out, "Content-Transfer-Encoding", transfer);
  }
  return out + "\n" + body_bytes(letter);
}

}  // namespace lorelei::sample
