// SPDX-License-Identifier: GPL-3.0-or-later
// A mail's text as a search index sees it: quotes, prose and, where there is a diff, its file names, lines and blobs.
//
// The one idea: one pass over the lines, told to a sink in the order of the text. What the sink is told, and when prose
// that was held back is flushed, is that of public-inbox 1.9, because every call moves the positions of the terms.
//
//   text  := (plain quote)*                   quote: lines that start with '>'; plain: all others
//   plain -> prose(whole)                     if it has no line that starts with "diff ", "--- " or "+++ "
//   plain -> line by line                     otherwise:
//
//   line                               in a diff           elsewhere
//   GIT binary patch                   prose, base-85 of its literals and deltas skipped     prose
//   " x"                               context(x)          prose
//   "-- "                              ends the diff       nothing
//   diff --git a/X b/Y                 prose, file_name(X), file_name(Y); begins a diff
//   diff -u.. A B                      prose, file_name(what A and B end in alike), or ends the diff
//   --- a/X   +++ b/X                  file_name(X); begins a diff
//   --- A     +++ B                    prose; then file_name(what A and B end in alike), or ends the diff
//   +x   -x                            added(x), removed(x)                                  prose
//   index A..B                         pre_blob(A), post_blob(B); begins a diff
//   @@ A B @@ x                        hunk_header(x), if there is an x
//   similarity, mode, copy, rename, new file, deleted file, no newline, Binary files differ: prose
//   empty                              nothing
//   any other                          prose, ends the diff
//
// A file name is told once in each plain run. Prose lines are joined by LF and told before the next diff string, and at
// the end of the run even if there is none (so prose("") occurs).
//
// Differs on purpose: octal escapes in git's quoted names are bytes here ("\303\244" is U+00E4); the reference makes
// two characters of them. White space is Unicode's in any valid UTF-8; the reference knows it only in decoded text.
//
// Foreign bytes: linear in the text (file names are remembered in a sorted set), no limit of its own. A CR before LF is
// an ordinary character at the end of the line, as in the reference: "-- \r" ends nothing.
#pragma once
#include <string_view>

namespace lorelei::patch {

// Views live for the duration of the call.
class TextSink {
 public:
  virtual ~TextSink() = default;
  virtual void prose(std::string_view) = 0;
  virtual void quoted(std::string_view) = 0;  // with its '>' and line ends
  virtual void file_name(std::string_view) = 0;
  virtual void removed(std::string_view) = 0;
  virtual void added(std::string_view) = 0;
  virtual void context(std::string_view) = 0;
  virtual void hunk_header(std::string_view) = 0;
  virtual void pre_blob(std::string_view hex) = 0;  // abbreviated as it was written
  virtual void post_blob(std::string_view hex) = 0;
};

void scan_text(std::string_view text, TextSink&);

// Whether any line starts with "diff ", "--- " or "+++ ": only such a text has a patch id.
bool has_diff_line(std::string_view text);

}  // namespace lorelei::patch
