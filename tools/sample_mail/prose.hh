// SPDX-License-Identifier: GPL-3.0-or-later
// What people write to each other: sentences from a stock, filled with the words of the code they talk about.
#pragma once
#include <string>
#include <vector>

#include "sample_mail/kernel_code.hh"
#include "sample_mail/people.hh"
#include "sample_mail/random.hh"

namespace lorelei::sample {

std::string title(const Words&, Random&);         // of a patch: "floppy: fix a leak in floppy_reset_motor()"
std::string series_title(const Words&, Random&);  // of a series
std::string explanation(const Words&, Random&);   // a commit's message, two to five paragraphs, without trailers
std::string cover_letter(const Words&, Random&);
std::string question(const Words&, Random&);  // a letter that is no patch
std::string question_title(const Words&, Random&);
std::string remark(const Words&, Random&);    // of a reviewer on some lines
std::string answer(const Words&, Random&);    // of the author to a remark
std::string approval(const Words&, Random&);  // before a trailer
std::string robot_report(const Words&, Random&);
std::string oops(const Words&, Random&);  // what a kernel prints when it stumbles

// "On Sat, 21 Nov 2026 12:34:56 +0100, Ann wrote:" and some lines of text behind "> ", all of a short one.
std::string quote(const Person& author, std::int64_t sent, const std::string& text, Random&);
// At most 72 columns.
std::string wrap(const std::string& paragraph);

}  // namespace lorelei::sample
