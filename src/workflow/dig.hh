// SPDX-License-Identifier: GPL-3.0-or-later
// Which mail a commit came from. Every way is gone that leads to mail, and says so:
//
//   link      the commit names the mail, by a trailer Link or Message-ID
//   patch-id  the mail has the same change, by one of git's diff algorithms; the others are tried where one finds
//             nothing; at first among mail that was sent up to a day after the commit was written, then among all
//   subject   the same title, by the author: as who sent it, or named in the first line of the mail
//
// Which one it was: what is linked, if it is a patch; then the same change; then the same title; what is linked and no
// patch comes last. Of equals the mail with the date of the commit, then the last one that was sent before it, within a
// day; then the first one after.
//
// The archives here are asked, and only where they have nothing the server is, unless we are offline.
#pragma once
#include <string>
#include <vector>

#include "workflow/commit_facts.hh"
#include "workflow/mail_finder.hh"
#include "workflow/other_revisions.hh"

namespace lorelei::workflow {

struct DigReasons {
  bool link = false, patch_id = false, subject = false;
  std::string text() const;  // "link, patch-id"
};
struct DigCandidate {
  std::string message_id;
  std::optional<PatchMail> mail;  // nothing: the commit names it, and nobody has it
  DigReasons reasons;
  std::string algorithm;  // of the patch-id, if it is not the usual one
};

struct Dug {
  CommitFacts commit;
  std::vector<DigCandidate> candidates;  // the best first; never empty
  bool is_from_archive = false;          // one that is here
};
// Errors: kNotFound, no mail is found; those of read_commit(), of archives and the network.
Result<Dug> dig(const Env&, const std::string& revision, MailFinder&);

// The better of two comes first.
bool is_better(const DigCandidate&, const DigCandidate&, const CommitFacts&);

// Everybody in From, To and Cc of the covers and patches of the posting that the mail is of, each address once.
std::vector<patch::Person> people_in_posting(const std::vector<PatchMail>& thread, const std::string& message_id);

}  // namespace lorelei::workflow
