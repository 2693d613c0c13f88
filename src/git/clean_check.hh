// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a work tree is as its last commit, told by the index alone: one lstat a file, and the trees that the index
// does not know already. Files are not read, so a "no" only means that somebody has to look more closely.
#pragma once
#include <filesystem>

#include "git/config.hh"
#include "git/objects.hh"

namespace lorelei::git {

// True: tracked files, and what is staged, are as in `tree`; submodules not looked at. False: not for certain.
bool is_surely_clean(const std::filesystem::path& directory, const std::filesystem::path& index, const ObjectId& tree,
                     const Objects&, const Config&);

}  // namespace lorelei::git
