// SPDX-License-Identifier: GPL-3.0-or-later
// What can be wrong with the lines that a patch adds: white space that a reviewer will point at, and what was put there
// to find a bug and forgotten.
//
//   failure   blanks at the end of a line; a CR at the end of one in a file that has none; a marker of a conflict
//   warning   a space before a tab in the indentation; no line end, or an empty line, at the end of the file;
//   printk("DEBUG",
//             pr_info("HERE"), a print of
//             __func__ and __LINE__, trace_printk(), dump_stack(); #if 0; XXX, HACK and the like
//
// A line that the patch also removes was only moved, and is no news. Comments and documentation may name what they like
// of the debugging functions. Symbolic links have no line ends.
//
// Source: the first rules of git's core.whitespace and the kernel's scripts/checkpatch.pl, with nothing of languages.
// Foreign bytes: linear in the diff.
#pragma once
#include <string_view>
#include <vector>

#include "workflow/patch_check.hh"

namespace lorelei::workflow {

// Each with "FILE:LINE: " in front, the first of its kind in the file; how many more there are stands behind it.
std::vector<CheckFinding> check_added_lines(std::string_view diff);

}  // namespace lorelei::workflow
