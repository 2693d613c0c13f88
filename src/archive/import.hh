// SPDX-License-Identifier: GPL-3.0-or-later
// Mail from files into an archive: mailboxes of every dialect, Maildirs, single messages, packed or not.
//
//   source   "-"          standard input: a mailbox, or one message
//            FILE         the same; both may be packed by gzip
//            Maildir      a directory with cur/ and new/
//            DIR          its files NAME.eml, one message each
//
// A message that can't be read does not keep the others out: it is named, and the run ends as incomplete.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/importer.hh"
#include "base/env.hh"
#include "base/result.hh"
#include "mail/mbox.hh"

namespace lorelei::archive {

struct ImportOptions {
  ImporterOptions importer;
  std::optional<mail::MboxDialect> dialect;  // else found out
};

struct ImportReport {
  std::uint64_t read = 0, added = 0, duplicates = 0;
  std::uint64_t given_ids = 0;  // of the added: without a Message-ID of their own that was free
  std::vector<Error> problems;  // sources or messages that could not be read
  bool interrupted = false;
};

// What is told while it runs; both may be empty.
struct ImportTalk {
  std::function<void(std::uint64_t messages)> progress;  // read so far
  std::function<void(const std::string& remark)> remark;
};

// Reported is durable. Errors: the archive can't be written; what was added before counts, the message says how much.
Result<ImportReport> import_mail(const Env&, Inbox&, const std::vector<std::string>& sources, const ImportOptions&,
                                 const ImportTalk&);

}  // namespace lorelei::archive
