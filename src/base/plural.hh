// SPDX-License-Identifier: GPL-3.0-or-later
// "1 mail", "2 mails": a number with what is counted.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace lorelei {

// one: the singular. many: the plural; empty: with an "s".
inline std::string plural(std::size_t count, std::string_view one, std::string_view many = {}) {
  auto text = std::to_string(count) + ' ';
  text += count == 1 || many.empty() ? one : many;
  if (count != 1 && many.empty()) text += 's';
  return text;
}

}  // namespace lorelei
