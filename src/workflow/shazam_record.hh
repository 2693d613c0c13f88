// SPDX-License-Identifier: GPL-3.0-or-later
// What the last `shazam` of a repository did or is about to do: kept in it, so that a conflict can be resolved later,
// and all of it undone, also after a kill.
//
// FILE     lorelei-shazam in the git directory of the work tree: "NAME VALUE" a line, written whole.
//
//   stage     applying: files and branch may be between before and after
//             parked: `git am` waits in a work tree of its own
//             done
//   landing   branch, fetch-head or merge
//   branch    refs/heads/NAME, or HEAD: where it is applied
//   before    the commit that HEAD was at
//   base      what the patches were applied to
//   after     the last of their commits; not while parked
//   tree      where `git am` waits: a name in the git directory
//   patches   how many; link, title, id: of the series
//   noted     when the repository was first told of the series by this, in seconds since 1970; 0: it knew it before
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/files.hh"
#include "git/object_id.hh"

namespace lorelei::workflow {

enum class Landing {
  kBranch,     // the current one
  kFetchHead,  // where git merge looks
  kMerge,      // and it is merged
};

struct ShazamRecord {
  enum class Stage { kApplying, kParked, kDone };
  Stage stage = Stage::kApplying;
  Landing landing = Landing::kBranch;
  std::string branch;
  git::ObjectId before, base, after;
  std::string tree;
  std::size_t patches = 0;
  std::string link, title;
  std::string message_id;     // of the first mail
  std::int64_t noted_at = 0;  // 0: the series was known before
};

// Nothing: there was none. Errors: kCorrupt, with what to do.
Result<std::optional<ShazamRecord>> read_shazam_record(const fs::path& git_directory);
Result<void> write_shazam_record(const fs::path& git_directory, const ShazamRecord&);
Result<void> forget_shazam_record(const fs::path& git_directory);

}  // namespace lorelei::workflow
