// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a text is an address, or a list of them, as strictly as RFC 822 has it. (mail/address.hh reads whatever can
// be made sense of.)
//
//   list    := address? ("," address?)*
//   address := mailbox | phrase ":" [mailbox ("," mailbox)*] ";"
//   mailbox := local "@" domain | phrase "<" [route] local "@" domain ">"
//   phrase  := word*         local := word ("." word)*        word   := atom | '"' ... '"'
//   domain  := part ("." part)*       part := atom | "[" ... "]"      route := ("@" domain ",")* "@" domain ":"
//
// White space may stand between any two of these, (comments) too, also within each other. Names with a dot ("John Q.
// Public <j@x>") are none of RFC 822 unless quoted.
//
// Foreign bytes: linear, no recursion.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::mail {

bool is_rfc822_address(std::string_view);
// The addresses as they are written, comments replaced by a blank; nothing if anything else is in the list.
std::optional<std::vector<std::string>> rfc822_list(std::string_view);

}  // namespace lorelei::mail
