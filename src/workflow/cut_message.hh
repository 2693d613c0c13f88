// SPDX-License-Identifier: GPL-3.0-or-later
// A log message as `git am` takes it from a mail: it ends above the first line that looks like the beginning of a
// patch, and nothing in the mail says that the author meant it to go on.
//
//   "---" and blanks   what is below is for readers of the mail alone; authors use that for notes on purpose
//   "--- x", "diff -", "Index: "   what is below is tried as a patch
//
// Source: patchbreak() of git mailinfo. Linear.
#pragma once
#include <cstddef>
#include <string_view>

namespace lorelei::workflow {

struct CutMessage {
  std::string_view above;
  std::string_view mark;  // the line that cuts it, without blanks and line end behind it; empty: all is above
  std::string_view below;
  std::size_t line = 0;  // of the mark in the text, from 0; without one: how many there are

  bool is_for_notes() const { return mark == "---"; }
};
// body: a log message without its title.
CutMessage cut_message(std::string_view body);

}  // namespace lorelei::workflow
