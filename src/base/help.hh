// SPDX-License-Identifier: GPL-3.0-or-later
// What a command says of itself, made from its table: --help, the list of commands.
#pragma once
#include <string>

#include "base/command.hh"

namespace lorelei {

std::string usage_line(const Command&, std::string_view tool);  // "lorelei q [options] TERM..."
// Of the description, $XDG_DATA_HOME and $XDG_CONFIG_HOME are what they are for this user.
std::string help_text(const Env&, const Command&, std::string_view tool);
// The commands of a program, and what all of them take.
std::string program_help_text(Commands, std::string_view tool);
// The commands whose verb begins with word, as "archive" does; empty if there are none.
std::string group_help_text(Commands, std::string_view tool, std::string_view word);

}  // namespace lorelei
