// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/branch_use.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::git {

namespace {

constexpr std::uint64_t kMaxState = 1 << 20;

// A file that cannot be read has no line.
bool has_line(const fs::path& file, const std::string& wanted) {
  const auto text = read_file(file, kMaxState);
  if (!text) return false;
  const auto lines = split(*text, '\n');
  return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) { return trim(line) == wanted; });
}

}  // namespace

std::vector<fs::path> work_tree_directories(const fs::path& common_directory) {
  std::vector<fs::path> all = {common_directory};
  std::error_code failed;
  for (fs::directory_iterator at(common_directory / "worktrees", failed), end; !failed && at != end;
       at.increment(failed))
    all.push_back(at->path());
  std::sort(all.begin() + 1, all.end());
  return all;
}

std::string use_of_branch(const fs::path& common_directory, const std::string& branch) {
  const auto ref = "refs/heads/" + branch;
  for (const auto& directory : work_tree_directories(common_directory)) {
    if (has_line(directory / "HEAD", "ref: " + ref)) return "checked out";
    for (const char* file : {"rebase-merge/head-name", "rebase-apply/head-name", "rebase-merge/update-refs"})
      if (has_line(directory / file, ref)) return "being rebased";
    if (has_line(directory / "BISECT_START", branch)) return "being bisected";
  }
  return "";
}

}  // namespace lorelei::git
