// SPDX-License-Identifier: GPL-3.0-or-later
// A mail without what a small screen, or a reader who pays by the word, can do without.
//
//   header   From, Subject, Date, Message-ID, Reply-To, In-Reply-To, as they stand; plain text in UTF-8
//   body     of a patch, or with a diffstat: all of it
//            of other mail: without lines that are quoted twice or more, without quotes that nothing stands below but a
//            signature, and without lines ">" at either end of a quote
//
// Foreign bytes: linear.
#pragma once
#include <string>

#include "workflow/patch_mail.hh"

namespace lorelei::workflow {

std::string minimised(const PatchMail&);

}  // namespace lorelei::workflow
