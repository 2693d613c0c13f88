// SPDX-License-Identifier: GPL-3.0-or-later
// A patch mail made over for `git am`: plain text in UTF-8, without the quirks of its way, with new trailers.
//
//   From git@z Thu Jan  1 00:00:00 1970
//   Subject: [PATCH RFC v2 3/7] title          revision and numbers if the mail had them; of other tags RFC alone
//   From: Date: Message-Id: MIME-Version: Content-Type: Content-Transfer-Encoding:
//
//   message and trailers, "---" and what stands below it, or an empty line before the diff
//
// The mail is read as `git am` reads it (mail/mailinfo), but that text above scissors is left out, as b4 does it. Where
// a signature holds, what it covers is taken and nothing else.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attest/canonical.hh"
#include "base/result.hh"
#include "mail/date.hh"
#include "workflow/patch_mail.hh"

namespace lorelei::workflow {

struct AmPatch {
  std::string author, email, title;
  mail::Time date;
  std::string message;       // the commit's, without its title
  std::string notes;         // below "---", up to the end: comments, diffstat, diff, signature
  std::string opening = {};  // "---" and empty lines that stood above the notes; empty: as am writes them
};
// signed_content: what a signature that holds covers; null: there is none. Errors: kCorrupt, git would not take it
// either, or it is no patch.
Result<AmPatch> read_am_patch(const PatchMail&, const attest::Canonical* signed_content, std::int64_t now);

// revision: that of the series, if a subject names it. From the first header on, without the separator.
// Errors: kCorrupt: git would read something else from it than the patch.
Result<std::string> am_mail(const AmPatch&, const PatchMail&, std::optional<int> revision,
                            std::optional<patch::Counter>);

// The cover letter as it is kept beside: an mbox of one mail, without what else was in its header.
std::string cover_mail(const PatchMail&);

// An mbox of mails; where a line of one could be taken for the begin of another, in the form mboxrd.
std::string mbox_of(const std::vector<std::string_view>& mails);
bool needs_mboxrd(std::string_view mail);

// A header with line ends in place of blanks that are too far right; runs of white space become one.
std::string header_line(std::string_view name, std::string_view value);
// "Name <address>", quoted where it has to be.
std::string mailbox_text(const std::string& name, const std::string& address);
// The text in a form that is not decoded once more.
std::string not_encoded(const std::string& text);

// "Tue, 30 Aug 2022 11:19:07 -0400". Source: RFC 5322, section 3.3.
std::string mail_date(const mail::Time&);

// What may make text read as something else than it is: format characters (Unicode category Cf) on added lines, in
// messages, titles and names, but for those in words of scripts that need them. A sentence each, with the place.
std::vector<std::string> hidden_characters(const AmPatch&);
// Whether a line has such characters, or control characters.
bool hides_something(std::string_view line);

}  // namespace lorelei::workflow
