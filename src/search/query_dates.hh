// SPDX-License-Identifier: GPL-3.0-or-later
// What the ranges of a query mean: d:, dt:, rt: with the dates people write, z: and uid: with numbers.
//
//   A..B  A..  ..B   both ends belong to it
//   A                the 24 hours from A on; of z: and uid: exactly A
//
//   d:   YYYYMMDD or YYYY-MM-DD at every end: days, in UTC; one alone is exactly that day. Any other date at one end
//        makes it dt:, precise to the second (YYYYMMDD is then 00:00:00 of that day)
//   dt:  YYYYMMDDhhmmss in UTC
//   rt:  five digits or more: seconds since 1970
//
// Eight digits that are a date are that whole day in UTC under dt: and rt:, too. Everything else is read as git reads
// dates (base/git_date.hh) in the zone of $TZ, except that nonsense is an error. Numbers are what the reference makes
// of the same text, with these exceptions: it takes two days for d:DAY, "now" for eight digits under dt:, seconds since
// 1970 for eight digits under rt:, and "now" for nonsense. Eight digits from 19 or 20 on that are no day are nonsense
// too.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/git_date.hh"
#include "base/result.hh"
#include "search/query.hh"

namespace lorelei::search {

struct RangeReading {
  std::int64_t now;  // what relative dates start from, seconds since 1970
  DateReading dates = DateReading::kStrict;
};

// Gives every kRange leaf its slot and its numbers. Returns what may surprise, one line each: an empty range, one that
// begins in the future. text: what the query was parsed from, for the caret under an error. Errors: kUsage.
Result<std::vector<std::string>> resolve_ranges(Query&, std::string_view text, const RangeReading&,
                                                const PrefixSet& = {});

// parse_query and resolve_ranges: from text to what search/engine.hh takes.
Result<ParsedQuery> read_query(std::string_view text, const RangeReading&, const PrefixSet& = {});

}  // namespace lorelei::search
