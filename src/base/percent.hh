// SPDX-License-Identifier: GPL-3.0-or-later
// Percent-encoding (RFC 3986 2.1).
#pragma once
#include <string>
#include <string_view>

#include "base/text.hh"

namespace lorelei {

// A % without two hexadecimal digits behind it stands for itself.
inline std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' && i + 2 < text.size() ? unhex(text.substr(i + 1, 2)) : std::nullopt;
    if (byte) i += 2;
    out += byte ? *byte : std::string(1, text[i]);
  }
  return out;
}

}  // namespace lorelei
