// SPDX-License-Identifier: GPL-3.0-or-later
// Temporary files say in their names whose they are, so that what a killed program left can be told from what is in
// use, and removed by the next run.
//
//   tag       MACHINE "-" PID "-"       MACHINE: eight hex digits, of this boot and this PID namespace
//
// Left behind is what a process of this machine made that is gone, and whatever is older than 36 hours (the age that
// Maildirs know). A name without a tag is nobody's business.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/files.hh"

namespace lorelei {

std::string owner_tag();  // of this process
enum class Owner { kAlive, kGone, kElsewhere };
// Of the process whose tag the text begins with; nothing if it begins with none.
std::optional<Owner> owner_of(std::string_view text);

// Removes from the directory what is left behind of the names PREFIX TAG REST, with all it holds. What cannot be
// removed stays.
void remove_leftovers(const fs::path& directory, std::string_view prefix);

}  // namespace lorelei
