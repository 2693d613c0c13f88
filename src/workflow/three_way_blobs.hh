// SPDX-License-Identifier: GPL-3.0-or-later
// What `git am -3` needs of a series, put into the repository: the files that each patch was made from. It looks them
// up by the ids of the "index" lines, and those in the middle of a series exist nowhere but in the series.
//
// A file is the repository's, if it has that id, else what an earlier patch of the series made of one that is. Objects
// that nothing refers to are all that is written; `git gc` takes them away after two weeks.
#pragma once
#include <cstddef>
#include <set>
#include <string>

#include "base/files.hh"
#include "git/objects.hh"
#include "workflow/am.hh"

namespace lorelei::workflow {

struct ThreeWayBlobs {
  std::size_t wanted = 0;         // files that patches name by an id, each id once
  std::set<std::string> missing;  // of them, those that are not to be had: "PATH (ID)"
  std::size_t made = 0;           // that were not in the repository
};
// object_directory: where they are written. Errors: those of reading and writing.
Result<ThreeWayBlobs> make_three_way_blobs(const AmSeries&, const git::Objects&, const fs::path& object_directory);

}  // namespace lorelei::workflow
