// SPDX-License-Identifier: GPL-3.0-or-later
// Whether what a series refers to is there for others: the commits of its Fixes lines, mails that it links to, and the
// commit that it begins at.
//
//   failure   Fixes: names a commit that is not here (in a shallow clone: a warning), or that is not below
//             the series, or quotes another title
//   warning   Fixes: names a patch of the series, whose commit others will have under another name; has fewer than 12
//   digits, or no title; a link to a mail that no archive here has, if there is any
//             archive; a base that no branch of a remote and no tag has (those of what was sent do not count)
//
// One process of git for the histories of Fixes, one for the base. Source: Documentation/process/submitting-patches of
// the kernel.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "workflow/patch_check.hh"
#include "workflow/prep_branch.hh"
#include "workflow/series_patches.hh"

namespace lorelei::workflow {

// "Fixes: 0123456789ab ("title")", taken apart; nothing: it is about no commit, as one with a URL.
struct FixesLine {
  std::string digits;                // lower case, 6 to 40
  std::optional<std::string> title;  // on one line
};
std::optional<FixesLine> read_fixes(std::string_view value);

// Message-IDs of URLs at lore.kernel.org and of patch.msgid.link, each once, not more than 20. Linear.
std::vector<std::string> linked_mails(std::string_view message);

// One list for each patch, in order. Errors: those of git; kCancelled.
using FindingLists = std::vector<std::vector<CheckFinding>>;
Result<FindingLists> check_fixes(const Env&, const PrepBranch&, const std::vector<SeriesPatch>&);
Result<FindingLists> check_links(const Env&, const std::vector<SeriesPatch>&);
// Nothing: it is public.
Result<std::optional<CheckFinding>> check_base(const Env&, const PrepBranch&);

}  // namespace lorelei::workflow
