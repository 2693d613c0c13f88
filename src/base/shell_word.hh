// SPDX-License-Identifier: GPL-3.0-or-later
// A text as one word of a shell's command line: quoted if it has to be.
#pragma once
#include <string>
#include <string_view>

namespace lorelei {

std::string shell_word(std::string_view);

}  // namespace lorelei
