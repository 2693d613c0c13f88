// SPDX-License-Identifier: GPL-3.0-or-later
// What a translation is asked for, on a command line or in the file: \* PlusCal options (wf, label, labelRoot Step).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tla/source.hh"

namespace lorelei::tla::pluscal {

struct Options {
  enum class Fair { kNone, kWeak, kStrong, kNext };  // nof, wf, sf, wfNext
  std::optional<Fair> fair;
  bool has_termination = false;  // the property is to be checked; wf where nothing else is asked for
  bool may_add_labels = false;   // label
  bool reports_labels = false;   // reportLabels
  std::optional<std::string> label_root;
  bool has_no_done_disjunct = false;   // noDoneDisjunct
  std::optional<unsigned> line_width;  // 60 to 1000; 78 unless it is given
  bool keeps_pc = false;               // version before 1.5: pc and Terminating are there, needed or not
  // As the usual translator does it where that is known to be wrong: a caller's parameters are not restored by a call
  // with a return behind it, and calls that come from macros get a procedure no fairness.
  bool is_compatible = false;
};

// The options of all such comments in [0, end of the file), each of which is in a comment (of which the caller says
// where they are). What is not known is an error; what means nothing here is left out.
struct Span {
  std::uint32_t begin = 0, end = 0;
};
Options options_in_file(const Source&, const std::vector<Span>& comments, std::vector<Diagnostic>&);

// Both together; of the file where they differ.
Options merged(const Options& command_line, const Options& file);

}  // namespace lorelei::tla::pluscal
