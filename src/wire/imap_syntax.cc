// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/imap_syntax.hh"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>

#include "base/text.hh"

namespace lorelei::wire {

namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool is_atom_char(char c) {
  return c > ' ' && c < 0x7F && std::string_view("(){%*\"\\]").find(c) == std::string_view::npos;
}
bool is_atom(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_atom_char); }

// The text between & and -: UTF-16, big-endian, in base64 without padding.
class ShiftedWriter {
 public:
  explicit ShiftedWriter(std::string& out) : out_(out) {}
  void add(char32_t c) {
    if (!open_) out_ += '&', open_ = true;
    if (c < 0x10000) return add_unit(c);
    add_unit(0xD800 + ((c - 0x10000) >> 10));
    add_unit(0xDC00 + ((c - 0x10000) & 0x3FF));
  }
  void close() {
    if (!open_) return;
    if (count_ > 0) out_ += kDigits[bits_ << (6 - count_) & 63];
    out_ += '-';
    bits_ = count_ = 0;
    open_ = false;
  }

 private:
  void add_unit(char32_t unit) {
    bits_ = bits_ << 16 | unit;
    for (count_ += 16; count_ >= 6; count_ -= 6) out_ += kDigits[bits_ >> (count_ - 6) & 63];
    bits_ &= (1u << count_) - 1;
  }

  std::string& out_;
  std::uint32_t bits_ = 0, count_ = 0;  // the count_ lowest bits are not written yet
  bool open_ = false;
};

// Appends what the base64 text between & and - stands for. False if it is not well-formed.
bool append_shifted(std::string& out, std::string_view digits) {
  std::uint32_t bits = 0, count = 0;
  char32_t high = 0;
  for (const char digit : digits) {
    const auto value = kDigits.find(digit);
    if (value == std::string_view::npos) return false;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 16) continue;
    count -= 16;
    const char32_t unit = bits >> count & 0xFFFF;
    bits &= (1u << count) - 1;
    const bool is_low = unit >= 0xDC00 && unit < 0xE000;
    if (is_low != (high != 0)) return false;
    if (unit >= 0xD800 && unit < 0xDC00) {
      high = unit;
      continue;
    }
    append_utf8(out, is_low ? 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00) : unit);
    high = 0;
  }
  return high == 0 && count < 6 && bits == 0;
}

std::optional<int> digits_at(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

bool imap_can_quote(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c != '\0' && c != '\r' && c != '\n' && static_cast<unsigned char>(c) < 0x80;
  });
}

std::string imap_astring(std::string_view text) {
  assert(imap_can_quote(text));
  if (is_atom(text) && !equal_ignore_case(text, "NIL")) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

bool is_imap_flag(std::string_view flag) {
  if (flag.starts_with('\\')) flag.remove_prefix(1);
  return is_atom(flag);
}

std::string imap_date(std::int64_t seconds) {
  using namespace std::chrono;
  const sys_seconds time{std::chrono::seconds{std::clamp<std::int64_t>(seconds, 0, 253'402'300'799)}};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("\"{:02}-{}-{:04} {:02}:{:02}:{:02} +0000\"", static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<std::int64_t> parse_imap_date(std::string_view text) {
  std::string padded(text.size() == 25 ? 1 : 0, '0');
  padded += text;
  if (padded.size() != 26) return std::nullopt;
  if (padded[0] == ' ') padded[0] = '0';
  text = padded;
  const auto month = std::find_if(kMonths.begin(), kMonths.end(),
                                  [text](auto name) { return equal_ignore_case(name, text.substr(3, 3)); });
  const auto day = digits_at(text, 0, 2), year = digits_at(text, 7, 4), hour = digits_at(text, 12, 2),
             minute = digits_at(text, 15, 2), second = digits_at(text, 18, 2), zone = digits_at(text, 22, 4);
  if (!day || !year || !hour || !minute || !second || !zone || month == kMonths.end()) return std::nullopt;
  if (text[2] != '-' || text[6] != '-' || text[11] != ' ' || text[14] != ':' || text[17] != ':' || text[20] != ' ')
    return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60 || (text[21] != '+' && text[21] != '-')) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  const std::int64_t offset = (*zone / 100 * 60 + *zone % 100) * 60;
  const std::int64_t local = std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86'400} +
                             *hour * 3600 + *minute * 60 + *second;
  return text[21] == '+' ? local - offset : local + offset;
}

std::string imap_name_of_utf8(std::string_view utf8) {
  std::string out;
  ShiftedWriter shifted(out);
  for (std::size_t at = 0; at < utf8.size();) {
    const auto c = code_point_at(utf8, at);
    at += c.length;
    if (c.value < ' ' || c.value > '~') {
      shifted.add(c.value);
      continue;
    }
    shifted.close();
    out += static_cast<char>(c.value);
    if (c.value == '&') out += '-';
  }
  shifted.close();
  return out;
}

std::optional<std::string> utf8_of_imap_name(std::string_view name) {
  std::string out;
  for (std::size_t at = 0; at < name.size(); ++at) {
    const char c = name[at];
    if (c < ' ' || c > '~') return std::nullopt;
    if (c != '&') {
      out += c;
      continue;
    }
    const auto end = name.find('-', at);
    if (end == std::string_view::npos) return std::nullopt;
    if (end == at + 1)
      out += '&';
    else if (!append_shifted(out, name.substr(at + 1, end - at - 1)))
      return std::nullopt;
    at = end;
  }
  return out;
}

}  // namespace lorelei::wire
