// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/mail_inputs.hh"

#include <fmt/core.h>

#include "base/text.hh"
#include "cmd/lei_request.hh"

namespace lorelei::cmd {

Result<MailInputs> read_mail_inputs(const Args& args, std::string format, bool from_stdin, Marking marking) {
  MailInputs inputs;
  inputs.format = std::move(format);
  for (const auto& word : args.operands()) {
    const bool has_sign = word.starts_with('+') || (word.starts_with('-') && word != "-");
    if (marking == Marking::kNo || !has_sign) {
      if (lei::is_mark_word(word))
        return err(Error::Kind::kUsage, "read", word, fmt::format("Unable to handle {0}, did you mean +{0}?", word),
                   "+" + word);
      inputs.places.push_back(word);
    } else if (!lei::is_mark_word(word)) {
      return err(Error::Kind::kUsage, "mark", word, "Unable to handle " + word, "+kw:KEYWORD or +L:LABEL");
    } else {
      TRY_VOID(lei::add_mark_word(inputs.marks, word));
    }
  }
  if (from_stdin || (inputs.places.empty() && has_standard_input())) {
    if (!inputs.places.empty())
      return err(Error::Kind::kUsage, "read", "", "--stdin and " + join(inputs.places, " ") + " do not mix",
                 "one of them");
    inputs.places = {"-"};
  }
  if (inputs.places.empty())
    return err(Error::Kind::kUsage, "read", "", "nothing is named to be read", "a LOCATION, or --stdin");
  return inputs;
}

void add_in_format_row(std::vector<Option>& rows, std::string& format) {
  rows.push_back({"-F --in-format", "FORMAT", "of files: eml, mboxrd, mboxo, mboxcl or mboxcl2", &format});
}

}  // namespace lorelei::cmd
