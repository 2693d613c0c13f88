// SPDX-License-Identifier: GPL-3.0-or-later
// The name that Patchwork gives a change, so that a patch is found again in a mail, on a server of it, and in a commit.
//
// The one idea: SHA-1 over the lines of the diff that say something, each with an LF:
//
//   "--- NAME", "+++ NAME"      the first component of NAME is "a" or "b", what follows NAME is dropped
//   "@@ -L[,B] +L[,A] @@..."    "@@ -B +A @@": only the counts, 1 where there is none
//   other lines of a hunk       as they are if they begin with "-", "+" or a blank, else not at all
//
// A line of a hunk that looks like one of the first two is taken for one. What stands around the hunks does not count,
// so a signature below the diff ("-- ") does not, and neither does the text above it; b4 0.12 hashes those too, which
// is why its stored values are nobody else's.
//
// Foreign bytes: linear in the text, constant memory. White space that ends a NAME is that of ASCII.
// Source: patchwork/hasher.py and the parser of Patchwork, by their results.
#pragma once
#include <optional>
#include <string_view>

#include "git/object_id.hh"

namespace lorelei::patch {

// Of all diffs in text together; nothing if no line of one is there. text: without CR, as patches in mail are.
std::optional<git::ObjectId> patchwork_hash(std::string_view text);

}  // namespace lorelei::patch
