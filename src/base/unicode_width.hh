// SPDX-License-Identifier: GPL-3.0-or-later
// What one code point does on a terminal, without asking the locale.
#pragma once

namespace lorelei {

// 0 for combining marks and invisible format characters, 2 for wide East Asian characters and emoji, else 1.
unsigned columns_of(char32_t);

// Beyond ASCII: it could move the cursor, hide text or turn its order around.
bool is_deceptive(char32_t);

}  // namespace lorelei
