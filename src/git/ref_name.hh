// SPDX-License-Identifier: GPL-3.0-or-later
// Names of refs, held against the rules of git-check-ref-format(1) before a program or a file sees them.
//
//   name := part ("/" part)*     one part will do ("HEAD", "main"); none begins with "." or ends with ".lock"
//
// Nowhere: "..", "@{", control characters, blanks, ~ ^ : ? * [ \. Not "@" alone, no "-" in front, no "." at the end.
#pragma once
#include <cstddef>
#include <string_view>

namespace lorelei::git {

inline constexpr std::size_t kMaxRefName = 1024;  // file systems take 255 bytes a part; real names have some forty

bool is_ref_name(std::string_view);

}  // namespace lorelei::git
