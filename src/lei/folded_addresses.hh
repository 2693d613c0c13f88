// SPDX-License-Identifier: GPL-3.0-or-later
// A list of addresses in lines of at most 72 columns, as a mail is shown and answered: cut behind a comma, best behind
// "...>,", and the lines after the first start with TAB.
#pragma once
#include "mail/characters.hh"

namespace lorelei::lei {

// The same text if it is not longer than a line. Linear in its length.
mail::Text folded_addresses(const mail::Text&);

}  // namespace lorelei::lei
