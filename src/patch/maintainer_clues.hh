// SPDX-License-Identifier: GPL-3.0-or-later
// What a patch says about who looks after it: the paths it names, and the commits it fixes.
//
// No diff is parsed: any line that looks like the header of one names paths, wherever it stands. That is how
// scripts/get_maintainer.pl of Linux 6.1 reads a patch, so that also a removed line "-- x" is taken for a "--- x", and
// /dev/null for the path dev/null, which is in no section but that of everything.
//
//   line := " mode change MODE => MODE PATH" | "rename from PATH" | "rename to PATH" | "diff --git a/PATH b/PATH"
//         | "Fixes: " HEX...                 6 to 40 digits count
//         | ("---" | "+++") white+ PATH ...  the first component is taken off
//
// A path ends at white space. Foreign bytes: linear, a few strings for each such line.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::patch {

struct MaintainerClues {
  std::vector<std::string> paths;  // as they come, perhaps several times
  std::vector<std::string> fixes;  // names of commits, perhaps abbreviated
};
MaintainerClues maintainer_clues(std::string_view patch);

}  // namespace lorelei::patch
