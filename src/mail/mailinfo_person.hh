// SPDX-License-Identifier: GPL-3.0-or-later
// A From and a Subject as git mailinfo shows them (mail/mailinfo.hh). Both values are decoded and hold no NUL.
#pragma once
#include <string>
#include <string_view>

namespace lorelei::mail {

struct MailinfoPerson {
  std::string name = {}, email = {};
  bool unended = false;  // a quote or a comment that is not closed
};
// The address is what surrounds the first "@"; the name is what is left, or the address if that makes no good name.
MailinfoPerson mailinfo_person(std::string_view from);

// Without "Re:", ":" and [...] in front; white space runs are one space.
std::string mailinfo_subject(std::string_view subject);
// Each run of white space is one space, also at both ends.
std::string collapse_git_space(std::string_view);

}  // namespace lorelei::mail
