// SPDX-License-Identifier: GPL-3.0-or-later
// Maildirs that the user wants to be followed (`add-watch`), and following one once. `lorelei watch` does so whenever
// something changes there (lei/folder_watch.hh).
//
// KEPT   in the configuration that is shared with lei (lei/settings.hh), as lei keeps them:
//
//   [watch "maildir:/PATH"]
//     state = import-rw     what becomes of mail there: import-, into the store; index-, only indexed, it stays where
//                           it is; tag-, only its keywords count, if it is in the store or a known archive;
//                           with -rw keywords are also written back there, with -ro never; pause: nothing
//     vmd = +L:LABEL        a mark for every message there (+kw:KEYWORD, too), any number
#pragma once
#include <set>
#include <string>
#include <vector>

#include "lei/marks.hh"
#include "lei/settings.hh"

namespace lorelei::lei {

enum class Following { kImport, kIndex, kTag, kPause };
enum class Writing { kNo, kYes };
struct WatchState {
  Following following = Following::kImport;
  Writing writing = Writing::kYes;
};
inline constexpr const char* kWatchStates = "import-rw, import-ro, index-rw, index-ro, tag-rw, tag-ro or pause";
std::optional<WatchState> parse_watch_state(std::string_view);

struct WatchedFolder {
  std::string folder;  // "maildir:/PATH"
  std::string state;   // as it is written
  std::vector<std::string> marks;
  // Errors: kUsage, of what is written there.
  Result<WatchState> parsed_state() const;
  Result<MarkChange> parsed_marks() const;
};
std::vector<WatchedFolder> watched_folders(const Settings&);  // by name

struct Followed {
  std::uint64_t taken = 0;    // messages that were not known to be there
  std::uint64_t marked = 0;   // whose keywords or labels changed here
  std::uint64_t written = 0;  // whose keywords changed there
  std::uint64_t gone = 0;     // that are no longer there
  std::uint64_t unknown = 0;  // that do not count
  bool is_empty() const { return !taken && !marked && !written && !gone; }
};
// What is new and what has changed there is taken; keywords are written back. names: of files that changed, up to their
// colon; null: all are looked at. Errors: kNotFound, there is no such Maildir.
Result<Followed> follow_folder(Env&, const Settings&, const WatchedFolder&, const std::set<std::string>* names);

}  // namespace lorelei::lei
