// SPDX-License-Identifier: GPL-3.0-or-later
// What a repository knows of series: which were prepared, which commits they became, who was thanked.
//
// FILE     series-state.sqlite3 in the directory "lorelei" of the repository; all its work trees share it. It cannot be
//          made again. PRAGMA user_version is the version of its tables; of a newer one nothing is read or changed.
//
//   series     id, message_id unique, change_id, revision, subject, title, author, address, date, quote, expected,
//              pull_tip, progress, branch, changed_at, letter_id, letter_file, foreign_record
//                                       as in workflow/series_record.hh; progress: its name there
//   recipient  series, at, kind, name, address          kind: 0 To, 1 Cc
//   reference  series, at, message_id
//   patch      series, number, title, message_id, patch_id, hash, commit_id, thanks
//   given      series, number, name, value              trailers that the user has given; number: of the patch, 0: all
//
// Each call is one transaction, in a write-ahead log beside the file, and durable when it returns; `am` alone says it
// need not wait for the disk (Haste): a power cut then loses at most what was written last, and the file stays whole.
// Two programs at once wait for each other.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "workflow/series_record.hh"

namespace lorelei::workflow {

struct AppliedPatch {
  int number = 1;
  std::string commit;
};
struct GivenTrailer {
  int number = 0;  // of the patch; 0: for all of them
  std::string name, value;
};

class SeriesState {
 public:
  enum class Access { kRead, kWrite };
  enum class Haste { kNo, kYes };
  // common_directory: of the repository, what `git rev-parse --git-common-dir` says. Errors: kNotFound: kRead, and
  // nothing was ever recorded; kRefused, it is of a newer version.
  static Result<SeriesState> open(const fs::path& common_directory, Access, Haste = Haste::kNo);
  static fs::path file_in(const fs::path& common_directory);

  // Somebody looks at it; what is recorded of it stays as it is.
  Result<void> record_seen(const SeriesRecord&, std::int64_t now);
  // Of a series that is recorded: patches that it had are kept, with their commits. It stays thanked if all its patches
  // have been, and a pull request if its tip is the same; what was discarded is wanted again.
  Result<void> record_prepared(const SeriesRecord&, std::int64_t now);
  // What was thanked for stays so. Errors: kNotFound, the series or a patch of it.
  Result<void> record_applied(std::string_view message_id, const std::string& branch, const std::vector<AppliedPatch>&,
                              std::int64_t now);
  // What `shazam` has recorded and undoes. noted_at: when it was added by that, and then it is forgotten, unless
  // something was recorded since; 0: it was known before, and is prepared again, without commits on that branch. What a
  // letter is about stays as it is, and so does what is not there.
  Result<void> take_back(std::string_view message_id, const std::string& branch, std::int64_t noted_at,
                         std::int64_t now);
  Result<void> record_given(std::string_view message_id, const GivenTrailer&);
  Result<std::vector<GivenTrailer>> given(std::string_view message_id);

  // In the order that they were recorded in. With none: all.
  Result<std::vector<SeriesRecord>> list(const std::vector<SeriesProgress>& = {});
  Result<std::optional<SeriesRecord>> find(std::string_view message_id);

  // Commits that a letter has named: whatever they look like, nobody is to be thanked for them again.
  Result<std::set<std::string>> thanked_commits();

  // Letters that will be written now: progress, branch, letter and the commits and thanks of patches are recorded, of
  // all series or of none. One that is not recorded yet comes from a foreign record, and is added.
  Result<void> mark_due(const std::vector<SeriesRecord>&, std::int64_t now);
  // Their letters are durable. Where some patches of a series were not meant, or not even prepared, it stays applied,
  // and its next letter is another one. Older revisions of them that are not thanked for have been dealt with, too:
  // they are discarded.
  Result<void> mark_thanked(const std::vector<std::string>& message_ids, std::int64_t now);
  // Their letters were never written; each keeps its Message-ID for the next time.
  Result<void> mark_not_written(const std::vector<std::string>& message_ids, std::int64_t now);
  Result<void> mark_discarded(const std::vector<std::string>& message_ids, std::int64_t now);

 private:
  struct Impl;
  explicit SeriesState(std::shared_ptr<Impl>);
  std::shared_ptr<Impl> impl_;
};

// In the repository of the current directory; where there is none, nothing is done.
Result<void> record_prepared_here(const Env&, const SeriesRecord&);

}  // namespace lorelei::workflow
