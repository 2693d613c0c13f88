// SPDX-License-Identifier: GPL-3.0-or-later
// Whether what a series needs first can be had, and whether all of it, with the series on top, applies to the base that
// is named. In memory: neither work tree nor refs are touched.
#pragma once
#include <string>
#include <vector>

#include "workflow/mail_source.hh"
#include "workflow/prep_branch.hh"

namespace lorelei::workflow {

struct DependencyLine {
  enum class Mark { kGood, kDoubtful, kBad } mark = Mark::kGood;  // kDoubtful: there, but not the newest
  std::string text;
};
struct DependencyReport {
  std::vector<DependencyLine> lines;  // the base, each that is needed, then whether all applies
  bool passes() const;                // no line is kBad
};
// Errors: kUsage, nothing is needed; those of reading and of the network.
Result<DependencyReport> check_dependencies(const Env&, const Settings&, const PrepBranch&, const MailSource&,
                                            const Say&);
// A line each, with the mark in front.
std::string report_text(const DependencyReport&, bool has_fancy_marks);

}  // namespace lorelei::workflow
