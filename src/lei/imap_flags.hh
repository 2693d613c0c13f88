// SPDX-License-Identifier: GPL-3.0-or-later
// Keywords as IMAP calls them (RFC 3501 2.3.2, RFC 5788).
#pragma once
#include <string>
#include <vector>

#include "mail/keywords.hh"

namespace lorelei::lei {

std::vector<std::string> imap_flags(const mail::Keywords&);
mail::Keywords imap_keywords(const std::vector<std::string>& flags);  // others are ignored
bool is_marked_deleted(const std::vector<std::string>& flags);

}  // namespace lorelei::lei
