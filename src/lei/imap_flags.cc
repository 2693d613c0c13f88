// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/imap_flags.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::lei {

namespace {

constexpr struct {
  const char* flag;
  bool mail::Keywords::*keyword;
} kFlags[] = {{"\\Seen", &mail::Keywords::seen},
              {"\\Answered", &mail::Keywords::answered},
              {"\\Flagged", &mail::Keywords::flagged},
              {"\\Draft", &mail::Keywords::draft},
              {"$Forwarded", &mail::Keywords::forwarded}};

}  // namespace

std::vector<std::string> imap_flags(const mail::Keywords& keywords) {
  std::vector<std::string> flags;
  for (const auto& [flag, keyword] : kFlags)
    if (keywords.*keyword) flags.emplace_back(flag);
  return flags;
}

mail::Keywords imap_keywords(const std::vector<std::string>& flags) {
  mail::Keywords keywords;
  for (const auto& each : flags)
    for (const auto& [flag, keyword] : kFlags) keywords.*keyword |= equal_ignore_case(each, flag);
  return keywords;
}

bool is_marked_deleted(const std::vector<std::string>& flags) {
  return std::any_of(flags.begin(), flags.end(), [](const auto& flag) { return equal_ignore_case(flag, "\\Deleted"); });
}

}  // namespace lorelei::lei
