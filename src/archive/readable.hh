// SPDX-License-Identifier: GPL-3.0-or-later
// An archive of either version, as far as it is read: where its mail and its index are, and up to which commit of each
// repository the index goes. For writers there is archive/inbox.hh.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "archive/layout.hh"
#include "base/result.hh"

namespace lorelei::archive {

struct MailRepository {
  std::string path;
  std::optional<unsigned> epoch;  // of version 2
  // The key in msgmap's meta under which the commit is up to which it is indexed.
  std::string marker() const;
};

struct Readable {
  Layout layout;                             // of an absolute directory
  std::vector<MailRepository> repositories;  // the oldest first

  // Errors: those of Inbox::open, but for version 1.
  static Result<Readable> open(const fs::path& dir);

  // Of the repositories, the newest first: what git::BlobReader::open takes.
  std::vector<std::string> object_directories() const;
  std::string description() const;  // the first line of the file; empty if there is none
};

}  // namespace lorelei::archive
