// SPDX-License-Identifier: GPL-3.0-or-later
// Scripts that complete a command line in a shell, made from the tables of the commands: verbs, options, the words of
// an enumerated value. What a free value or operand is called says how it is completed: NAME the registered archives
// (asked from `TOOL archive ls --names`), DIR directories, FILE and its like files; a name may join several with - or
// |.
#pragma once
#include <string>

#include "base/command.hh"

namespace lorelei {

std::string bash_completion(Commands, std::string_view tool);
std::string zsh_completion(Commands, std::string_view tool);

}  // namespace lorelei
