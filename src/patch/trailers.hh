// SPDX-License-Identifier: GPL-3.0-or-later
// Trailers: the "Name: value" lines with which people sign, review and link patches, in a patch's own text and in the
// replies to it.
//
//   trailer := blanks NAME ":" blanks VALUE [blanks "#" NOTE] LF [blanks "[" NOTE "]" LF]
//   NAME    two or more characters without blanks, the first of them a letter, digit, "_" or not ASCII
//   VALUE   not empty; one that was wrapped is joined again: the rest of a Fixes title up to its ")", and an address in
//           angle brackets alone on the next line
//
// Quoted lines are somebody else's words. A signature ("-- ") and what follows is not looked at. Names that only look
// like trailers (Phone, Email) are left out everywhere; From, Date and Subject count only before any prose.
//
// In a reply the sender's prose is full of colons, so there a trailer must name an address or be one of a short list;
// what only an author may say (base-commit, change-id, Cc, ...) is not taken from a reply at all.
//
// This is for reading: text is never written back from it, so nothing that was left out here is lost.
// Foreign bytes: linear in the text.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::patch {

struct Person {
  std::string name;     // may be empty; as written, without quotes around the whole
  std::string address;  // may be empty
};
// "Name <address>", "<address>", or an address among other words, which are dropped, also before an empty "<>".
// Commas, quotes and parentheses of a name are kept: everything before the last "<" is the name. Without an address,
// everything is.
Person parse_person(std::string_view text);

struct Trailer {
  enum class Kind {
    kUtility,  // Fixes, Link, Closes, ..., or a value with "://"
    kPerson,   // the value has an address: person is set
    kOther,
  };
  Kind kind = Kind::kOther;
  std::string name, value;  // as written, joined if it was wrapped
  std::string note;         // "# note" or "[note]", with its mark
  Person person;
  std::size_t line = 0, lines = 1;  // where it is in the text: its first line, from 0, and how many it takes
};

enum class TrailerSource { kPatch, kReply };
// text: for a patch its message (patch/body.hh), for a reply the whole body; without CR.
std::vector<Trailer> find_trailers(std::string_view text, TrailerSource);

}  // namespace lorelei::patch
