// SPDX-License-Identifier: GPL-3.0-or-later
// The text of a mail that we write, in an encoding that every server on its way can carry. Source: RFC 2045 (6), RFC
// 5321 (4.5.3.1.6).
#pragma once
#include <string>

namespace lorelei::mail {

// What may be in it beyond ASCII: anything, UTF-8, or nothing.
enum class EightBit { kAllowed, kUtf8, kEncoded };

struct WrittenBody {
  std::string encoding;  // for Content-Transfer-Encoding: 7bit, 8bit or quoted-printable
  std::string text;
};
// quoted-printable where it has to be: also for NUL, CR and lines that are too long for a server.
WrittenBody written_body(std::string body, EightBit);

}  // namespace lorelei::mail
