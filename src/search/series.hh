// SPDX-License-Identifier: GPL-3.0-or-later
// Patch series as somebody asks for them, from series.sqlite3 (search/series_store.hh) alone: no mail is read.
//
// The one idea: a series is what one address posted under one revision and one total, connected by replies. Two of its
// mails are connected if one answers to the other or both have an ancestor in common, whether that is stored or not: a
// cover letter that never arrived still holds its patches together, and so does a chain in which every patch answers to
// the one before.
//
// Not connected, so series of their own: patches that were posted as unrelated mails.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/sqlite.hh"
#include "base/files.hh"
#include "base/result.hh"
#include "git/object_id.hh"
#include "patch/trailers.hh"

namespace lorelei::search {

struct SeriesMail {
  unsigned place = 0;  // which of several archives, where they were read together
  std::int64_t article = 0;
  int number = 1;  // in the series; 0 is the cover
  std::string message_id, title;
  std::int64_t sent = 0;
  std::optional<git::ObjectId> patch_id;
};

struct Series {
  std::string key, title;  // of the cover, else of the first patch that is there
  patch::Person sender;
  int revision = 1, total = 1;
  std::int64_t sent = 0;  // the cover's date, else the first patch's
  std::optional<SeriesMail> cover;
  std::vector<SeriesMail> patches;     // ascending by number; of several with one number the last that was sent
  std::vector<int> missing;            // numbers from 1 to total without a patch
  std::string change_id, base_commit;  // of the cover, else of the first patch that names one; may be empty
};

struct SeriesFilter {
  std::optional<std::string> key;      // patch::series_key of the title looked for
  std::optional<std::string> address;  // of the sender, any case
  std::optional<std::string> change_id;
  std::optional<int> revision;
  std::int64_t since = INT64_MIN;  // sent at this time or later
};

// A trailer that a reply gave.
struct GivenTrailer {
  std::int64_t article = 0;  // the reply's
  patch::Person sender;      // who sent the reply; trailer.person is whom it names
  std::int64_t sent = 0;
  patch::Trailer trailer;
};

class SeriesReader {
 public:
  // Errors: kNotFound if DIR was not indexed yet.
  static Result<SeriesReader> open(const fs::path& dir);

  // The newest first.
  Result<std::vector<Series>> list(const SeriesFilter&);
  // The one that a patch, a cover or a reply with a trailer belongs to; nothing for other mail.
  Result<std::optional<Series>> containing(std::string_view message_id);
  // By the article they are for (a cover's are for every patch), in the order they were sent. A reply's trailers are
  // for the nearest patch or cover that it answers to.
  Result<std::map<std::int64_t, std::vector<GivenTrailer>>> trailers_given(const Series&);
  // How often each name was given to the series and its patches, names in lower case: {"reviewed-by", 3}.
  Result<std::map<std::string, int>> count_trailers(const Series&);

 private:
  explicit SeriesReader(archive::Sqlite db) : db_(std::move(db)) {}
  Result<std::int64_t> nearest_patch(std::int64_t article);
  archive::Sqlite db_;
};

}  // namespace lorelei::search
