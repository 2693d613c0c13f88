// SPDX-License-Identifier: GPL-3.0-or-later
// Puts messages into the newest epoch of an archive: one commit each, all through one `git fast-import`, or without any
// if they are few (git/loose_writer.hh).
//
//   commit   tree {m: the message}, mode 100644, on top of HEAD's branch; author, times and subject are the message's.
//            Taken back: tree {d: the message}
//   epoch    a new one is begun when the present one holds some 1 GiB of packs. What fast-import will pack is not known
//            while it runs, so 40 % of the raw bytes are taken for it, as public-inbox does.
//
// Durable is what was added before checkpoint() or finish() returned; a kill loses only what came after it, as the
// branch moves at checkpoints. fast-import that fails (a full disk) takes with it what came after the last checkpoint.
#pragma once
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "archive/inbox.hh"
#include "base/result.hh"
#include "git/object_id.hh"
#include "mail/date.hh"

namespace lorelei::archive {

inline constexpr double kPackingFactor = 0.4;                             // packed size of a raw byte
inline constexpr std::uint64_t kEpochPackBytes = std::uint64_t{1} << 30;  // a full epoch

struct Signature {
  std::string name, email;  // UTF-8; what git does not take in them is left out
  mail::Time time;
};

class EpochWriter {
 public:
  struct Options {
    std::string branch = "master";                     // of new epochs
    std::uint64_t epoch_pack_bytes = kEpochPackBytes;  // of packs, by the estimate above
    int lock_fd = -1;  // of the archive's lock: fast-import holds it too, should it outlive us
  };
  // Before: the caller holds the archive's lock as long as this lives.
  static Result<EpochWriter> open(Inbox&, Options);
  EpochWriter(EpochWriter&&) noexcept;
  EpochWriter& operator=(EpochWriter&&) noexcept;
  ~EpochWriter();  // without finish(): what came after the last checkpoint is lost

  Result<void> add(std::string_view message, const Signature& author, const Signature& committer,
                   std::string_view subject);
  // The message is no more in the archive; history keeps it.
  Result<void> remove(std::string_view message, const Signature& by, std::string_view subject);
  // A blob that was added since open(). Errors: kNotFound.
  Result<std::string> read(const git::ObjectId& blob);
  Result<void> checkpoint();
  Result<void> finish();

  std::uint64_t commits() const;  // added since open()
  std::uint64_t commits_since_checkpoint() const;
  std::uint64_t bytes_since_checkpoint() const;  // raw

 private:
  struct Impl;
  explicit EpochWriter(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lorelei::archive
