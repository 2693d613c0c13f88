// SPDX-License-Identifier: GPL-3.0-or-later
// Letters of thanks between the desk that writes them and the outbox from which they leave: GIT-DIR/lorelei/letters.
//
//   1  the desk writes the letters there and records them (workflow/thanks)
//   2  an outbox is made of all that are there
//   3  they are removed there; then the first one leaves (workflow/sending)
//
// After a kill the next run finds them where they are, and goes on from there: none is lost, none leaves twice.
#pragma once
#include <string>
#include <vector>

#include "workflow/outbox.hh"

namespace lorelei::workflow {

fs::path letter_directory(const fs::path& git_directory);

struct SpooledLetter {
  std::string file;  // its name there
  std::string text;
};
// By name. Errors: those of reading.
Result<std::vector<SpooledLetter>> spooled_letters(const fs::path& git_directory);
// What is there no more afterwards, durably. Names that are not there are passed over.
Result<void> remove_spooled(const fs::path& git_directory, const std::vector<OutboxMail>&);

}  // namespace lorelei::workflow
