// SPDX-License-Identifier: GPL-3.0-or-later
// Content-Transfer-Encoding, undone. Damaged input never fails: what is not of the alphabet is skipped or kept, as the
// decoders that mail archives are indexed with do it.
#pragma once
#include <string>
#include <string_view>

namespace lorelei::mail {

// Bytes outside the alphabet are skipped; "=" ends the data; a lone last sextet is dropped.
std::string decode_base64(std::string_view);
// White space before a line end is dropped, "=" before a line end joins lines, "=" without two hexadecimal digits
// stays. Every LF becomes CRLF, also one that has a CR already: what the reference hands on for a body.
std::string decode_quoted_printable_body(std::string_view);

// The other way, for lines that end in LF: at most 76 columns, "=" and what is no printable ASCII encoded, and so are
// blanks at an end and what mail programs change at a start ("From ", "."). Source: RFC 2045, section 6.7.
std::string encode_quoted_printable(std::string_view);

}  // namespace lorelei::mail
