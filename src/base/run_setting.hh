// SPDX-License-Identifier: GPL-3.0-or-later
// A setting of git's or ours for this process and all that it starts, as -c of the command line gives it: the last one
// of git's configurations, and stronger than its files. Handed on as git does it, by GIT_CONFIG_COUNT, _KEY_n,
// _VALUE_n.
#pragma once
#include <string>

#include "base/result.hh"

namespace lorelei {

// setting: "SECTION.NAME=VALUE"; without a value it is true. Errors: kUsage.
Result<void> set_for_this_run(const std::string& setting);

}  // namespace lorelei
