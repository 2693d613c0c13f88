// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/bracketed_ids.hh"

namespace lorelei::mail {

std::vector<std::string> bracketed_ids(std::string_view value) {
  std::vector<std::string> ids;
  for (std::size_t open = value.find('<'); open != value.npos;) {
    const std::size_t close = value.find('>', open + 1);
    if (close == value.npos) break;
    if (close > open + 1) ids.emplace_back(value.substr(open + 1, close - open - 1));
    open = value.find('<', close + 1);
  }
  return ids;
}

}  // namespace lorelei::mail
