// SPDX-License-Identifier: GPL-3.0-or-later
// The work trees of a repository, and which of them is in the middle of something with a branch: what `git branch -D`
// looks at before it deletes one.
//
//   HEAD                         the branch that is checked out
//   rebase-merge/head-name       the branch that a rebase will move when it ends; HEAD is detached until then
//   rebase-apply/head-name       the same
//   rebase-merge/update-refs     others that it will move: name, old and new commit, a line each
//   BISECT_START                 the branch that a bisection will go back to, without refs/heads/
#pragma once
#include <string>
#include <vector>

#include "base/files.hh"

namespace lorelei::git {

// The git directories of all work trees, with their own HEAD; the main one's is the common directory, and the first.
std::vector<fs::path> work_tree_directories(const fs::path& common_directory);

// "checked out", "being rebased" or "being bisected"; empty: none has to do with it. branch: without refs/heads/.
std::string use_of_branch(const fs::path& common_directory, const std::string& branch);

}  // namespace lorelei::git
