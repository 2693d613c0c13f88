// SPDX-License-Identifier: GPL-3.0-or-later
// What a merge of a series says: its title, the words of its cover letter, where it is.
#pragma once
#include <string>

#include "workflow/am.hh"
#include "workflow/settings.hh"

namespace lorelei::workflow {

// By settings.merge_template, else ours; names: seriestitle, authorname, authoremail, covermessage, mid, midurl,
// patch_or_series. The trailers of a cover letter are not part of its message.
std::string merge_message(const AmSeries&, const Settings&);

}  // namespace lorelei::workflow
