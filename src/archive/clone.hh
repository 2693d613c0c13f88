// SPDX-License-Identifier: GPL-3.0-or-later
// A whole archive, copied from elsewhere and registered under a NAME.
//
// The epochs are collected in a directory beside the target, each renamed when it is complete, and at the end that
// directory is renamed: at any moment the target is absent or whole. A clone that was stopped goes on with the epoch at
// which it was, when the same command is given again.
//
//   PARENT/.NAME.unfinished-clone/lock       held by the clone that runs
//                                 source     what is cloned; another source is refused until this is removed
//                                 archive/   the archive so far
//                                 epoch/     the epoch that is being cloned; of no use after a kill
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "archive/config.hh"
#include "base/env.hh"
#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::archive {

struct CloneOptions {
  std::optional<std::string> name;     // to register it under, if it is not to follow from name_or_dir
  std::vector<std::string> addresses;  // of the list; guessed from the mail if empty
  std::vector<std::string> urls;       // where it is published; the source if that is one and this is empty
  std::optional<std::string> newsgroup;
  Talk talk = Talk::kNormal;
};

struct CloneReport {
  std::string name;
  fs::path dir;
  std::size_t epochs = 0;
  std::size_t resumed = 0;  // of these, complete already when we started
};

// Errors: those of find_epochs and clone_epoch; kConflict if the target exists or its name is taken.
Result<CloneReport> clone_archive(const Env&, const std::string& source, const std::string& name_or_dir,
                                  const CloneOptions&);

}  // namespace lorelei::archive
