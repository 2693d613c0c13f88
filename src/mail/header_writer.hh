// SPDX-License-Identifier: GPL-3.0-or-later
// Header fields of mail that we write: from any text to lines that mean just that text.
//
//   text that is ASCII      as it is, folded at its blanks before column 76
//   any other text          encoded words in UTF-8 and Q encoding (RFC 2047), never cut inside a character
//   what could be misread   "=?", and words that no line can hold, are encoded too
//
// Whatever the text is, it cannot begin another field: control characters, line ends among them, become blanks.
// Lines end with LF, as in the files that git send-email takes. Source: RFC 5322 (2.2.3, 3.4), RFC 2047 (2, 5).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::mail {

// "Subject: text\n".
std::string text_field(std::string_view name, std::string_view text);

// Somebody to write to. name: decoded; may be empty.
struct Correspondent {
  std::string name, address;
};
// Whether it can stand in a header as it is: local@domain of printable ASCII without separators.
bool is_writable_address(std::string_view);
// "To: One <one@x>,\n Two <two@x>\n". Those whose address cannot be written are left out; empty if nobody is left.
std::string address_field(std::string_view name, const std::vector<Correspondent>&);
// "From: One <one@x>\n", on one line as far as a line may go: b4 0.12 fails on a From that is folded.
std::string from_field(const Correspondent&);

// "References: <a@x>\n <b@x>\n", without <> in ids. What is no Message-ID is left out; empty if nothing is left.
std::string ids_field(std::string_view name, const std::vector<std::string>& ids);

}  // namespace lorelei::mail
