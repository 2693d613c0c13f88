// SPDX-License-Identifier: GPL-3.0-or-later
// What can be wrong with the files that a patch adds or changes, whatever is in them: files that a tool left there and
// `git add` took along, and sources that become executable.
//
//   failure   an added file that patch, git or an editor leaves (*.orig, *.rej, *.swp, *~)
//   warning   an added file that a build leaves (*.o, *.ko, *.mod.c, .*.cmd); a patch as a file (0001-*.patch); a
//   source or
//             a text that becomes executable
//
// Foreign bytes: linear in the diff.
#pragma once
#include <string_view>
#include <vector>

#include "workflow/patch_check.hh"

namespace lorelei::workflow {

std::vector<CheckFinding> check_files(std::string_view diff);

}  // namespace lorelei::workflow
