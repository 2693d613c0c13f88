// SPDX-License-Identifier: GPL-3.0-or-later
// Reviews that were given on a list, put into the commits of a branch.
//
//   which commits   those of the series that prep manages; else from a commit on; else one's own, up to the first that
//                   is of somebody else, or a merge, or older than asked for
//   which mails     a mailbox, or the thread of a Message-ID; else the threads in which the series was sent; else those
//                   in which a patch was posted that is one of the commits
//   which goes      workflow/followups: a review of the same change in any revision, a review of the cover letter of
//   the where           last revision for all. With `is_fuzzy` also by a Link or Message-ID in the commit, and by a
//   title that
//                   only one of the commits has. What reaches no commit is kept apart (`lost`), with whether that would
//                   help
//
// A trailer the user does not want is remembered in GIT-DIR/b4-trailers-ignore.json, as by b4.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/env.hh"
#include "workflow/followups.hh"
#include "workflow/mail_source.hh"
#include "workflow/prep_branch.hh"
#include "workflow/series_patches.hh"

namespace lorelei::workflow {

struct TrailerWishes {
  MailSource source;
  std::string from;          // a Message-ID
  std::string since_commit;  // from this one on
  std::string since = "1.month";
  bool is_sloppy = false, is_fuzzy = false;
};

struct CommitTrailers {
  git::ObjectId commit;
  std::string title;
  std::vector<FollowupTrailer> added;
};

// A Nacked-by and the like. It is no review, and goes into no commit.
struct Objection {
  FollowupTrailer given;
  std::string what;  // the subject of what it answers; empty: that is not here
};

struct TrailerUpdate {
  git::WorkTree tree;
  std::string branch;  // "refs/heads/NAME"
  git::ObjectId base, tip;
  std::vector<git::ObjectId> line;  // all commits above base
  FetchedThread thread;             // what the trailers point into
  std::vector<PatchMail> commits_as_mails;
  std::vector<CommitTrailers> commits;  // oldest first; those without trailers, too
  std::vector<FollowupTrailer> mismatched, ignored;
  std::vector<LostTrailer> lost;  // none that the user does not want
  std::vector<Objection> objections;

  std::size_t count() const;  // commits that get some
};

// Errors: kNotFound, there are no such commits or mails; those of reading.
Result<TrailerUpdate> find_trailer_update(const Env&, const Settings&, const TrailerWishes&, const Say&);
// Rewrites the branch. Errors: see git/rewrite.
Result<void> carry_out(const Env&, TrailerUpdate&, const Say&);

// For an editor: "- TITLE", and "  + TRAILER" with "#   via: LINK" below each. What is gone is not wanted.
std::string trailer_sheet(const TrailerUpdate&, const Settings&);
// Takes away what is not in the sheet any more, and returns it. Nothing: no group is left in the sheet, which means
// that nothing is to be done.
std::optional<std::vector<FollowupTrailer>> take_trailer_sheet(TrailerUpdate&, std::string_view sheet);
// They are not offered again. Errors: those of writing.
Result<void> remember_unwanted(const TrailerUpdate&, const std::vector<FollowupTrailer>&);

}  // namespace lorelei::workflow
