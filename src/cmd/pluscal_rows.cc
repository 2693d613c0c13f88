// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/pluscal_rows.hh"

namespace lorelei::cmd {

void add_pluscal_rows(std::vector<Option>& rows, tla::pluscal::Options& options) {
  using Fair = tla::pluscal::Options::Fair;
  const auto fair = [&options](Fair fairness) {
    return Target(Target::Setter([&options, fairness](std::string_view) -> Result<void> {
      options.fair = fairness;
      return {};
    }));
  };
  rows.push_back(heading("How PlusCal is translated"));
  rows.push_back({"--wf -wf", "", "every process is weakly fair that is not said to be otherwise", fair(Fair::kWeak)});
  rows.push_back({"--sf -sf", "", "every process is strongly fair", fair(Fair::kStrong)});
  rows.push_back({"--wf-next -wfNext", "", "some process goes on if any can", fair(Fair::kNext)});
  rows.push_back({"--nof -nof", "", "nothing is fair, whatever the algorithm says", fair(Fair::kNone)});
  rows.push_back({"--termination -termination", "", "all processes are to end; with --wf", &options.has_termination});
  rows.push_back({"--label -label", "", "labels that are missing are added", &options.may_add_labels});
  rows.push_back(
      {"--label-root -labelRoot", "NAME", "what the names of added labels begin with (Lbl_)", &options.label_root});
  rows.push_back({"--report-labels -reportLabels", "", "say which labels were added", &options.reports_labels});
  rows.push_back({"--compat", "", "as the usual translator does it where it is wrong", &options.is_compatible});
}

}  // namespace lorelei::cmd
