// SPDX-License-Identifier: GPL-3.0-or-later
// All that the series.sqlite3 of one or several archives say of series, read at one go: some queries an archive,
// whatever the number of series.
//
// The one idea: the archives become one. A mail that lies in several is there once, so that a series of which one list
// got the first half and another list the second half is whole, and replies sent to either of them are found.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/files.hh"
#include "base/result.hh"
#include "patch/trailers.hh"
#include "search/series_rows.hh"

namespace lorelei::search {

// Who vouches for a patch: "Reviewed-by", "Acked-by", "Tested-by", and names that join them.
enum class Vouching : unsigned { kReviewed = 1, kAcked = 2, kTested = 4 };
// A set of them; 0 for every other name of a trailer.
unsigned vouchings_of(std::string_view trailer_name);

struct Vouch {
  unsigned kinds = 0;
  patch::Person person = {};  // address: lower case
};

struct SeriesReply {
  std::int64_t sent = 0;
  patch::Person sender = {};            // address: lower case
  std::optional<std::size_t> row = {};  // the nearest patch or cover that it answers to
  std::vector<Vouch> vouches = {};
};

class SeriesSnapshot {
 public:
  // The next place, counted from 0. Errors: kNotFound, it was not indexed by us.
  Result<void> add(const fs::path& dir);
  // After the last add(): before, replies have no row.
  void connect_replies();

  const std::vector<SeriesRow>& rows() const { return rows_; }
  const std::vector<std::vector<Vouch>>& vouches() const { return vouches_; }  // of each row, in its own text
  const std::vector<SeriesReply>& replies() const { return replies_; }
  // Nothing for mail that is neither patch nor cover.
  std::optional<std::size_t> row_of(unsigned place, std::int64_t article) const;
  std::optional<std::size_t> row_of_id(std::int64_t id) const;  // as in SeriesRow::ids

 private:
  struct Place;
  Result<void> read_patches(const archive::Sqlite&, Place&);
  Result<void> read_replies(const archive::Sqlite&, Place&);
  Result<void> read_vouches(const archive::Sqlite&, Place&);
  std::int64_t known(Place&, std::int64_t id);

  std::vector<SeriesRow> rows_;
  std::vector<std::vector<Vouch>> vouches_;
  std::vector<SeriesReply> replies_;
  std::vector<std::vector<std::int64_t>> reply_ancestors_;  // of each reply, nearest first
  std::unordered_map<std::int64_t, std::size_t> row_by_id_;
  std::vector<std::unordered_map<std::int64_t, std::size_t>> row_by_article_;  // of each place
  // Numbers of Message-IDs are each file's own; these are for all.
  std::unordered_map<std::string, std::int64_t> numbers_;
  std::unordered_map<std::int64_t, std::size_t> reply_by_id_;
};

}  // namespace lorelei::search
