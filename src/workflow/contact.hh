// SPDX-License-Identifier: GPL-3.0-or-later
// A person or a list as scripts/get_maintainer.pl of Linux 6.1 reads and writes one, so that what is equal there is
// equal here: MAINTAINERS, .mailmap and trailers are full of addresses that no RFC allows.
//
//   contact := NAME "<" ADDRESS ">" anything       from the first "<" to the last ">"
//            | "<" ADDRESS ">" anything | ADDRESS anything           an address has a "@", not at its start
//
// A name with anything but ASCII letters, digits, "_", "-" and blanks stands in quotes.
//
// Foreign bytes: linear in the text.
#pragma once
#include <string>
#include <string_view>

namespace lorelei::workflow {

struct Contact {
  std::string name;     // with its quotes, if it needs them; may be empty
  std::string address;  // empty: there was none
};
Contact contact_of(std::string_view text);

// "NAME <ADDRESS>", or the address alone where there is no name.
std::string to_text(const Contact&);
// The name as it is meant: without quotes and backslashes.
std::string plain_name(const Contact&);

}  // namespace lorelei::workflow
