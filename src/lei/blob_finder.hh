// SPDX-License-Identifier: GPL-3.0-or-later
// A message by the name of its blob, wherever it is at hand: in the store, in an archive that is searched, in a Maildir
// of which that is known (lei/mail_sync.hh).
#pragma once
#include <optional>
#include <string>

#include "git/repository.hh"
#include "lei/mail_sync.hh"
#include "lei/sources.hh"

namespace lorelei::lei {

class BlobFinder {
 public:
  static Result<BlobFinder> open(Env&, const Settings&, Manner);
  // Nothing if it is nowhere.
  Result<std::optional<std::string>> read(const git::ObjectId&);

 private:
  explicit BlobFinder(MailSync sync) : sync_(std::move(sync)) {}
  std::optional<git::BlobReader> objects_;
  MailSync sync_;
};

// The bytes of the file, if they are still those of the blob. Before: the folder is a Maildir.
Result<std::optional<std::string>> read_seat(const std::string& folder, const Seat&);
// Where the file is, in cur/ or new/; empty: it is gone.
fs::path path_of_seat(const std::string& folder, const Seat&);

}  // namespace lorelei::lei
