// SPDX-License-Identifier: GPL-3.0-or-later
// Patches and covers as series.sqlite3 has them, and how they become series (search/series.hh has the rule). For who
// reads one sender's mail (SeriesReader) and for who reads all of several archives (search/series_snapshot.hh).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "archive/sqlite.hh"
#include "base/result.hh"
#include "search/series.hh"

namespace lorelei::search {

struct SeriesRow {
  SeriesMail mail = {};
  bool is_cover = false, is_numbered = false;
  std::string key = {}, tags = {}, change_id = {}, base_commit = {}, name = {}, address = {};  // address: lower case
  int revision = 1, total = 1;
  std::vector<std::int64_t> ids = {};                        // its own Message-ID, then those of its ancestors
  std::vector<std::pair<unsigned, std::int64_t>> also = {};  // further places and articles of the same mail
};

// All, or those of one sender, in the order of articles.
Result<std::vector<SeriesRow>> read_series_rows(const archive::Sqlite&, const std::optional<std::string>& address);

// The mail of each series.
std::vector<std::vector<const SeriesRow*>> group_series(const std::vector<SeriesRow>&);

Series make_series(std::vector<const SeriesRow*> members);
// Not a letter with a diffstat and nothing more.
bool is_series(const Series&);

}  // namespace lorelei::search
