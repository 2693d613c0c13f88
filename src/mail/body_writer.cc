// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/body_writer.hh"

#include <algorithm>

#include "base/text.hh"
#include "mail/transfer.hh"

namespace lorelei::mail {

namespace {

constexpr std::size_t kLongestLine = 990;  // a server takes 998 bytes

bool has_long_line(std::string_view text) {
  const auto lines = split(text, '\n');
  return std::any_of(lines.begin(), lines.end(), [](std::string_view line) { return line.size() > kLongestLine; });
}

}  // namespace

WrittenBody written_body(std::string body, EightBit eight_bit) {
  const bool is_ascii =
      std::all_of(body.begin(), body.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
  const bool is_allowed =
      is_ascii || eight_bit == EightBit::kAllowed || (eight_bit == EightBit::kUtf8 && is_utf8(body));
  if (is_allowed && body.find_first_of(std::string_view("\r\0", 2)) == body.npos && !has_long_line(body))
    return {is_ascii ? "7bit" : "8bit", std::move(body)};
  return {"quoted-printable", encode_quoted_printable(body)};
}

}  // namespace lorelei::mail
