// SPDX-License-Identifier: GPL-3.0-or-later
// What comes after a delivery: a mail program that shows it, a bell.
#pragma once
#include <string>
#include <vector>

#include "base/env.hh"
#include "base/result.hh"

namespace lorelei::lei {

// The words of a command line as a shell would split them, quotes and backslashes taken away. Errors: kUsage.
Result<std::vector<std::string>> split_command(const std::string&);

// Turns this process into the mail program: mutt, neomutt, mail and mailx get -f DST, for others %f is DST, or it is
// added. Returns only if that failed.
Result<void> become_mua(Env&, const std::string& command, const std::string& destination);

// ":bell", ":WINCH" (wakes a mail program of our process group), or commands; several in one word are parted by commas.
Result<void> alert(Env&, const std::vector<std::string>& alerts);

}  // namespace lorelei::lei
