// SPDX-License-Identifier: GPL-3.0-or-later
// Small, exact operations on bytes and UTF-8. Functions on "text" take any bytes; nothing here depends on the locale.
#pragma once
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei {

// ASCII classes, independent of the locale and defined for all bytes.
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_alpha(char c) { return is_lower(c) || is_upper(c); }
constexpr bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; }

std::string to_lower(std::string_view);                      // ASCII letters only
bool equal_ignore_case(std::string_view, std::string_view);  // ASCII letters only
bool starts_with_ignore_case(std::string_view text, std::string_view prefix);
std::string_view trim(std::string_view);  // ASCII white space at both ends
std::string_view trim_end(std::string_view);
std::string squeeze_spaces(std::string_view);  // runs of ASCII white space become one space; trimmed
std::vector<std::string_view> split(std::string_view, char separator);  // "a,,b" gives 3 parts; "" gives 1
std::vector<std::string_view> split_words(std::string_view);            // at runs of ASCII white space; no empty parts
// The parts are views: those of a string that is gone by the next line would dangle, so that is refused.
template <std::same_as<std::string> Temporary>
std::vector<std::string_view> split(Temporary&&, char) = delete;
template <std::same_as<std::string> Temporary>
std::vector<std::string_view> split_words(Temporary&&) = delete;
std::string join(const std::vector<std::string>&, std::string_view separator);
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

// The whole of text as a number in base 10; nothing if any other byte is there or it does not fit.
std::optional<std::int64_t> parse_int(std::string_view);
std::optional<std::uint64_t> parse_uint(std::string_view);

std::string hex(std::string_view bytes);                    // lower case, two digits a byte
std::optional<std::string> unhex(std::string_view digits);  // either case; even length
std::string base64(std::string_view bytes);                 // RFC 4648 section 4, with padding, one line
// The bytes whose base64() this text is; nothing for any other text (other bytes, wrong padding, loose last bits).
std::optional<std::string> unbase64(std::string_view text);

// UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF).
bool is_utf8(std::string_view);
// Each byte that is not part of well-formed UTF-8 is replaced by U+FFFD.
std::string to_utf8_lossy(std::string_view);
// Bytes of ISO 8859-1 as UTF-8.
std::string latin1_to_utf8(std::string_view);
void append_utf8(std::string& out, char32_t);
// The code point at text[at] and its length in bytes; U+FFFD and 1 where the bytes are not well-formed.
struct CodePoint {
  char32_t value;
  std::size_t length;
};
CodePoint code_point_at(std::string_view text, std::size_t at);

// Safe to show on a terminal whoever wrote it: control characters (C0 but TAB and LF where keep_lines, C1, DEL),
// bidirectional overrides and invalid UTF-8 become visible replacements. Every foreign byte that reaches a terminal
// goes through here.
enum class Lines { kKeep, kFlatten };
std::string printable(std::string_view, Lines = Lines::kFlatten);
// Columns that text takes on a terminal: wide East Asian characters 2, combining marks 0.
std::size_t display_width(std::string_view utf8);
// At most width columns; an ellipsis stands for what was cut.
std::string fit_width(std::string_view utf8, std::size_t width);

}  // namespace lorelei
