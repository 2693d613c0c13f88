// SPDX-License-Identifier: GPL-3.0-or-later
// Mail in files, as people name it: mailboxes, Maildirs, single messages, standard input.
//
//   -                      standard input, of the format that is given, else one message
//   FORMAT:PATH            eml, mboxrd, mboxo, mboxcl, mboxcl2, maildir; any case
//   DIR                    a Maildir;  DIR/cur/NAME, DIR/new/NAME: one message of it
//   NAME.eml NAME.patch    one message
//   FILE                   of the format that is given; without one it is an error, mail is not guessed at
//
// Files may be packed by gzip, bzip2 or xz (.gz .bz2 .xz). A "From " line before a single message is not part of it.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/files.hh"
#include "mail/keywords.hh"
#include "mail/mbox.hh"

namespace lorelei::source {

inline constexpr std::uint64_t kMaxMessage = mail::kMaxMboxMessage;

struct MailPlace {
  enum class Kind { kStdin, kMessage, kMbox, kMaildir, kImap, kNntp, kWeb };
  Kind kind = Kind::kMessage;
  std::string path;  // or URL
  std::string file;  // in a Maildir: this one only
  std::optional<mail::MboxDialect> dialect;
  std::string name;  // as it was given

  bool is_file() const { return kind < Kind::kImap; }
};

// format: of --in-format; "" if it was not given. Errors: kUsage (an unknown format, two that conflict, none at all),
// kNotFound.
Result<MailPlace> parse_mail_place(const std::string& word, const std::string& format);

struct FoundMail {
  std::string raw;
  mail::Keywords keywords;   // of a file of a single message: none
  std::string folder;        // a place that keeps its messages apart: maildir:/PATH, or its URL; else empty
  std::uint64_t number = 0;  // on a server
  std::string name;          // in a Maildir: of the file
};
using MailSink = std::function<Result<void>(FoundMail&&)>;
// Of a message in a Maildir, before it is read: all but raw is known.
using MailFilter = std::function<Result<bool>(const FoundMail&)>;

// Before: is_file(). Errors: of reading, of the sink.
Result<void> read_mail_files(const MailPlace&, const MailSink&, const MailFilter& wants = {});

}  // namespace lorelei::source
