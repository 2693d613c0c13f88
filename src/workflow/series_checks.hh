// SPDX-License-Identifier: GPL-3.0-or-later
// A series, looked at before it goes out, by what needs neither a script of the tree nor the network: what its authors
// would be told by the first who reads it.
//
//   trailers           workflow/trailer_checks     added lines    workflow/added_line_checks
//   files              workflow/file_checks        a commit that changes nothing
//   subject            workflow/subject_checks     Fixes, links, the base     workflow/reference_checks
//   a log message with a line at which git am cuts it (workflow/cut_message), unless there are notes below that line
//
// A Signed-off-by is asked for where the last commits below the series have one.
#pragma once
#include <vector>

#include "base/env.hh"
#include "workflow/patch_check.hh"
#include "workflow/prep_branch.hh"
#include "workflow/series_patches.hh"

namespace lorelei::workflow {

struct SeriesChecks {
  CheckResult series;                // of it as a whole
  std::vector<CheckResult> patches;  // one for each, in order
};
// Errors: those of reading the repository and archives; kCancelled.
Result<SeriesChecks> check_series(const Env&, const PrepBranch&, const std::vector<SeriesPatch>&);

}  // namespace lorelei::workflow
