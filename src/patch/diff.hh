// SPDX-License-Identifier: GPL-3.0-or-later
// The diffs in a text, as `git apply` reads them: which files, what becomes of each, and the hunks.
//
//   text   := (prose file)* prose             prose: any lines; that no @@ line is among them is checked
//   file   := "diff --git a/X b/X" header+ (binary | hunk*)
//           | "--- a/X" "+++ b/X" hunk+       the form of diff -u; a time may stand behind the names
//   header := modes, names of what is renamed or copied, "index A..B MODE", "--- a/X", "+++ b/X"
//   hunk   := "@@ -START,COUNT +START,COUNT @@" lines        as many as the counts say: nothing is counted anew
//   binary := "GIT binary patch" data data?   forward and back, base 85 of a zlib stream; patch/binary_hunk.hh
//
// The first component is taken off each name (X above), as -p1 does. As git does, one that has none at all is taken as
// it is in a diff without "diff --git", and so are all names after it.
//
// What git refuses is refused, with the line: counts that the lines do not keep, a hunk that changes nothing, headers
// that contradict each other, no name, a file of which nothing is said, names that lead out of the tree or into .git
// (patch/safe_path.hh). Differs on purpose: where binary data is damaged, git complains, applies the files before it
// and says nothing of those behind; here it is an error. So are modes that no octal number of a file is.
//
// Source: behaviour of git 2.39; tests/patch/apply_oracle_test.cc asks the installed one.
//
// Foreign bytes: linear in the text, a Hunk for each @@ line; what binary data inflates to has the limit below.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "patch/binary_hunk.hh"

namespace lorelei::patch {

enum class FileKind { kModify, kCreate, kDelete, kRename, kCopy };

// A range that has no lines starts at the line before it, 0 at the beginning of the file.
struct Hunk {
  unsigned long old_start = 0, old_count = 0, new_start = 0, new_count = 0;
  std::string_view section;     // what stands behind the ranges: the function, perhaps
  std::string_view lines;       // below the @@ line, each with ' ', '+', '-' or '\\' in front, or empty but for its LF
  std::size_t line_number = 0;  // of the @@ line within the text, from 1
};

struct FileChange {
  FileKind kind = FileKind::kModify;
  std::string old_path, new_path;              // equal unless renamed or copied
  std::optional<unsigned> old_mode, new_mode;  // as stated; the mode of an "index" line is the old one
  std::string old_id, new_id;  // digits of the "index" line, perhaps abbreviated; empty if there is none
  std::vector<Hunk> hunks;
  std::optional<Binary> binary;  // then there are no hunks
  // A diff without git's headers that only adds lines: where old_path does not exist, it is created.
  bool creates_if_missing = false;
  std::size_t line_number = 0;  // of its first line within the text, from 1
};

struct Diff {
  std::vector<FileChange> files;  // in order; a path may occur twice
};

// Views in the result are into text. No files if there is no diff in it. Errors: kCorrupt, kTooLarge (binary data),
// kRefused (a name).
Result<Diff> parse_diff(std::string_view text);

}  // namespace lorelei::patch
