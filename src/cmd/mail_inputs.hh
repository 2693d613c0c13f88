// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands that take mail share of their command lines: LOCATIONs and marks, in any order, as lei takes them.
#pragma once
#include <string>
#include <vector>

#include "base/command.hh"
#include "lei/marks.hh"

namespace lorelei::cmd {

struct MailInputs {
  std::vector<std::string> places;  // "-": standard input
  lei::MarkChange marks;
  std::string format;
};
enum class Marking { kNo, kYes };  // whether +kw:seen and +L:label are marks
// Without a LOCATION, standard input is meant if it is a pipe or a file. Errors: kUsage.
Result<MailInputs> read_mail_inputs(const Args&, std::string format, bool from_stdin, Marking);
void add_in_format_row(std::vector<Option>&, std::string& format);

}  // namespace lorelei::cmd
