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

}  // namespace lorelei::mail
