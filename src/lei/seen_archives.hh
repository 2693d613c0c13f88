// SPDX-License-Identifier: GPL-3.0-or-later
// Archives on this machine that were named in a search (--only, -I) and are no externals: their messages can be marked,
// too.
//
// FILE   $XDG_DATA_HOME/lorelei/searched: one directory a line. It can be deleted.
#pragma once
#include <string>
#include <vector>

#include "lei/home.hh"

namespace lorelei::lei {

// Those that are still there.
std::vector<std::string> seen_archives(const Home&);
// What cannot be written is not remembered.
void remember_archives(const Home&, const std::vector<std::string>& directories);

}  // namespace lorelei::lei
