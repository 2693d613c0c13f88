// SPDX-License-Identifier: GPL-3.0-or-later
// What is legal PlusCal and hardly meant: labels that control never comes to, procedures that end without "return".
#pragma once
#include <vector>

#include "tla/pluscal_spec.hh"

namespace lorelei::tla::pluscal {

void warn_of_control(const Plan&, std::vector<Diagnostic>&);

}  // namespace lorelei::tla::pluscal
