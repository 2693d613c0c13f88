// SPDX-License-Identifier: GPL-3.0-or-later
// Some of the epochs of an archive, as public-inbox-clone takes them:
//
//   LOW..HIGH  LOW..  ..HIGH  ONE      both ends belong to it; ~N counts from the newest one, which is ~0
#pragma once
#include <string_view>
#include <vector>

#include "archive/epoch_source.hh"
#include "base/result.hh"

namespace lorelei::archive {

// Of the epochs (at least one, in order) those in the range. Errors: kUsage, also where an end is none of them or no
// epoch is left.
Result<std::vector<EpochSource>> in_epoch_range(const std::vector<EpochSource>&, std::string_view range);

}  // namespace lorelei::archive
