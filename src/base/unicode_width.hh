// SPDX-License-Identifier: GPL-3.0-or-later
// How many columns of a terminal one code point takes, without asking the locale.
#pragma once

namespace lorelei {

// 0 for combining marks and invisible format characters, 2 for wide East Asian characters and emoji, else 1.
unsigned columns_of(char32_t);

}  // namespace lorelei
