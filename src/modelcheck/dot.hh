// SPDX-License-Identifier: GPL-3.0-or-later
// The language of Graphviz.
#pragma once
#include <string>
#include <string_view>

namespace lorelei::modelcheck {

// Any text in quotes, as it is to be seen; lines stay.
std::string dot_text(std::string_view);

}  // namespace lorelei::modelcheck
