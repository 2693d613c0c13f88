// SPDX-License-Identifier: GPL-3.0-or-later
// A date whose day and time are both written out: 2021-01-01 10:00:00 +0200, Fri Jan 1 10:00 2021 PST, 1636129583,
// 20210101T100000Z, @1636129583 +0200.
#pragma once
#include "base/date_words.hh"

namespace lorelei::date {

// Nothing if the text leaves the day or the time open. Words that mean nothing here are doubts. Without a zone in the
// text it is $TZ's.
std::optional<std::int64_t> read_absolute(std::string_view text, std::int64_t now, Doubts&);

}  // namespace lorelei::date
