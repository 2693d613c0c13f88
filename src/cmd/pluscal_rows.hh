// SPDX-License-Identifier: GPL-3.0-or-later
// The options of commands that translate PlusCal.
#pragma once
#include <vector>

#include "base/options.hh"
#include "tla/pluscal_options.hh"

namespace lorelei::cmd {

// Those of the usual translator by their own names, beside long ones.
void add_pluscal_rows(std::vector<Option>& rows, tla::pluscal::Options& options);

}  // namespace lorelei::cmd
