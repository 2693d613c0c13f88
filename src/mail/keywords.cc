// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/keywords.hh"

namespace lorelei::mail {

namespace {

struct Row {
  bool Keywords::*keyword;
  char maildir, status, x_status;  // NUL: none
};

constexpr Row kRows[] = {
    {&Keywords::answered, 'R', '\0', 'A'},   {&Keywords::draft, 'D', '\0', 'T'}, {&Keywords::flagged, 'F', '\0', 'F'},
    {&Keywords::forwarded, 'P', '\0', '\0'}, {&Keywords::seen, 'S', 'R', '\0'},
};

std::string letters(const Keywords& keywords, char Row::*column, std::string_view order) {
  std::string out;
  for (const char letter : order)
    for (const Row& row : kRows)
      if (row.*column == letter && keywords.*row.keyword) out.push_back(letter);
  return out;
}

}  // namespace

std::string maildir_flags(const Keywords& keywords) { return letters(keywords, &Row::maildir, "DFPRS"); }
std::string mbox_status(const Keywords& keywords) { return letters(keywords, &Row::status, "R"); }
std::string mbox_x_status(const Keywords& keywords) { return letters(keywords, &Row::x_status, "AFT"); }

Keywords keywords_of_flags(std::string_view flags) {
  Keywords out;
  for (const Row& row : kRows) out.*row.keyword = flags.find(row.maildir) != flags.npos;
  return out;
}

Keywords keywords_of_status(std::string_view status) {
  const auto has = [status](char letter) { return letter != '\0' && status.find(letter) != status.npos; };
  Keywords out;
  for (const Row& row : kRows) out.*row.keyword = has(row.status) || has(row.x_status);
  return out;
}

}  // namespace lorelei::mail
