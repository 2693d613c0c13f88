// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes that nobody can guess, from the kernel (getrandom(2)): for names that must be different from all others.
#pragma once
#include <cstddef>
#include <string>

#include "base/result.hh"

namespace lorelei {

// count: 256 at most. Errors: kFailed.
Result<std::string> random_bytes(std::size_t count);

}  // namespace lorelei
