// SPDX-License-Identifier: GPL-3.0-or-later
// A file that a change applies to, made of nothing but the change: the old lines of its hunks where they say they are,
// and between them lines that stand for what is not known. So patches can be compared without the tree they are for.
//
// Above a hunk stands what its @@ line names, the function perhaps, if there is room: git finds it there again.
#pragma once
#include <optional>
#include <string>

#include "patch/diff.hh"

namespace lorelei::patch {

inline constexpr std::size_t kMaxPreimage = 64 << 20;

// Nothing: its hunks overlap, it is binary, or it would be over kMaxPreimage. A file that is created has an empty one.
std::optional<std::string> preimage_of(const FileChange&);

}  // namespace lorelei::patch
