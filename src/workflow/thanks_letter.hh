// SPDX-License-Identifier: GPL-3.0-or-later
// The letter that tells the author of a series that it was applied: a whole mail, ready for git send-email.
//
//   To            the author, and who was in To; Cc: who was in Cc. Not: who is excluded, and who writes, unless wished
//   Subject       "Re: " and that of the first mail; "Re: (subset) " where not all patches of the series are meant
//   References    all ancestors of the first mail, then itself
//   body          of a template, a text with ${name} or $name: sentdate fromname fromemail subject msgid to cc quote
//                 summary signature branch treename myname myemail. "$$" is "$", other names stay as they are, lines
//                 that begin with "#" are left out. What is put in is not looked at again.
//
// All of what is put in came from somebody else: control characters are made visible, headers are written by
// mail/header_writer.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mail/body_writer.hh"
#include "mail/date.hh"
#include "mail/header_writer.hh"
#include "workflow/series_record.hh"
#include "workflow/settings.hh"

namespace lorelei::workflow {

enum class Writer { kLeftOut, kIncluded };  // of a letter, among those who get it

// record: with its letter's Message-ID, and patches that the letter is about marked kDue, with their commits; of a pull
// request, merge_commit is the merge. Errors: kUsage, the writer's own address makes no header; kRefused, nobody would
// get it.
Result<std::string> thanks_letter(const ThanksSettings&, const SeriesRecord&, std::string_view merge_commit,
                                  const mail::Time& now, Writer, mail::EightBit = mail::EightBit::kAllowed);

struct Recipients {
  std::vector<mail::Correspondent> to, cc;
};
// Where all are left out, the author stays; nobody only if that address makes no header.
Recipients recipients_of(const ThanksSettings&, const SeriesRecord&, Writer);

// Whether the letter is about less than the series.
bool is_subset(const SeriesRecord&);

}  // namespace lorelei::workflow
