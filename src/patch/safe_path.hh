// SPDX-License-Identifier: GPL-3.0-or-later
// Which names a patch may write to: those that git takes into an index. A patch comes from a stranger.
#pragma once
#include <optional>
#include <string_view>

namespace lorelei::patch {

// False for the empty name, a NUL, an absolute name, an empty component, "." and "..", and ".git" as any file system
// may read it (upper case; blanks, dots, a colon or a backslash behind it; the short name "git~1"). A symbolic link may
// not be named ".gitmodules" either. mode: if it is known.
bool is_safe_path(std::string_view path, std::optional<unsigned> mode = {});

}  // namespace lorelei::patch
