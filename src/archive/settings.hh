// SPDX-License-Identifier: GPL-3.0-or-later
// Settings of the archive commands (git/settings.hh says how settings are read).
#pragma once
#include <string>

#include "archive/config.hh"
#include "git/settings.hh"

namespace lorelei::archive {

inline constexpr git::Setting kArchives{"lorelei.archives", git::Setting::Kind::kPath,
                                        "~/.local/share/lorelei/archives",
                                        "where archives that are named, not placed, are made"};

// Where a new archive goes, and what it will be called. From a NAME the directory is made up (kArchives), from a
// directory (what has a slash) the name is its last part.
struct NewPlace {
  std::string name;
  fs::path dir;
};
Result<NewPlace> place_for_new(const Env&, const std::string& name_or_dir);

// The branch of new epochs: init.defaultBranch, as for git itself.
Result<std::string> default_branch(const Env&);

}  // namespace lorelei::archive
