// SPDX-License-Identifier: GPL-3.0-or-later
// A change of patch/diff, made to the bytes of a file as `git apply` and `git am` make it by default: every line of
// context has to be there, white space is neither ignored nor mended.
//
// Where a hunk is looked for:
//
//   it begins at line 0 or 1 of the old file     only at the beginning
//   it ends without context                      only at the end of the file (so a diff without any context rarely
//   applies) any other                                    at the line that it names in the new file, then one line
//   behind, one
//                                                before, two behind, two before, ...
//
// Line numbers are those of the file as the hunks before have left it; by how much those had moved does not count.
// Lines that an earlier hunk has brought, context too, are no place for another one. A last context line without a
// newline also matches a line that goes on with nothing but white space, whose rest is lost: as in git.
//
// Differs on purpose: a hunk with "\ No newline" above other old lines does not apply; git lets it match blank lines.
//
// Binary data applies to the very file that it was made from and must result in the one that it names, by object ids
// written out in full.
//
// Foreign bytes: linear in file and hunks where hunks are near their place; searching has a limit, kMaxSearchSteps.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "patch/diff.hh"

namespace lorelei::patch {

// Comparisons of lines, or of 64 bytes, that all hunks of one file may cost together: half a second. The greatest file
// of the kernel has 200,000 lines, and a hunk that is nowhere in it costs about as many.
inline constexpr std::uint64_t kMaxSearchSteps = 1 << 28;

struct ApplyOptions {
  std::uint64_t max_search_steps = kMaxSearchSteps;
};

struct Applied {
  std::string bytes;
  std::vector<long> offsets;  // for each hunk, by how many lines it lies behind its place; below zero: before it
};

// before: the bytes of old_path; empty for a file that is created. Names and modes are the caller's.
// Errors: kConflict, it does not apply (which hunk, where, which line is another); kCorrupt, there is no usable binary
// data; kTooLarge, the search takes too long.
Result<Applied> apply_change(const FileChange&, std::string_view before, const ApplyOptions& = {});

}  // namespace lorelei::patch
