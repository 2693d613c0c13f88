// SPDX-License-Identifier: GPL-3.0-or-later
// A message by the name of its blob, wherever it is at hand: in the store, in an archive that is searched, in a Maildir
// of which that is known (lei/mail_sync.hh), on a server where it was last seen.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "git/repository.hh"
#include "lei/mail_servers.hh"
#include "lei/mail_sync.hh"
#include "lei/sources.hh"

namespace lorelei::lei {

// Only where mail_sync.sqlite3 leads: Maildirs, then servers. What lies there is the message if it has the blob's name,
// or says the same (mail/content_hash.hh) as far as the marks know what the blob said.
class SeatReader {
 public:
  // Both must outlive it.
  SeatReader(Env& env, const Settings& settings) : env_(env), settings_(settings) {}
  // Nothing if it is nowhere; a server that does not answer is an error.
  Result<std::optional<std::string>> read(const git::ObjectId&);

 private:
  Env& env_;
  const Settings& settings_;
  std::optional<MailSync> sync_;
  std::shared_ptr<MailServers> servers_;
};

class BlobFinder {
 public:
  // Both must outlive it.
  static Result<BlobFinder> open(Env&, const Settings&, Manner);
  // Nothing if it is nowhere.
  Result<std::optional<std::string>> read(const git::ObjectId&);

 private:
  BlobFinder(std::optional<git::BlobReader> objects, std::shared_ptr<SeatReader> seats)
      : objects_(std::move(objects)), seats_(std::move(seats)) {}
  std::optional<git::BlobReader> objects_;
  std::shared_ptr<SeatReader> seats_;
};

// Where the file is, in cur/ or new/; empty: it is gone.
fs::path path_of_seat(const std::string& folder, const Seat&);

}  // namespace lorelei::lei
