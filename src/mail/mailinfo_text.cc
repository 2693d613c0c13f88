// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/mailinfo_text.hh"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "base/text.hh"

namespace lorelei::mail {

std::string_view git_trim_end(std::string_view text) {
  while (!text.empty() && is_git_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view git_trim(std::string_view text) {
  while (!text.empty() && is_git_space(text.front())) text.remove_prefix(1);
  return git_trim_end(text);
}

bool is_git_blank(std::string_view text) { return std::all_of(text.begin(), text.end(), is_git_space); }

std::string_view until_nul(std::string_view text) { return text.substr(0, text.find('\0')); }

namespace {

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  return is_hex(c) ? to_lower(c) - 'a' + 10 : -1;
}

constexpr std::array<std::int8_t, 256> sextets() {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}
constexpr auto kSextets = sextets();

}  // namespace

void append_quoted_printable(std::string_view text, Underscore underscore, std::string& out) {
  text = until_nul(text);
  const bool in_word = underscore == Underscore::kSpace;
  for (std::size_t at = 0; at < text.size();) {
    auto special = in_word ? text.find_first_of("=_", at) : text.find('=', at);
    special = std::min(special, text.size());
    out.append(text, at, special - at);
    at = special;
    if (at == text.size()) return;
    if (text[at++] == '_') {
      out += ' ';
      continue;
    }
    if (at == text.size() || text[at] == '\n') return;  // a soft break; nothing of the line counts after it
    const int high = hex_value(text[at]);
    const int low = at + 1 < text.size() ? hex_value(text[at + 1]) : -1;
    if (high < 0 || low < 0) {
      out += '=';
      continue;
    }
    out += static_cast<char>(high << 4 | low);
    at += 2;
  }
}

void append_base64(std::string_view text, std::string& out) {
  unsigned bits = 0;
  int have = 0;
  for (const char c : until_nul(text)) {
    const auto sextet = kSextets[static_cast<unsigned char>(c)];
    if (sextet < 0) continue;
    bits = bits << 6 | static_cast<unsigned>(sextet);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out += static_cast<char>(bits >> have & 0xff);
  }
}

namespace {

std::string_view without_hyphen(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return text;
}

// utf8, UTF-8: git's idea of two names of the same.
bool is_utf(std::string_view name, std::string_view which) {
  return starts_with_ignore_case(name, "utf") && equal_ignore_case(without_hyphen(name.substr(3)), which);
}

// Those that everybody knows and whose lower half is ASCII, byte by byte and without states.
bool contains_ascii(std::string_view name) {
  if (equal_ignore_case(name, "us-ascii")) return true;
  const auto number_after = [&](std::string_view family) {
    return starts_with_ignore_case(name, family) ? parse_uint(name.substr(family.size())) : std::nullopt;
  };
  if (name.size() > std::string_view("windows-1252").size()) return false;
  if (const auto part = number_after("iso-8859-"))
    return *part >= 1 && *part <= 16 && *part != 12 && name.back() != '0';
  if (const auto page = number_after("windows-125")) return *page <= 7 && *page != 5;  // two combine characters
  return false;
}

// Whether iconv(3) starts anew when it is told so. That of UTF-16 and its like remembers the order of bytes of an
// earlier text: what is not known to be sound is opened anew, which costs 1 us a line.
bool can_start_anew(std::string_view name) {
  for (const std::string_view family :
       {"us-ascii", "iso-8859-", "windows-", "koi8-", "gb", "big5", "euc-", "shift", "iso-2022-"}) {
    if (starts_with_ignore_case(name, family)) return true;
  }
  return false;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

struct MailinfoCharset::Handle {
  explicit Handle(const std::string& name) : iconv(iconv_open("utf-8", name.c_str())) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (known()) iconv_close(iconv);
  }
  bool known() const { return iconv != reinterpret_cast<iconv_t>(-1); }
  iconv_t iconv;
};

MailinfoCharset::MailinfoCharset(std::string_view name) : name_(until_nul(name)) {
  if (name_.empty() || is_utf(name_, "8"))
    kind_ = Kind::kUtf8;
  else
    kind_ = contains_ascii(name_) ? Kind::kContainsAscii : Kind::kOther;
}
MailinfoCharset::MailinfoCharset(MailinfoCharset&&) noexcept = default;
MailinfoCharset& MailinfoCharset::operator=(MailinfoCharset&&) noexcept = default;
MailinfoCharset::~MailinfoCharset() = default;

bool MailinfoCharset::leaves_alone(std::string_view text) const {
  return kind_ == Kind::kUtf8 || (kind_ == Kind::kContainsAscii && is_ascii(text));
}

std::optional<std::string_view> MailinfoCharset::convert(std::string_view text, std::string& storage) {
  if (leaves_alone(text)) return text;
  if (!handle_ || !can_start_anew(name_)) {
    const bool with_mark = is_utf(name_, "16LE-BOM");
    handle_ = std::make_unique<Handle>(with_mark ? "UTF-16" : name_);
    if (!handle_->known() && equal_ignore_case(name_, "latin-1")) handle_ = std::make_unique<Handle>("ISO-8859-1");
  }
  if (!handle_->known()) return std::nullopt;
  // Each text starts anew. What a charset with states still holds at its end is lost, as in git.
  iconv(handle_->iconv, nullptr, nullptr, nullptr, nullptr);
  storage.clear();
  char* from = const_cast<char*>(text.data());  // iconv's signature; it does not write there
  std::size_t left = text.size();
  for (;;) {
    char buffer[4096];
    char* to = buffer;
    std::size_t room = sizeof buffer;
    const bool failed = iconv(handle_->iconv, &from, &left, &to, &room) == static_cast<std::size_t>(-1);
    const int number = errno;
    storage.append(buffer, static_cast<std::size_t>(to - buffer));
    if (!failed) return storage;
    if (number != E2BIG) return std::nullopt;
  }
}

std::optional<std::string_view> MailinfoConversion::convert(std::string_view text, MailinfoCharset& charset,
                                                            std::string& storage) {
  if (charset.leaves_alone(text)) return text;
  other_charset_ = true;
  return charsets_ == Charsets::kKept ? text : charset.convert(text, storage);
}

std::optional<std::string> decode_mailinfo_words(std::string_view value, MailinfoConversion& conversion) {
  value = until_nul(value);
  std::string out;
  std::string decoded, converted;
  MailinfoCharset charset("");
  std::size_t at = 0;
  for (;;) {
    const auto word = value.find("=?", at);
    if (word == value.npos) break;
    const auto before = value.substr(at, word - at);
    if (at == 0 || !is_git_blank(before)) out += before;  // white space between two words is no text
    const auto name_end = value.find('?', word + 2);
    if (name_end == value.npos || name_end + 2 >= value.size() || value[name_end + 2] != '?') return std::nullopt;
    const char encoding = to_lower(value[name_end + 1]);
    const auto text = name_end + 3;
    const auto end = value.find("?=", text);
    if (end == value.npos || (encoding != 'q' && encoding != 'b')) return std::nullopt;
    decoded.clear();
    if (encoding == 'q')
      append_quoted_printable(value.substr(text, end - text), Underscore::kSpace, decoded);
    else
      append_base64(value.substr(text, end - text), decoded);
    const auto name = value.substr(word + 2, name_end - word - 2);
    if (name != charset.name()) charset = MailinfoCharset(name);
    const auto utf8 = conversion.convert(decoded, charset, converted);
    if (!utf8) return std::nullopt;
    out += *utf8;
    at = end + 2;
  }
  out += value.substr(at);
  return out;
}

}  // namespace lorelei::mail
