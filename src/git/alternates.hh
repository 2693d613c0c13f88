// SPDX-License-Identifier: GPL-3.0-or-later
// objects/info/alternates: the object directories that a repository reads besides its own.
//
// The file has a path a line; relative ones start at the object directory that the file belongs to; empty lines and
// lines that start with # count for nothing. We expand the files ourselves because libgit2 loses its way in relative
// paths behind the first level. Depth is limited as in git, so that a loop ends.
#pragma once
#include <string>
#include <vector>

#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::git {

inline constexpr int kMaxAlternatesDepth = 5;                 // as git; deeper ones are not read
inline constexpr std::size_t kMaxObjectDirectories = 20'000;  // all of lore has under 1,000 epochs

// The object directory itself and all it borrows from, absolute, in the order of reading, no repeats. Alternates that
// do not exist are left out. Errors: kNotFound if the directory itself does not exist, kTooLarge.
Result<std::vector<std::string>> expand_alternates(const fs::path& object_directory);

}  // namespace lorelei::git
