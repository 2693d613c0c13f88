// SPDX-License-Identifier: GPL-3.0-or-later
// What a C programmer writes, and what TLA+ has in its place.
#pragma once
#include <string_view>

namespace lorelei::tla {

// "and is /\" for "&&"; "" for what is no habit of C.
std::string_view in_place_of(std::string_view word);

}  // namespace lorelei::tla
