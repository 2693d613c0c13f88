// SPDX-License-Identifier: GPL-3.0-or-later
// What `git patch-id --stable` prints: a name for a change that survives rebasing and reformatting of white space.
//
// The one idea: each file's header and hunk lines, all white space removed, are one SHA-1; the digests of the files are
// added up as 160-bit numbers, least significant byte first, so their order does not matter. `index` and `@@` lines and
// "\ No newline" are left out. A binary file counts with its "diff" line and the two blob names of its `index` line.
//
//   text  := comment* patch              lines before the first that starts with "diff " do not count
//   patch := (header hunk*)+             ends when the lines that the last @@ promised are used up and neither a hunk
//                                        nor another "diff " follows (a "-- " signature), at a line that starts with an
//                                        object id (plain, or after "From " or "commit "), or with the text
//
// Equal to git 2.39 and later (before, a binary file had no blob names) for every text, also damaged ones: hunks that
// promise too much, too little or nonsense are followed just as git follows them. The only exception: a binary file in
// a patch without any index line, for which git hashes whatever is on its stack and we nothing.
//
// The reference gives git a twice encoded text where a part has 8-bit characters but names no charset, so its term for
// such a part is not the id that git prints for the patch. Ours is.
//
// Foreign bytes: linear in the text, constant memory. As in git, a line ends at its first NUL.
#pragma once
#include <optional>
#include <string_view>

#include "git/object_id.hh"

namespace lorelei::patch {

// Of the first patch in text; nothing if there is none.
std::optional<git::ObjectId> patch_id(std::string_view text);

}  // namespace lorelei::patch
