// SPDX-License-Identifier: GPL-3.0-or-later
// A diff applied to a tree of git, all of it or nothing, without index and files: what `git apply --index` would make
// of it, or, where that fails, the three-way merge of `git am -3`.
//
//   straight   every file's content is the tree's, or what this diff made of it before; what is renamed or copied is
//              taken as the tree has it; what is created must not be there, unless this diff takes it away
//   three-way  for each file, what the diff was made from (its "index" line, found in the repository) is the common
//              ancestor of the tree's content and of the diff's; two changes of the same lines are a conflict
//
// A submodule's content is the line "Subproject commit ID", a link's is its target.
#pragma once
#include <set>
#include <string>

#include "git/new_objects.hh"
#include "git/tree_edit.hh"
#include "patch/diff.hh"

namespace lorelei::patch {

inline constexpr std::size_t kMaxTreeChangeBytes = 512 << 20;  // of all files that a patch writes

enum class ThreeWay { kNo, kIfNeeded };

struct TreeChange {
  git::ObjectId tree;           // what it is now
  std::set<std::string> paths;  // touched
  std::size_t moved_hunks = 0;  // not where the diff says
  bool is_merged = false;       // three-way
};

// New blobs and trees are among the objects then. Errors: kConflict, it does not apply, with the place; kTooLarge;
// those of reading.
Result<TreeChange> apply_to_tree(const Diff&, git::NewObjects&, const git::ObjectId& tree, ThreeWay);

}  // namespace lorelei::patch
