// SPDX-License-Identifier: GPL-3.0-or-later
// What was judged of the mail of an archive, and by which key, when that was still known: a table of its own in the
// file series.sqlite3 beside the index.
//
//   verdict   blob, at, kind, state, who, selector, algorithm, key, source, signed_at, judged_at
//                     blob: the message, 20 bytes; at: which of its signatures, from 0; where there is none, one row
//                     with state "unsigned"; kind: 0 developer, 1 DKIM; who: identity or domain; key: fingerprint, or
//                     the record of DKIM; times: seconds since 1970
//
// It cannot be made again once a key has gone, so nothing that builds the index anew touches it. One writer at a time,
// who holds the archive's lock.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "archive/sqlite.hh"
#include "attest/dkim.hh"
#include "attest/verify.hh"
#include "git/object_id.hh"

namespace lorelei::attest {

struct RecordedVerdict {
  enum class Kind { kDeveloper, kDkim } kind = Kind::kDeveloper;
  std::string state, who, selector, algorithm;
  std::string key, source;
  std::int64_t judged_at = 0;
};

class VerdictStore {
 public:
  enum class Access { kRead, kWrite };
  // directory: of the archive. Errors: kNotFound, it is not indexed yet; of kRead also if nothing was recorded.
  static Result<VerdictStore> open(const std::filesystem::path& directory, Access);

  // False also where what is there says less of the mail than of the moment: no key, nobody to ask for one.
  Result<bool> has(const git::ObjectId& blob, RecordedVerdict::Kind);
  Result<std::vector<RecordedVerdict>> of(const git::ObjectId& blob);
  // What is there already stays, if has() takes it: its keys may be gone by now. dkim: null, it was not looked at.
  // Durable after commit().
  Result<void> put(const git::ObjectId& blob, const Verdict&, const std::vector<DkimResult>* dkim, std::int64_t now);
  Result<void> commit();

 private:
  explicit VerdictStore(archive::Sqlite);
  archive::Sqlite db_;
  std::optional<archive::Transaction> transaction_;
  archive::Statement has_, find_, add_;
};

// Signatures of DKIM whose key is gone or cannot be asked for, and that were good when they were recorded, are taken
// as what they were; the reason says so.
void recall(std::vector<DkimResult>&, const std::vector<RecordedVerdict>&);

}  // namespace lorelei::attest
