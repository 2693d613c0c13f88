// SPDX-License-Identifier: GPL-3.0-or-later
// A thread made into mails for `git am`: which revision, which patches, with which trailers, by whom, all as values.
// Printing them is workflow/am_text, files are the command's.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "workflow/am_mail.hh"
#include "workflow/attestations.hh"
#include "workflow/followups.hh"
#include "workflow/mail_source.hh"
#include "workflow/revisions.hh"
#include "workflow/settings.hh"

namespace lorelei::workflow {

struct AmWishes {
  std::optional<int> revision;  // nothing: the latest
  std::string cherry_pick;      // "1-3,5,7-", "-1", "<4", a glob of titles, "_" the mail that was asked for; "": all
  bool adds_trailers = true, is_sloppy = false;
  bool adds_link = false, adds_message_id = false, adds_cc = false, signs_off = false;
  bool completes_rerolls = true;
  bool allows_hidden_characters = false;
  bool is_offline = false;  // keys of DKIM are those that are known
};

struct AmEntry {
  int number = 1;
  const PatchMail* mail = nullptr;
  int revision = 1;                             // that it was sent in
  AmPatch patch;                                // without new trailers
  std::string text;                             // the mail for git am
  std::string shown;                            // its subject
  std::vector<FollowupTrailer> added;           // of replies
  std::vector<std::vector<Attestor>> added_by;  // of the mail that gave each
  std::vector<Attestor> attestors;
};

inline constexpr std::size_t kMaxPrerequisites = 500;  // of a series

struct AmSeries {
  FetchedThread thread;
  std::unique_ptr<Revisions> revisions;
  const Revision* revision = nullptr;
  std::vector<AmEntry> entries;
  std::vector<int> missing;  // of those that are wanted
  bool is_cherry_picked = false;
  std::vector<std::string> notes;  // decisions, in words
  std::vector<FollowupTrailer> mismatched, ignored;
  std::string base_commit;                 // as the author says; hexadecimal, or empty
  std::vector<std::string> prerequisites;  // patch-ids of what has to be there first, as the author says
  std::string link;                        // to its first mail

  bool is_complete() const { return missing.empty(); }
  // "v2_20260101_ann_title", without an extension.
  std::string slug() const;
  std::string branch() const;  // "v2_20260101_ann_example_org"
  std::string mbox() const;    // its entries; is_mboxrd() says in which form
  std::string mboxrd() const;  // in that form whatever is in them
  bool is_mboxrd() const;      // a line of a mail would be taken for the begin of another
};

// Errors: kNotFound, there is no patch, or no such revision; kUsage, the cherry-pick; kAttestation, a patch does not
// pass the policy; kRefused, characters that hide text; kCorrupt, a patch that git would not take.
Result<AmSeries> make_am_series(const Env&, const Settings&, const AmWishes&, FetchedThread);

// Numbers of "1-3,5,7-" and the like, ascending, each once. Errors: kUsage.
Result<std::vector<int>> picked_numbers(const std::string& text, int count);
// Runs of other bytes than letters, digits and "_" are one "_"; lower case, at most 100 bytes.
std::string slug_of(std::string_view);

}  // namespace lorelei::workflow
