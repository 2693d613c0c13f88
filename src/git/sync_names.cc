// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/sync_names.hh"

#include <vector>

#include "base/is_there.hh"

namespace lorelei::git {

// The branch comes last: it shall not be durable before what it leads to.
Result<void> sync_names(const fs::path& repository, const std::string& branch) {
  std::vector<fs::path> directories = {"objects/pack", "objects"};
  for (auto above = fs::path(branch).parent_path(); !above.empty(); above = above.parent_path())
    directories.push_back(above);
  for (const auto& directory : directories)
    if (is_there(repository / directory)) TRY_VOID(sync_directory(repository / directory));
  return {};
}

}  // namespace lorelei::git
