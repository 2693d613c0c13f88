// SPDX-License-Identifier: GPL-3.0-or-later
// Whether git knows a path: `git ls-files PATH` without a process.
#pragma once
#include <string>

#include "base/files.hh"
#include "base/result.hh"
#include "git/repository_here.hh"

namespace lorelei::git {

// path: relative to the top of the work tree; a directory ends in "/", and is tracked if anything in it is. Errors:
// those of reading the index; kCorrupt, it is none that we read.
Result<bool> is_tracked(const RepositoryHere&, const std::string& path);

}  // namespace lorelei::git
