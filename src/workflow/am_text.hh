// SPDX-License-Identifier: GPL-3.0-or-later
// What `am` says of a series: for people, on standard error. All that mails brought along is safe for a terminal.
#pragma once
#include <string>

#include "workflow/am.hh"

namespace lorelei::workflow {

// From "---" to what was left out and why:
//
//   ---
//     ✓ [PATCH v2 1/2] mm: first
//       + Reviewed-by: Ann Other <ann@example.org> (✓ DKIM/example.org)
//     ERROR: missing [2/2]!
//     ---
//     ✓ Signed: DKIM/example.com
//   ---
//   Total patches: 1
std::string am_listing(const AmSeries&, const Settings&);

}  // namespace lorelei::workflow
