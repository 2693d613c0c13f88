// SPDX-License-Identifier: GPL-3.0-or-later
// Who is thanked and who is not, decided in an editor: a line a series.
//
//   MARK NUMBER SUBJECT of AUTHOR      MARK: "+" thank, "x" discard, "." leave for later
//
// Only MARK and NUMBER are read; a line that is gone leaves its series for later.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "workflow/series_record.hh"

namespace lorelei::workflow {

// found: places, from 1 on, that begin with "+".
std::string thanks_sheet(const std::vector<SeriesRecord>&, const std::set<int>& found);

struct ThanksChoice {
  std::vector<int> thanked, discarded;  // places in order
};
// Errors: kUsage, with the line: a mark that means nothing, a number that is none of them or stands there twice.
Result<ThanksChoice> read_thanks_sheet(std::string_view sheet, std::size_t count);

}  // namespace lorelei::workflow
