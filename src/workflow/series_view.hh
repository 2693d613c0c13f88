// SPDX-License-Identifier: GPL-3.0-or-later
// A list of series as text: columns for people, JSON for programs.
//
//    AGE S AUTHOR             REV PATCHES  R  A  T SIG  TITLE
//     3d ~ Ann Writer          v2     5/5  2  -  1 yes  [RFC] block: better floppies
//
// S   . nobody reviewed   ~ some patches are reviewed   + all are   ! patches are missing   s superseded
//     = all patches are commits of the branch   c all are, some of them changed
// IN    how many patches are commits of the branch; FITS whether it applies: yes, no, - (it is there). Only if asked.
// SIG yes, part, BAD or no; only if something is recorded. R A T: how many people reviewed, acked, tested.
// What does not fit goes: signatures and counts below kWide columns, the author below kNarrow.
//
// JSON     an object a line, members in this order:
//   m            Message-ID of the cover, else of the first patch that is there
//   s, tags      title; ["RFC", ...]
//   f            [name, address]
//   revision, total, present, missing, cover    numbers; missing: a list of them; cover: whether it is there
//   state        new, partly-reviewed, reviewed (all patches that are there)
//   superseded   Message-ID of the newest revision; left out of what is the newest
//   upstream     how many patches are commits of the branch; left out if that was not asked
//   applies      whether it applies to the branch; left out if that was not asked, or it is there
//   why_not      if it does not
//   reviewed, acked, tested     people
//   attested     yes, partly, bad, no; left out if nothing is recorded
//   dt, active   sent, last activity: 2026-01-31T12:00:00Z
//   change_id    left out if there is none
//   patches      [{"n": 1, "revision": 2, "m": ..., "s": ..., "reviewed": true, "commit": ..., "same": true}, ...]
//                commit: in the branch, left out if it is not there; same: it makes the same change
#pragma once
#include <string>

#include "search/results.hh"
#include "workflow/series_list.hh"

namespace lorelei::workflow {

inline constexpr unsigned kWide = 72, kNarrow = 56;

// With a line end at each line; what strangers wrote is printable().
std::string heading_of(const SeriesList&, const search::ListLook&);
std::string text_of(const ListedSeries&, const SeriesList&, const search::ListLook&);
std::string json_of(const ListedSeries&, const SeriesList&);

}  // namespace lorelei::workflow
