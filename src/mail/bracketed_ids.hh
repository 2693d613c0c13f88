// SPDX-License-Identifier: GPL-3.0-or-later
// "<a@x> text <b@y>": the ids in a header value.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::mail {

// What stands in <...>, in order; nothing of it is empty.
std::vector<std::string> bracketed_ids(std::string_view);

}  // namespace lorelei::mail
