// SPDX-License-Identifier: GPL-3.0-or-later
// By which name the program was called. As lei it keeps lei's lines, exit statuses and defaults, where they do no harm.
#pragma once
#include <string_view>

namespace lorelei::lei {

enum class Manner { kOurs, kLei };
inline Manner manner_of(std::string_view tool) { return tool == "lei" ? Manner::kLei : Manner::kOurs; }

}  // namespace lorelei::lei
