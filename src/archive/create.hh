// SPDX-License-Identifier: GPL-3.0-or-later
// A new archive, empty and registered: what public-inbox-init -V2 makes, without its index (archive index makes that).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "archive/config.hh"
#include "archive/inbox.hh"
#include "base/env.hh"
#include "base/result.hh"

namespace lorelei::archive {

struct NewArchive {
  std::string name_or_dir;
  std::vector<std::string> addresses, urls;
  std::optional<std::string> newsgroup, description;
};
// Errors: kConflict if the directory is not empty, or the name or an address is taken; then nothing was made.
Result<Located> create_archive(const Env&, const NewArchive&);

// The archive to write to: the one that is meant, or a new one if there is none. A name that looks like a slip of a
// registered one makes nothing, unless it is kEvenIfNear.
enum class Creation { kUnlessNear, kEvenIfNear };
struct Target {
  Located located;
  enum class Origin { kExisting, kCreated } origin = Origin::kExisting;
};
Result<Target> locate_or_create(const Env&, const NewArchive&, Creation);

}  // namespace lorelei::archive
