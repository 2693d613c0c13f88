// SPDX-License-Identifier: GPL-3.0-or-later
// From a word of the command line to blobs that are known: one by its name, those of a folder (lei/mail_sync.hh).
//
//   blob:OID
//   maildir:DIR, DIR                   a Maildir
//   imap[s]://HOST/MAILBOX[/;UID=N]    nntp[s]://HOST/GROUP[/FIRST[-LAST]]
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "lei/mail_sync.hh"

namespace lorelei::lei {

// Whether the word stands for a folder, known or not.
bool is_folder_word(const std::string& word);
// In the folder's order. Nothing if the word is none of these. Errors: kNotFound, a folder of which nothing is known.
Result<std::optional<std::vector<git::ObjectId>>> blobs_named(MailSync&, const std::string& word);

}  // namespace lorelei::lei
