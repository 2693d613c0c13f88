// SPDX-License-Identifier: GPL-3.0-or-later
// rename(2) that replaces nothing.
#pragma once
#include <filesystem>

namespace lorelei {

// 0, or an errno; EEXIST if anything is at `to`. Files and directories; both names on one file system. Where the file
// system has no RENAME_NOREPLACE (NFS, FUSE), a file is linked and unlinked, and a directory may replace an empty one.
int rename_new(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace lorelei
