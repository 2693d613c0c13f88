// SPDX-License-Identifier: GPL-3.0-or-later
// Mail out of an archive: a mailbox of any dialect, packed or not, or a Maildir.
//
//   everything   in the order of git, also what could not be indexed; messages that were deleted are left out
//   a range      of article numbers, ascending; needs the index
//
// A destination is new: a file that exists, or a Maildir with mail in it, is refused. It appears when all of it is
// written; standard output is written as we go. A message that can't be read does not keep the others back: it is
// named, and the export ends as incomplete.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/inbox.hh"
#include "base/env.hh"
#include "base/result.hh"

namespace lorelei::archive {

struct ExportOptions {
  enum class Format { kMboxrd, kMboxo, kMboxcl, kMboxcl2, kMaildir };
  Format format = Format::kMboxrd;
  enum class Packing { kByName, kGzip };
  Packing packing = Packing::kByName;         // kByName: gzip if the destination ends in .gz
  std::optional<std::uint64_t> since, until;  // article numbers, both included
};

struct ExportReport {
  std::uint64_t written = 0;
  std::vector<Error> problems;
};

// destination: "-" is standard output. progress: after each message.
// Errors: kConflict, kUsage (a Maildir on standard output), kNotFound (a range without an index), kFailed, kCancelled.
Result<ExportReport> export_mail(const Env&, const Inbox&, const std::string& destination, const ExportOptions&,
                                 const std::function<void()>& progress);

}  // namespace lorelei::archive
