// SPDX-License-Identifier: GPL-3.0-or-later
// How near a signing domain is to the domain of an author: the words of DMARC (RFC 7489 section 3.1.1).
#pragma once
#include <string_view>

namespace lorelei::attest {

enum class Alignment {
  kExact,           // example.org and example.org
  kOrganisational,  // lists.example.org and mail.example.org: one registered domain, by the public suffix list
  kNone,
};
// Letters of either case. Where libpsl is not installed, nothing is kOrganisational.
Alignment alignment(std::string_view signing_domain, std::string_view author_domain);

}  // namespace lorelei::attest
