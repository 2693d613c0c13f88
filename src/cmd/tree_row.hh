// SPDX-License-Identifier: GPL-3.0-or-later
// The repository that a command is about, where it is not the one around the current directory: b4's -g.
#pragma once
#include <unistd.h>

#include <initializer_list>
#include <string>

#include "base/command.hh"
#include "base/files.hh"

namespace lorelei::cmd {

inline Option tree_row(std::string& directory) {
  return {"-g --gitdir", "DIR", "in the repository there, instead of the one here", &directory};
}
// Goes there. The paths are still those that the user meant: "" and "-" stay, others become absolute.
inline Result<void> go_to_tree(const std::string& directory, std::initializer_list<std::string*> paths) {
  if (directory.empty()) return {};
  std::error_code failed;
  for (auto* path : paths)
    if (!path->empty() && *path != "-") *path = fs::absolute(*path, failed).string();
  if (chdir(directory.c_str()) != 0) return err_errno(errno, "go to the repository", directory);
  return {};
}

}  // namespace lorelei::cmd
