// SPDX-License-Identifier: GPL-3.0-or-later
// Two changes of one text made one, as git's three-way merge does it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hh"

namespace lorelei::git {

// base: what both come from. Nothing: they change the same lines. Errors: kTooLarge, over kMaxMergedBytes.
inline constexpr std::size_t kMaxMergedBytes = 512 << 20;
Result<std::optional<std::string>> merge_file(std::string_view base, std::string_view ours, std::string_view theirs);

}  // namespace lorelei::git
