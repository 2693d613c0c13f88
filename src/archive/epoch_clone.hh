// SPDX-License-Identifier: GPL-3.0-or-later
// One epoch, copied: what clone does for each and fetch for a new one.
#pragma once
#include <optional>
#include <string>

#include "archive/epoch_source.hh"
#include "base/env.hh"
#include "base/files.hh"
#include "base/result.hh"
#include "git/object_id.hh"

namespace lorelei::archive {

// Mirrors source into a bare repository at target, which must not exist. git shows its progress on a terminal.
// Errors: kFailed (git says why), kCancelled. What is left at target then is no use.
Result<void> clone_repository(const Env&, const EpochSource& source, const fs::path& target, Talk);

// The same, then a look whether it is an epoch of mail: its newest commit must hold a file m or d. An empty repository
// is one. Errors: also kRefused (no mail in it).
Result<void> clone_epoch(const Env&, const EpochSource& source, const fs::path& target, Talk);

// Whether its mail lies as version 1 has it: in directories of the first two digits of a SHA-1.
bool has_version1_mail(const std::string& repository);

// Whether HEAD of the epoch names a commit that holds mail; a HEAD that names nothing is put on the only branch.
Result<void> check_epoch(const std::string& repository);

// Where upstream's history ended when it was last cloned or fetched: what is behind it was put there here. In the file
// lorelei-fetched of the epoch; nothing, if only other programs have fetched.
Result<void> note_upstream(const std::string& repository);
std::optional<git::ObjectId> noted_upstream(const std::string& repository);

}  // namespace lorelei::archive
