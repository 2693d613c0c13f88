// SPDX-License-Identifier: GPL-3.0-or-later
// git syncs what is in its files, as far as core.fsync asks for it, and not the names that it gives them: after a power
// cut a pack or a branch may be the old one, or none.
#pragma once
#include <string>

#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::git {

// The names of all packs of a bare repository, and of the branch (refs/heads/NAME), are durable. What is not there
// needs not be.
Result<void> sync_names(const fs::path& repository, const std::string& branch);

}  // namespace lorelei::git
