// SPDX-License-Identifier: GPL-3.0-or-later
// Messages put into an archive one by one, by the rules of public-inbox's writers.
//
//   1. headers of the mail store and of the delivery go (mail/normalise.hh)
//   2. its first Message-ID is free in this archive: stored
//   3. a message with one of its ids has equal content (mail/content_hash.hh): it is there already, not stored again;
//      where every list's copy is wanted, only if it came by the same list
//   4. another of its ids is free, the last one tried first: stored, with a remark
//   5. no id is free, or there is none: an id is made from date and content and added as one more header, so that
//      whoever mirrors the archive comes to the same numbers
//
// A run that was stopped is repeated from the start: what it stored is recognised by rule 3 (also where rule 5 made the
// id). What is imported counts after finish(), or a checkpoint before it; see archive/epoch_writer.hh.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/epoch_writer.hh"
#include "archive/inbox.hh"
#include "base/env.hh"
#include "base/result.hh"
#include "git/object_id.hh"

namespace lorelei::archive {

// Of messages with equal content, which came by several lists.
enum class Copies { kOne, kOneOfEachList };

struct ImporterOptions {
  std::string committer_name, committer_address;  // of the archive: its NAME and its list's address
  Copies copies = Copies::kOne;
  EpochWriter::Options epochs;
  std::optional<std::int64_t> time_of_undated = {};  // in ids that are made (mail/normalise.hh); nothing: now
};

struct Stored {
  enum class Outcome { kAdded, kDuplicate };
  Outcome outcome = Outcome::kAdded;
  std::vector<std::string> ids;  // that it came with
  // Where the first one was not free, or there was none: what it is known by, one of the others or a made one.
  std::optional<std::string> id_used;
  git::ObjectId blob;  // as it was stored; of a duplicate: as it would have been
  git::ObjectId kept;  // what the archive has; of a duplicate, that is another one if its bytes are
  bool has_made_id() const;
};

class Importer {
 public:
  // Takes the archive's lock, and reads what is in the archive but not indexed.
  static Result<Importer> open(const Env&, Inbox&, const ImporterOptions&);
  Importer(Importer&&) noexcept;
  Importer& operator=(Importer&&) noexcept;
  ~Importer();

  Result<Stored> add(std::string_view message);
  // Takes a message back, as it is stored; its ids are free from the next run on.
  Result<void> remove(std::string_view stored);
  Result<void> checkpoint();  // what was added is durable; more may come
  Result<void> finish();

  std::uint64_t added() const;
  std::uint64_t durable() const;  // of these

 private:
  struct Impl;
  explicit Importer(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lorelei::archive
