// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/thanks_choice.hh"

#include <fmt/core.h>

#include "base/text.hh"

namespace lorelei::workflow {

std::string thanks_sheet(const std::vector<SeriesRecord>& records, const std::set<int>& found) {
  std::string sheet =
      "# In front of each line: + thank, x discard, . leave for later.\n"
      "# A + is there already where all patches were found on the branch.\n";
  int place = 0;
  for (const auto& record : records) {
    ++place;
    sheet += fmt::format("{} {:3} {} of {}\n", found.contains(place) ? '+' : '.', place, printable(record.subject),
                         printable(record.author.name.empty() ? record.author.address : record.author.name));
  }
  return sheet;
}

Result<ThanksChoice> read_thanks_sheet(std::string_view sheet, std::size_t count) {
  ThanksChoice choice;
  std::set<std::uint64_t> seen;
  for (const auto raw : split(sheet, '\n')) {
    const auto line = trim(raw);
    if (line.empty() || line.starts_with('#')) continue;
    const auto wrong = [&](const char* why) {
      return err(Error::Kind::kUsage, "read the line", std::string(line.substr(0, 80)), why, "nothing was done");
    };
    const auto rest = trim(line.substr(1));
    const auto number = parse_uint(rest.substr(0, rest.find_first_of(" \t")));
    if (!number || *number < 1 || *number > count) return wrong("its number is none of the list");
    if (!seen.insert(*number).second) return wrong("its number is there twice");
    const auto place = static_cast<int>(*number);
    if (line[0] == '+')
      choice.thanked.push_back(place);
    else if (line[0] == 'x')
      choice.discarded.push_back(place);
    else if (line[0] != '.')
      return wrong("it has to begin with +, x or .");
  }
  return choice;
}

}  // namespace lorelei::workflow
