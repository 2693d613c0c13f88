// SPDX-License-Identifier: GPL-3.0-or-later
// The colours of a patch inside the text of a mail.
//
//   header := ["diff --git A B" LF (lower-case line)*] "index X..Y ..." LF "--- A" LF "+++ B" LF        meta
//   behind the first header, until "-- " at the start of a run of "-" lines:
//     lines "+..." new     lines "-..." old     "@@ A B @@" frag, what follows it func     others context
#pragma once
#include <string_view>

#include "lei/canvas.hh"

namespace lorelei::lei {

// text: cleaned, whole lines, without quotes. Linear.
void paint_diff(Canvas&, std::string_view text);

}  // namespace lorelei::lei
