// SPDX-License-Identifier: GPL-3.0-or-later
// Manual pages as asciidoc, made from the tables of the commands: what the program says of itself and what the manual
// says are the same text. docs/ adds what no table holds (files, notes) and turns it into pages.
#pragma once
#include <string>
#include <string_view>

#include "base/command.hh"

namespace lorelei {

// A whole page, from the title to the exit status.
std::string manual_page(const Command&);
// Section COMMANDS of the page of a group, "archive"; empty if there is no such group.
std::string manual_of_group(Commands, std::string_view tool, std::string_view group);
// Sections COMMANDS, OPTIONS and EXIT STATUS of the page of the program. Commands of a group are on the group's page.
std::string manual_of_program(Commands, std::string_view tool);

}  // namespace lorelei
