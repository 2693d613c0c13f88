// SPDX-License-Identifier: GPL-3.0-or-later
// A new mbox or Maildir: nothing of it is seen at its place before all of it is there and durable.
//
// It is built in a hidden directory beside its place, .NAME.TAG-XXXXXX, and moved there in one step; what killed runs
// left of such directories is removed (base/leftovers.hh). The place may be
// empty: no such file, an empty file, an empty directory, a Maildir without any file. Anything else is a conflict,
// found before the work begins, and again if it came in the meantime: what others put there is never replaced.
#pragma once
#include "base/files.hh"

namespace lorelei::mail {

class NewPlace {
 public:
  enum class Kind { kFile, kMaildir };
  // Makes directories that the place lacks. doing: for errors, "write the results to".
  // Errors: kConflict (something is there), kFailed.
  static Result<NewPlace> open(const fs::path& place, Kind, const char* doing);

  // Where the caller makes it, durable down to its own entry.
  fs::path result() const { return directory_.path() / "result"; }
  // An empty file that gives way leaves its mode. Errors: kConflict, kFailed.
  Result<void> move_in();

 private:
  NewPlace(TempDir directory, fs::path place, Kind kind, const char* doing)
      : directory_(std::move(directory)), place_(std::move(place)), kind_(kind), doing_(doing) {}
  Result<void> file_moves_in();
  Result<void> maildir_moves_in();

  TempDir directory_;
  fs::path place_;  // its parent has no links
  Kind kind_;
  const char* doing_;
};

}  // namespace lorelei::mail
