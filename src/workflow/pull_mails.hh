// SPDX-License-Identifier: GPL-3.0-or-later
// A pull request as a series of mails: each of its commits but merges as a patch for review, below a cover letter.
//
//   b4-pr-0-ID   [PATCH 0/N] TITLE of the request; its text, "base-commit: BASE" and "pull-request: URL REF"
//   b4-pr-1-ID   [PATCH 1/N] ..., in answer to it; From and Date are those of the commit
//
// To and Cc are those of the request, and who sent it; the list that it came by is X-Original-List-Id. Commits come as
// one `git format-patch` writes them, and as mails for git am (workflow/am_mail): what git would not read again as the
// same patch is an error.
#pragma once
#include <string>
#include <vector>

#include "workflow/pull.hh"

namespace lorelei::workflow {

inline constexpr std::size_t kMaxPullPatches = 10'000;  // whole releases have some 15,000, and are reviewed by nobody

struct PullMails {
  std::vector<std::string> mails;   // the cover first
  std::string base;                 // the commit that they build on
  std::size_t without_changes = 0;  // commits that change no file, and are no mails

  std::string mbox() const;
};
// Before: fetch_pull(). Errors: kNotFound, no commits; kTooLarge; kCorrupt, git would read another patch; kFailed.
Result<PullMails> explode_pull(const Env&, const Pull&);
// The same as somebody else sends them on: From is "NAME via SENDER", who wrote a patch and when is said in its text,
// and all of it is ASCII. now: of the cover; each mail is a second later than the one before.
std::vector<std::string> sent_on(const PullMails&, const patch::Person& sender, std::int64_t now);
// "20261120_ann_demo_two.mbx"
std::string mbox_name_of(const PatchMail&);

}  // namespace lorelei::workflow
