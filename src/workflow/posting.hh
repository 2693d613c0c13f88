// SPDX-License-Identifier: GPL-3.0-or-later
// The mails that a series becomes: a cover letter and a mail for each patch, or one mail that holds both.
//
//   cover     From Subject Date Message-Id MIME-Version Content-Type Content-Transfer-Encoding X-B4-Tracking
//   X-Change-ID
//             In-Reply-To References To Cc X-Mailer; the letter, "---", shortlog and diffstat, "---", base-commit,
//             change-id and what it needs first, a greeting
//   patch     From Date Subject MIME-Version Content-Type Content-Transfer-Encoding Message-Id References In-Reply-To
//   To
//             Cc X-Mailer; the author if that is somebody else, the message, "---", diffstat and diff
//   alone     a patch with the letter below its "---", above the diffstat, and base-commit below the diff
//
// Who gets what: To and Cc of the letter and of the settings get everything; whom the letter's other trailers name, too
// (Cc); whom the trailers of a patch name, above its "---" or at the end of notes below, get that patch and the letter.
// Addresses anywhere else, as in the diff, get nothing. Without any To, Cc takes its place.
//
// An address that the tree's .mailmap, or mailmap.file, gives another one for is written to there.
//
// Message-Ids are <DATE-SLUG-vN-NUMBER-RANDOM@DOMAIN>, the same random part in all of a posting. Each mail is a second
// later than the one before.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "mail/body_writer.hh"
#include "mail/header_writer.hh"
#include "workflow/mailmap.hh"
#include "workflow/prep_branch.hh"
#include "workflow/send_settings.hh"
#include "workflow/series_patches.hh"

namespace lorelei::workflow {

struct PostingWishes {
  std::vector<std::string> prefixes;   // beside those of the series: "RESEND", "PREVIEW"
  std::vector<patch::Person> to, cc;   // beside the others
  std::vector<patch::Person> only_to;  // a preview: these and nobody else
  bool has_cover = false;              // also if there is one patch
  bool carries_tracking = true;        // else nobody makes a branch of it again
  bool follows_trailers = true;        // else nobody is taken from trailers and settings
  bool writes_to_me = true;
  mail::EightBit eight_bit = mail::EightBit::kAllowed;
};

struct PostingMail {
  int number = 0;  // 0: the cover letter
  std::string subject, title, message_id;
  std::vector<mail::Correspondent> to, cc;
  std::string text;  // whole, with LF; not signed

  bool is_cover() const { return number == 0; }
  std::string file_name() const;  // "0001-TITLE.eml"
  std::vector<std::string> recipients() const;
};

struct Posting {
  int revision = 1;
  std::vector<PostingMail> mails;            // in order
  std::string letter;                        // subject without its [PATCH], empty line, the cover as it is in the tag
  std::vector<std::string> without_address;  // trailers whose people cannot be written to
  std::vector<std::string> unresolved;       // of what is needed first: see PostingSource
};

struct PostingSource {
  SeriesCover cover;
  git::ObjectId base;  // below the patches
  SeriesPatches patches;
  Mailmap mailmap = {};  // who is written to under another address than the one that is named
  // What mails say of what has to be there first (add_dependencies).
  std::optional<git::ObjectId> named_base = {};  // instead of `base`; the text of the tag keeps that
  std::string prerequisites = {};                // lines "prerequisite-...", each with a line end
  // What is needed first, and whose patches are not named, or not all: "change-id: ID:v1: WHY". May be foreign.
  std::vector<std::string> unresolved = {};
};
// The .mailmap at the top of the tree and mailmap.file, which counts before it; what cannot be read says nothing.
Mailmap mailmap_of(const Env&, const git::WorkTree&);
// random: 6 bytes. Errors: kUsage, there is no patch; nobody to write to is none: the mails have no To.
Result<Posting> make_posting(const Env&, const SendSettings&, const PostingSource&, const PostingWishes&,
                             std::string_view random);

// Of what is on the branch now.
Result<Posting> posting_of(const Env&, const SendSettings&, const PrepBranch&, const PostingWishes&);

// "[x] [PATCH RFC v2 01/10] title". total 0: without numbers.
std::string subject_of(const Tracking&, const std::vector<std::string>& more_prefixes, int number, int total,
                       const std::string& title);

}  // namespace lorelei::workflow
