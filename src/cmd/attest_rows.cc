// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/attest_rows.hh"

namespace lorelei::cmd {

void add_attest_rows(std::vector<Option>& rows, AttestOptions& options) {
  rows.push_back({"-s --section", "NAME", "use [patatt \"NAME\"] of git's configuration", &options.section});
  rows.push_back({"-v --verbose", "", "say where keys came from", &options.verbose});
  rows.push_back({"-d --debug", "", "the same, for patatt's sake", &options.is_debug});
}

bool is_patatt(const Args& args) { return args.tool() == "patatt"; }

}  // namespace lorelei::cmd
