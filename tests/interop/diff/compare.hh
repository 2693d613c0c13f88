// SPDX-License-Identifier: GPL-3.0-or-later
// Two whole index directories: archives (msgmap.sqlite3 and xap15/ in them) or aggregates (ei15/).
#pragma once
#include "interop/diff/report.hh"
#include "interop/diff/sqlite.hh"

namespace lorelei::interop {

// Errors: a side that cannot be read. Differences are no errors: they are in the report.
Result<void> diff_indexes(const Sides&, const Options&, Report&);

}  // namespace lorelei::interop
