// SPDX-License-Identifier: GPL-3.0-or-later
// Mails of a thread in files of the user, each byte as it came: mboxrd, or a Maildir. What is there is never lost: an
// mbox is written anew only where all that is in it is in the new one, and into a Maildir mail is only added.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hh"
#include "workflow/patch_mail.hh"

namespace lorelei::workflow {

// A file name for a Message-ID: runs of what is neither letter, digit nor one of "_@.+%-" are one "_"; at most 200
// bytes. Before a "." (hidden), "-" or "+" (an option) at the beginning is a "_".
std::string safe_name(std::string_view message_id);

// To compare mails by: an mbox gives a last line an end that had none.
std::string_view without_last_line_end(std::string_view raw);

std::string mbox_of(const std::vector<PatchMail>&);
// Errors: kConflict, something else is there.
Result<void> save_mbox(const fs::path&, const std::vector<PatchMail>&);
// A new one. Errors: kConflict.
Result<void> save_maildir(const fs::path&, const std::vector<PatchMail>&);

enum class Known { kAddedAgain, kLeftOut };  // mail whose Message-ID is in the Maildir
// Into new/. How many. Errors: kNotFound, it is no Maildir.
Result<std::size_t> add_to_maildir(const fs::path&, const std::vector<PatchMail>&, Known);

}  // namespace lorelei::workflow
