// SPDX-License-Identifier: GPL-3.0-or-later
// What of an archive or aggregate is searched: where its index is, and how many shards it has.
#pragma once
#include <string>

#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::search {

struct Place {
  std::string directory;
  enum Kind { kArchive, kAggregate } kind = kArchive;
  fs::path index;       // xap15 or ei15
  unsigned shards = 0;  // 0: level basic, an overview without the words

  fs::path over() const { return index / "over.sqlite3"; }
  fs::path objects() const { return fs::path(directory) / (kind == kArchive ? "all.git" : "ALL.git") / "objects"; }
};

// Changes when the index was made anew, and with it perhaps the numbers: the UUID of its first shard, in hex. Empty if
// there is none.
std::string identity_of(const Place&);

// Errors: kNotFound (no such directory, no index), kRefused (an archive of version 1).
Result<Place> find_place(const std::string& directory);

}  // namespace lorelei::search
