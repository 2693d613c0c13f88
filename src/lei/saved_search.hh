// SPDX-License-Identifier: GPL-3.0-or-later
// A saved search: what was asked, where it goes, and how far each source has been read. The file is lei's, readable and
// writable by both programs:
//
//   DIR   $XDG_DATA_HOME/lei/saved-searches/NAME-HASH    NAME: last part of the output; HASH: SHA-256 of the output as
//                                                        canonical_output() spells it
//   FILE  DIR/lei.saved-search, git's configuration syntax
//
//     [lei]           q = one for each argument of the command line, in order; dates as they were typed
//     [lei "q"]       only, include, exclude (several), external, local, remote, import-remote, import-before (0 or 1),
//                     threads (2: hits are flagged), limit, dedupe, output = FORMAT:PATH or a URL
//     [lei "internal"] rawstr = 1       the query came from standard input, and is one text
//     [external "LOCATION"] maxuid      of an archive here: the highest number that was looked at
//                           lastresult  of a server: seconds since 1970 when the last successful search began
//     [lorelei]       paused = true; interval, slack (of `watch`, seconds); expires (seconds since 1970), and if that
//     moves
//                     with each new message: expireafter (seconds); followdays: how long after their last message
//                     threads on servers are followed
//
// Values are quoted where git needs it (lei writes "#", ";" and backslashes bare, and reads back something else). What
// others wrote into the file stays: values are changed line by line, and the file is replaced in one step.
// Writers hold flock(2) on FILE.flock, as lei does.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/files.hh"
#include "git/config.hh"
#include "lei/home.hh"
#include "lei/manner.hh"

namespace lorelei::lei {

struct SavedSearch {
  fs::path directory;
  std::vector<std::string> query;  // arguments, or one text
  bool is_text = false;            // one text, as from standard input
  std::vector<std::string> only, include, exclude;
  std::optional<bool> external, local, remote, import_remote, import_before;
  unsigned threads = 0;
  std::optional<std::uint64_t> limit;
  std::string dedupe = {};  // empty: content
  std::string output;       // "maildir:/home/u/Mail/x", "imaps://h/INBOX/x"

  bool is_paused = false;
  std::optional<std::int64_t> expires;                     // [lorelei] expires
  std::optional<std::int64_t> expire_after;                // seconds behind the last new message
  std::optional<std::int64_t> follow_days;                 // of threads on servers
  std::optional<std::int64_t> interval, slack;             // seconds, of watch
  std::vector<std::pair<std::string, std::string>> marks;  // LOCATION.maxuid, LOCATION.lastresult as they stand

  fs::path file() const { return directory / "lei.saved-search"; }
  fs::path lock() const { return directory / "lei.saved-search.flock"; }
  std::string place() const;  // the output without its format: what people type
  bool is_remote() const;     // its output is on a mail server
  // What was remembered of a source; nothing if it is not there or no number.
  std::optional<std::int64_t> max_uid(const std::string& location) const;
  std::optional<std::int64_t> last_result(const std::string& location) const;
};

// How an output is spelled where it decides about the directory: an absolute path, or a URL in lower case up to its
// path and without a default port.
std::string canonical_output(const std::string& output);
fs::path directory_of(const Home&, const std::string& output);
// The output without "maildir:" and the like.
std::string without_format(const std::string& output);

// Errors: kNotFound, kUsage (the file is broken: what is wrong with it).
Result<SavedSearch> read_saved_search(const fs::path& directory);
// That of an output, by whatever path a local one is named. Errors: kNotFound.
Result<SavedSearch> find_saved_search(const Home&, const std::string& output, Manner);
// Every search that can be read, by output; what cannot be is told in problems.
struct SavedSearches {
  std::vector<SavedSearch> all;
  std::vector<Error> problems;
};
SavedSearches list_saved_searches(const Home&);

// Makes the directory and writes the file anew; what `q` does not say (paused, interval, keys of others) stays.
// lei_name: how to call the program in its first line.
Result<void> write_saved_search(const SavedSearch&);

// One value that changes: section "external", subsection the location, and so on. No value: the line goes.
struct Change {
  std::string section;
  std::optional<std::string> subsection;
  std::string name;
  std::optional<std::string> value;
};
// The file with these values, all else as it was. Errors: of reading and writing it.
Result<void> change_saved_search(const fs::path& file, const std::vector<Change>&);

}  // namespace lorelei::lei
