// SPDX-License-Identifier: GPL-3.0-or-later
// Where a search looks: archives and aggregates by NAME or directory, chosen as lei chooses its externals.
//
//   --only X...          exactly these
//   otherwise            each --include, and what is registered, less each --exclude
//
// "What is registered" is every archive of public-inbox's configuration that has the index that is needed. Archives
// that an aggregate contains are searched through it if it is called "all", or if they have no index of their own
// (cross-posts are found once then); not if one of its archives is excluded.
#pragma once
#include <string>
#include <vector>

#include "archive/config.hh"
#include "search/prefixes.hh"

namespace lorelei::search {

struct SourceChoice {
  std::vector<std::string> include, only, exclude;  // NAMEs or directories
};
enum class Needs {
  kWords,     // a full-text index
  kOverview,  // messages by id and thread: level basic will do
};

struct Sources {
  std::vector<std::string> directories;  // for search/engine.hh; each once
  PrefixSet prefixes;                    // with the serial numbers (altid) that the archives define
  std::vector<std::string> notes;        // what is registered and cannot be searched
};

// Errors: kNotFound (an unknown NAME; nothing to search).
Result<Sources> choose_sources(const archive::Registry&, const SourceChoice&, Needs = Needs::kWords);

}  // namespace lorelei::search
