// SPDX-License-Identifier: GPL-3.0-or-later
// Which series there are, and what has become of each: what a maintainer wants to know in the morning. Values only;
// workflow/series_view.hh prints them.
//
// The one idea: a series is one thing through all its revisions. Two postings are revisions of one series if
//
//   they have one change-id, whoever sent them
//   or one address sent them, and their titles (patch::series_key) are the same
//   or one address sent them, and the one with the higher number answers to the other
//
// A title that comes back after kMaxPause without a higher number is a new series. The newest of them stands for all;
// the others are superseded. Newest: the highest number, of equal ones the one that was sent last.
//
// A few patches of a new revision without a cover, posted as answers to the ones that they replace, are not a revision
// that lacks the rest: the others are taken from the revision before.
//
// A patch is reviewed if somebody else than its author gave a Reviewed-by or an Acked-by to it: in a reply to it or to
// the cover, or as its own text says. In a reply people speak for themselves: who gives a trailer in the name of
// somebody else is not counted.
//
// Reads series.sqlite3 of each archive, of over.sqlite3 the indexes of threads and times (a word in a discussion is
// activity, and only what gives a trailer is in series.sqlite3), and the words of the index only if there is a query.
// An aggregate has no series of its own: those of its archives are read.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/config.hh"
#include "base/env.hh"
#include "base/result.hh"
#include "patch/trailers.hh"
#include "search/sources.hh"

namespace lorelei::workflow {

struct SeriesBranch;

inline constexpr std::int64_t kMaxPause = 365 * 86'400;

enum class Attested {
  kUnknown,  // nothing is recorded
  kNo,
  kPartly,  // some patches, or by others than their authors, or by keys that nobody knows
  kBad,     // a signature is bad
  kYes      // each patch, by a key that is known
};
enum class Review { kNone, kSome, kAll };  // of the patches that are there

struct PatchState {
  int number = 1, revision = 1;  // revision: below that of the series if it was taken over
  std::string message_id = {}, title = {};
  bool is_reviewed = false;
  std::int64_t sent = 0;
  std::string commit = {};  // of a branch where it is already; workflow/series_in_branch.hh
  bool is_changed = false;  // that commit makes another change
};

struct ListedSeries {
  std::string title = {}, message_id = {};  // of the cover, else of the first patch
  std::vector<std::string> tags = {};       // but PATCH, revision and counter: "RFC", "net-next"
  patch::Person sender = {};
  int revision = 1, total = 1;
  bool has_cover = false;
  std::vector<PatchState> patches = {};
  std::vector<int> missing = {};
  unsigned reviewers = 0, ackers = 0, testers = 0;  // people
  std::int64_t sent = 0, active = 0;                // active: when the last mail of its conversation came
  Attested attested = Attested::kUnknown;
  std::string change_id = {}, superseded_by = {};  // superseded_by: message-id of the newest revision
  std::optional<bool> applies = {};                // to a branch, if that was asked
  std::string why_not = {};

  Review review() const;
  std::size_t count_in_branch() const;  // patches
  bool is_in_branch() const;            // all of them, and none is missing
};

enum class SeriesSort { kActivity, kDate, kAuthor, kTitle, kReviews };  // the newest, or the least reviewed, first

struct SeriesWish {
  std::vector<std::string> terms = {};  // of a query that a patch or the cover matches; none: all
  std::optional<std::int64_t> older_than = {}, newer_than = {};  // the last activity
  std::string author = {};                                       // in name or address, any case
  bool only_unreviewed = false, only_incomplete = false, with_superseded = false;
  const SeriesBranch* upstream = nullptr;  // where patches are looked for
  bool only_pending = false;               // not what is all there
  SeriesSort sort = SeriesSort::kActivity;
  std::size_t limit = SIZE_MAX;
};

struct SeriesList {
  std::vector<ListedSeries> series = {};
  std::size_t too_old = 0;                     // are as wished, but older than newer_than
  std::size_t beyond = 0;                      // over the limit
  bool has_verdicts = false;                   // an archive has recorded what signatures are worth
  bool was_sought = false, was_tried = false;  // in a branch, on a branch
  std::vector<std::string> notes = {};
};

// Errors: kNotFound (no archive of these has series), kUsage (the query).
Result<SeriesList> list_series(const Env&, const archive::Registry&, const search::Sources&, const SeriesWish&);

}  // namespace lorelei::workflow
