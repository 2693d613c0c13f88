// SPDX-License-Identifier: GPL-3.0-or-later
// series.sqlite3: what patch/patch_facts.hh found in each mail, kept beside the index by the same pass that indexes.
//
// FILE    DIR/lorelei/series.sqlite3, DIR an archive or an aggregate; Perl's tools ignore the directory. Everything in
// it
//         follows from the mails: remove the file, and the next run that indexes must start from nothing
//         (last_indexed() says so).
//
//   meta      key, value              version: kSeriesVersion as text; a file of another version is begun anew
//                                     last_indexed-N: the commit up to which epoch N is in here
//   id        id, mid unique          Message-IDs, so that they are stored once; those of mail that is gone stay
//   mail      num, id, kind, sent, name, address
//                                     num: article number (aggregate: document number); id: its own Message-ID; kind:
//                                     1 patch, 2 cover, 3 reply that gives a trailer; sent: Date, seconds since 1970;
//                                     name and address: first mailbox of From. Other mail is not in here.
//   alias     num, id                 further Message-IDs of a mail
//   ancestor  num, at, id             what it answers to, at 0 the nearest; at most patch::kMaxAncestors
//   trailer   num, at, kind, name, value, note, person, address
//                                     of a reply those it gives, of a patch or cover its own; kind: 0 utility, 1
//                                     person, 2 other; person and address: of kind 1
//   patch     num, revision, number, total, key, title, tags, change_id, base_commit, patch_id
//                                     of patches and covers. revision, number, total: NULL if the subject names none;
//                                     key: patch::series_key(title); tags: as written, between spaces; change_id and
//                                     base_commit: NULL if there is none; patch_id: 20 bytes, NULL if there is none
//   touched   num, path               files of a patch
//   skipped   blob, commit_id, epoch, reason, at
//                                     messages that could not be indexed; at: when, seconds since 1970
//
// CRASHES  The pipeline commits here before it records a commit as indexed in msgmap, so a crash leaves this file as it
//          was or ahead, and going on from msgmap's marker mends it: add() replaces, remove() tolerates what is not
//          there. Where this file lags behind (Perl indexed meanwhile) or has no marker, the mail in between must be
//          read for its sake before it goes on.
//
// One writer at a time, who holds the archive's lock; readers (search/series.hh) at any time.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/sqlite.hh"
#include "base/files.hh"
#include "base/result.hh"
#include "git/object_id.hh"
#include "patch/patch_facts.hh"

namespace lorelei::search {

inline constexpr int kSeriesVersion = 1;

fs::path series_path(const fs::path& dir);  // DIR/lorelei/series.sqlite3

// A message that is in git but not in the index.
struct SkippedMessage {
  git::ObjectId blob, commit;
  unsigned epoch = 0;
  std::string reason;  // as an Error's why: "no Message-ID"
  std::int64_t at = 0;
};

class SeriesStore {
 public:
  // Creates what is missing; a damaged file, or one of another version, is begun anew.
  static Result<SeriesStore> open(const fs::path& dir, Sync = Sync::kYes);

  // Changes are kept together until commit(); what was not committed is lost with the object. A change begins a
  // transaction by itself.
  Result<void> commit();

  // message_ids: its own first. Facts of kind kNone only remove what was there.
  Result<void> add(std::int64_t number, const std::vector<std::string>& message_ids, const patch::PatchFacts&);
  Result<void> remove(std::int64_t number);

  Result<void> add_skipped(const SkippedMessage&);
  Result<void> remove_skipped(const git::ObjectId& blob);  // it was indexed after all, or deleted

  // The commit up to which the epoch is in here, in hex; nothing if it was never begun.
  Result<std::optional<std::string>> last_indexed(unsigned epoch);
  Result<void> set_last_indexed(unsigned epoch, std::string_view commit_hex);
  // Forgets everything, markers and skipped messages too: before everything is indexed anew.
  Result<void> clear();

 private:
  explicit SeriesStore(archive::Sqlite);
  Result<void> begin();
  Result<std::int64_t> id_of(std::string_view message_id);
  Result<void> add_mail(std::int64_t number, const std::vector<std::string>& message_ids, const patch::PatchFacts&);
  Result<void> add_patch(std::int64_t number, const patch::PatchFacts&);
  Result<void> add_trailers(std::int64_t number, const std::vector<patch::Trailer>&);
  Result<void> remove_rows(std::int64_t number);

  archive::Sqlite db_;
  std::optional<archive::Transaction> transaction_;
  std::int64_t highest_ = 0;  // no row has a greater number: adding one needs no removal first
  archive::Statement find_id_, add_id_, add_mail_, add_alias_, add_ancestor_, add_trailer_, add_patch_, add_touched_;
  std::vector<archive::Statement> remove_;
};

// What archive ls --skipped lists, the oldest epoch and time first; empty if there is no file.
Result<std::vector<SkippedMessage>> skipped_messages(const fs::path& dir);

}  // namespace lorelei::search
