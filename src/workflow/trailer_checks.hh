// SPDX-License-Identifier: GPL-3.0-or-later
// What can be wrong with the trailers of a commit, before anybody else reads them.
//
//   failure   a Signed-off-by or Co-developed-by without name or address; that of the author or committer is missing in
//             a tree whose commits have one; a Signed-off-by below a line "---", where git am drops it
//   warning   any other without an address; a name that is nearly a known one ("Reviewd-by"), or has other capitals;
//   the
//             same line twice; Co-developed-by without Signed-off-by; a Change-Id; a trailer above the last paragraph,
//             where git does not find it; any other that names somebody below the "---"
//
// Source: Documentation/process/submitting-patches of the kernel, git-interpret-trailers(1). Linear in the text.
#pragma once
#include <vector>

#include "workflow/cut_message.hh"
#include "workflow/patch_check.hh"
#include "workflow/series_patches.hh"

namespace lorelei::workflow {

enum class SignedOff { kAsked, kNotAsked };  // whether commits of this tree have a Signed-off-by
std::vector<CheckFinding> check_trailers(const SeriesPatch&, SignedOff);

// Nothing is above the "---" but trailers, and there is text below: `git am` would drop all that it says. body: without
// the title.
bool is_body_misplaced(std::string_view body);
// Whether there is more in it than empty lines and trailers.
bool has_prose(std::string_view text);

}  // namespace lorelei::workflow
