// SPDX-License-Identifier: GPL-3.0-or-later
// A pull request, carried out as far as its merge: found in a thread, looked up, fetched, its signature judged.
//
//   look_up_pull    asks the server which object the ref is, and which commit that means
//   fetch_pull      gets the objects, and nothing else: no ref, no tag, no FETCH_HEAD changes
//   judge_pull      the tag's signature, or the commit's, by git with the user's keys; then what the policy says
//   keep_pull       writes FETCH_HEAD as git fetch does, and the branch: only now can a merge come upon it
//
// What the server says counts for nothing: the commit that the fetched object leads to here has to be that of the mail.
// Git gets no protocol but those of workflow/pull_place, checks objects as they come, and runs no hooks.
//
// A Pull holds all that a letter of thanks needs later: the mail, and the commit to look for.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "git/signature_status.hh"
#include "workflow/mail_source.hh"
#include "workflow/pull_place.hh"
#include "workflow/pull_request.hh"
#include "workflow/settings.hh"

namespace lorelei::workflow {

// Exit statuses of their own.
inline constexpr int kPullNotMerged = 4, kPullMoved = 7, kPullNotFetched = 8;

enum class MovedRefs { kRefused, kAllowed };

struct PullWishes {
  LocalPlaces local = LocalPlaces::kRefused;
  MovedRefs moved = MovedRefs::kRefused;
  std::string branch;  // to be made; empty: none
};

struct PullSignature {
  git::SignatureStatus status;
  enum class Of { kTag, kCommit } of = Of::kTag;  // what it stands on, or would
  std::string tag;                                // the name that the tag has within itself
};

struct Pull {
  std::string repository;  // its git directory
  const PatchMail* mail = nullptr;
  PullRequest request;
  std::string ref;                         // in full: "refs/tags/for-linus", "HEAD"
  std::string object;                      // a tag or a commit, as it is there
  std::string commit;                      // its tip
  std::optional<PullSignature> signature;  // nothing: the policy is off
  std::string objection;                   // why the policy refuses it; empty if it does not
  std::vector<std::string> notes;          // what one should know, in words

  bool is_moved() const;  // not what the mail says
};

// The mail that was asked for, or the nearest above it that is a request; of a whole mailbox the first.
// Errors: kNotFound.
struct AskedPull {
  const PatchMail* mail = nullptr;
  PullRequest request;
};
Result<AskedPull> find_pull(const FetchedThread&, const std::string& asked);

// Errors: kNotFound, we are in no repository, or it lacks the base; kConflict, the branch exists; kRefused, the place;
// with kPullMoved, the ref is gone or another commit; with kPullNotFetched, the server does not answer.
Result<Pull> look_up_pull(const Env&, const AskedPull&, const PullWishes&);
// Errors: as above.
Result<void> fetch_pull(const Env&, Pull&, const PullWishes&);
// Errors: of the settings. A signature that does not hold is none.
Result<void> judge_pull(const Env&, const Settings&, Pull&);
// Errors: kConflict, kFailed.
Result<void> keep_pull(const Env&, const Pull&, const PullWishes&);

// Whether HEAD has the tip of the request, without any network if the mail names it. Errors: as above.
Result<bool> is_merged(const Env&, const AskedPull&, const PullWishes&);

}  // namespace lorelei::workflow
