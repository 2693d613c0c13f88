// SPDX-License-Identifier: GPL-3.0-or-later
// A range over one of the index's three dates as seconds, which is how over.sqlite3 keeps them.
//
//   slot        number there         column of over
//   kReceived   seconds since 1970   ts
//   kSent       YYYYMMDDhhmmss       ds
//   kDay        YYYYMMDD             ds
#pragma once
#include <cstdint>
#include <optional>

#include "archive/over_reader.hh"
#include "search/query.hh"

namespace lorelei::search {

struct TimeSpan {
  archive::OverReader::Clock clock;
  archive::OverReader::Span seconds;
};

// range: a kRange leaf that is dated. Nothing if it is over no date, or an end of it is no moment that exists.
std::optional<TimeSpan> time_span(const Query& range);

}  // namespace lorelei::search
