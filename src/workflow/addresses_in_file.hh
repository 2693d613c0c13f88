// SPDX-License-Identifier: GPL-3.0-or-later
// Whom a file names with an address: maintainers of a device tree binding, authors in a comment.
//
//   found := near* white* ","* white* ["(" | "<" | "{"] LOCAL "@" DOMAIN [")" | ">" | "}"]
//   near  := what a name is made of: a letter, a quote, blank, "," "." "+" "-", or a byte of a letter with an accent
//
// Of a name of more than two words the last two are taken, with an initial between or before them the last three.
// Source: scripts/get_maintainer.pl of Linux 6.1 (--file-emails). Its letters with accents are bytes of UTF-8 from 0x80
// to 0xc3, so that other scripts, and some letters of Latin ones, are cut where such a byte is missing; that is kept.
//
// Foreign bytes: linear in the text.
#pragma once
#include <string_view>
#include <vector>

#include "workflow/contact.hh"

namespace lorelei::workflow {

// In the order of the text, perhaps several times.
std::vector<Contact> addresses_in_file(std::string_view text);

}  // namespace lorelei::workflow
