// SPDX-License-Identifier: GPL-3.0-or-later
// Talk goes to standard error. If that fails (a full disk behind a log), there is nobody to tell, and the work goes on.
#pragma once
#include <string_view>

#include "base/env.hh"

namespace lorelei {

inline void say(const Env& env, std::string_view text) { (void)std::fwrite(text.data(), 1, text.size(), env.err); }

}  // namespace lorelei
