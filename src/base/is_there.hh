// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a path may be made or is taken. Nothing is thrown: std::filesystem's own question throws when a directory
// above may not be entered, or says "no" and lets the caller make anew what is there.
#pragma once
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

namespace lorelei {

// False only if nothing is there for sure. What cannot be looked at counts as there: using it gives the reason.
inline bool is_there(const std::filesystem::path& path) {
  struct stat st {};
  return stat(path.c_str(), &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

}  // namespace lorelei
