// SPDX-License-Identifier: GPL-3.0-or-later
// Queries for others to read: every date of a query in numbers, as any server of public-inbox understands them,
// whatever its clock and its git say. Everything else stays as it was typed.
#pragma once
#include <string>
#include <string_view>

#include "search/query.hh"

namespace lorelei::search {

// typed: what parse_query() made of the text; dated: the same after resolve_ranges().
std::string with_dates_in_numbers(std::string_view text, const Query& typed, const Query& dated);

// Where both have a date that is open upwards, the earlier of the two: `now` and `then` are one text, dated at two
// times. True if that changed anything.
bool widen_to(Query& now, const Query& then);

// Whether a leaf has this prefix.
bool mentions(const Query&, std::string_view prefix);

}  // namespace lorelei::search
