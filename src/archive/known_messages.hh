// SPDX-License-Identifier: GPL-3.0-or-later
// Which Message-IDs an archive has, and what is stored under them: an importer must know before it stores more.
//
//   indexed    msgmap.sqlite3 says which ids are taken, over.sqlite3 which blobs carry an id
//   the rest   what is in git but not indexed yet (another import came before), and what this run has added: a private
//              table on disk, keyed by 64 bits of the id's digest. Two ids that share them look like one; their
//              messages are then compared by content, as those of one id are, so that at worst a message gets a second
//              id.
//
// "Taken" is an id by which an article number is given, one for each message; a message may carry more.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/inbox.hh"
#include "base/result.hh"
#include "git/object_id.hh"

namespace lorelei::archive {

class KnownMessages {
 public:
  // Reads what is not indexed; read is called for each of those messages. Before: the caller holds the archive's lock.
  static Result<KnownMessages> load(const Inbox&, const std::function<Result<void>()>& read);
  KnownMessages(KnownMessages&&) noexcept;
  KnownMessages& operator=(KnownMessages&&) noexcept;
  ~KnownMessages();

  Result<bool> is_taken(std::string_view message_id);
  // The first of a message's ids that is not taken; the others are tried from the last one, as the index does it.
  Result<std::optional<std::string>> free_one_of(const std::vector<std::string>& ids);
  // Of the messages that carry the id, in no order.
  Result<std::vector<git::ObjectId>> blobs_of(std::string_view message_id);
  // ids: all that it carries; taken: one of them.
  Result<void> add(const git::ObjectId& blob, const std::vector<std::string>& ids, std::string_view taken);

 private:
  struct Impl;
  explicit KnownMessages(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lorelei::archive
