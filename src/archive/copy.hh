// SPDX-License-Identifier: GPL-3.0-or-later
// The mail of an archive that is elsewhere, copied by git to a directory of its own: neither indexed nor registered.
// archive/clone.hh is for archives that shall be kept by name; this one leaves all that to the caller.
//
// Which version the source has shows in what is there: numbered epochs are version 2; one repository is an epoch if its
// newest commit has a file m or d, and version 1 if its tree has a directory xx.
#pragma once
#include <optional>
#include <string>

#include "archive/layout.hh"
#include "base/env.hh"
#include "base/result.hh"

namespace lorelei::archive {

struct CopyOptions {
  std::optional<Layout::Kind> version;  // that the source must have
  std::optional<std::string> epochs;    // archive/epoch_range.hh; version 2 only
  Talk talk = Talk::kNormal;
};

// Before: nothing is at dir, and its parent is there, which is written as well; who gave it removes what a failure
// leaves. Errors: those of find_epochs and clone_epoch; kUsage for epochs of what has none.
Result<Layout> copy_archive(const Env&, const std::string& source, const fs::path& dir, const CopyOptions&);

}  // namespace lorelei::archive
