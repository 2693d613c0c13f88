// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/transfer.hh"

#include <array>

#include "base/text.hh"

namespace lorelei::mail {

static constexpr std::array<signed char, 256> kSextets = [] {
  std::array<signed char, 256> table{};
  table.fill(-1);
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<signed char>(i);
  return table;
}();

std::string decode_base64(std::string_view in) {
  std::string out;
  out.reserve(in.size() / 4 * 3 + 3);
  std::uint32_t group = 0;
  int sextets = 0;
  for (const char c : in) {
    if (c == '=') break;
    const int value = kSextets[static_cast<unsigned char>(c)];
    if (value < 0) continue;
    group = group << 6 | static_cast<std::uint32_t>(value);
    if (++sextets == 4) {
      const char bytes[] = {static_cast<char>(group >> 16), static_cast<char>(group >> 8), static_cast<char>(group)};
      out.append(bytes, 3);
      group = 0;
      sextets = 0;
    }
  }
  if (sextets >= 2) out.push_back(static_cast<char>(group >> (sextets == 2 ? 4 : 10)));
  if (sextets == 3) out.push_back(static_cast<char>(group >> 2));
  return out;
}

static int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Where the line after a soft line break begins; at points behind the "=". 0 if it is none.
static std::size_t after_soft_break(std::string_view in, std::size_t at) {
  while (at < in.size() && (in[at] == ' ' || in[at] == '\t')) ++at;
  if (at < in.size() && in[at] == '\r') ++at;
  return at < in.size() && in[at] == '\n' ? at + 1 : 0;
}

std::string decode_quoted_printable_body(std::string_view in) {
  constexpr std::string_view kLineEnd = "\r\n";
  std::string out;
  out.reserve(in.size() + in.size() / 32);
  for (std::size_t at = 0; at < in.size();) {
    const std::size_t stop = in.find_first_of("=\n", at);
    if (stop == in.npos) {
      out.append(in.substr(at));
      break;
    }
    if (in[stop] == '\n') {
      std::size_t end = stop;
      if (end > at && in[end - 1] == '\r') --end;
      while (end > at && (in[end - 1] == ' ' || in[end - 1] == '\t')) --end;
      out.append(in.substr(at, end - at)).append(kLineEnd);
      at = stop + 1;
      continue;
    }
    out.append(in.substr(at, stop - at));
    const int high = stop + 2 < in.size() ? hex_value(in[stop + 1]) : -1;
    const int low = high >= 0 ? hex_value(in[stop + 2]) : -1;
    if (low >= 0) {
      const char byte = static_cast<char>(high << 4 | low);
      if (byte == '\n')
        out.append(kLineEnd);
      else
        out.push_back(byte);
      at = stop + 3;
    } else if (const std::size_t next = after_soft_break(in, stop + 1)) {
      at = next;
    } else {
      out.push_back('=');
      at = stop + 1;
    }
  }
  return out;
}

std::string encode_quoted_printable(std::string_view text) {
  constexpr std::size_t kColumns = 76;
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') {
      out += '\n';
      column = 0;
      continue;
    }
    const bool ends_line = at + 1 == text.size() || text[at + 1] == '\n';
    const bool is_changed_at_start = column == 0 && (c == '.' || text.substr(at).starts_with("From "));
    const bool is_plain = c >= ' ' && c <= '~' && c != '=' && !(c == ' ' && ends_line) && !is_changed_at_start;
    const bool is_tab = c == '\t' && !ends_line;
    const std::size_t width = is_plain || is_tab ? 1 : 3;
    if (column + width > kColumns - (ends_line ? 0 : 1)) {
      out += "=\n";
      column = 0;
    }
    if (width == 1) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '=';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
    column += width;
  }
  return out;
}

}  // namespace lorelei::mail
