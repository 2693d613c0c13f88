// SPDX-License-Identifier: GPL-3.0-or-later
// What a reader did with a message, and the letters that mail stores keep for it.
//
//              JMAP name   Maildir   mbox
//   answered   answered    R         X-Status: A
//   draft      draft       D         X-Status: T
//   flagged    flagged     F         X-Status: F
//   forwarded  forwarded   P         none
//   seen       seen        S         Status: R
#pragma once
#include <string>
#include <string_view>

namespace lorelei::mail {

struct Keywords {
  bool answered = false, draft = false, flagged = false, forwarded = false, seen = false;

  bool operator==(const Keywords&) const = default;
};

std::string maildir_flags(const Keywords&);             // sorted letters, as behind ":2,"
Keywords keywords_of_flags(std::string_view letters);   // others are ignored
std::string mbox_status(const Keywords&);               // "R" or nothing
std::string mbox_x_status(const Keywords&);             // sorted letters
Keywords keywords_of_status(std::string_view letters);  // of Status and X-Status together

}  // namespace lorelei::mail
