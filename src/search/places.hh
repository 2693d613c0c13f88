// SPDX-License-Identifier: GPL-3.0-or-later
// What of an archive or aggregate is searched: where its index is, and the Xapian databases in it.
#pragma once
#include <string>
#include <vector>

#include "archive/layout.hh"
#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::search {

struct Place {
  std::string directory;
  archive::Layout layout = {};
  // Its Xapian databases: message N is in the one at N modulo their number. None: level basic, an overview without the
  // words.
  std::vector<fs::path> shards = {};

  bool is_aggregate() const { return layout.kind == archive::Layout::Kind::kAggregate; }
  fs::path over() const { return layout.over(); }
  fs::path objects() const { return layout.objects(); }
};

// Changes when the index was made anew, and with it perhaps the numbers: the UUID of its first shard, in hex. Empty if
// there is none.
std::string identity_of(const Place&);

// Errors: kNotFound (no such directory, no archive, no index).
Result<Place> find_place(const std::string& directory);

}  // namespace lorelei::search
