// SPDX-License-Identifier: GPL-3.0-or-later
// Address lists of From, To, Cc: read as RFC 5322 allows, and a little beyond; written again after decoding.
//
//   list    := address *("," address)            address := mailbox | PHRASE ":" [mailbox *("," mailbox)] ";"
//   mailbox := [PHRASE] "<" LOCAL "@" DOMAIN ">" | LOCAL "@" DOMAIN        (comments) stand anywhere between words
//
// Reading stops at the first thing that is neither an address nor a comma; what came before counts. The choices made
// for broken lists are those of Email::Address::XS, the module that the reference uses where it is installed.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/characters.hh"

namespace lorelei::mail {

// Each part as it was meant: unquoted, without backslashes, still with its encoded words.
struct Mailbox {
  std::optional<std::string> phrase, user, host, comment;
  // "user@host", user in quotes if it needs them; nothing unless both are there.
  std::optional<std::string> address() const;
};
// phrase: of a group ("list: a@x, b@x;"); nothing for addresses that stand alone.
struct AddressGroup {
  std::optional<std::string> phrase;
  std::vector<Mailbox> mailboxes;
};
std::vector<AddressGroup> parse_addresses(std::string_view value);

// Just the addresses: "a@x", "b@x".
std::vector<std::string> addresses(std::string_view value);
// How people are called in a list: the phrase, else the comment, else the local part (also where the first two
// only repeat the address).
std::vector<std::string> names_in(std::string_view value);

// The list written anew, with the encoded words of phrases and comments decoded. What could not be read is lost.
Text decode_addresses(std::string_view value);

}  // namespace lorelei::mail
