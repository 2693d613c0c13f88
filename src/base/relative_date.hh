// SPDX-License-Identifier: GPL-3.0-or-later
// A date told from now backwards, word by word: 1.month.ago, last.friday, yesterday.17:00, may.5. See base/git_date.hh.
#pragma once
#include "base/date_words.hh"

namespace lorelei::date {

// If the doubts are to be strict, 7d, 2w, 48h, 3mo and 1y count, and whatever git would skip or take for something odd
// is a doubt.
std::int64_t read_relative(std::string_view text, std::int64_t now, Doubts&);

}  // namespace lorelei::date
