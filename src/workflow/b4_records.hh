// SPDX-License-Identifier: GPL-3.0-or-later
// What b4 has noted of series and pull requests, so that whoever comes from it thanks for them all the same.
//
//   $XDG_DATA_HOME/b4/SLUG.am       JSON: msgid subject fromname fromemail to cc references sentdate quote cherrypick
//                                   patches; a patch is [title, hash, msgid, "01/10"]
//   $XDG_DATA_HOME/b4/COMMIT.pr     the same with "remote ref" in place of the last two; COMMIT is what was to be
//   pulled
//
// The files are read, and renamed as b4 renames them (".sent", ".discarded") once the letter is there or is not wanted;
// nothing else is done to them. They are of all repositories together. Their hashes are over more than the patch, so
// they are seldom those of a commit.
//
// Foreign bytes: a file of at most kMaxB4Record bytes, JSON of at most kMaxB4Depth levels.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "workflow/series_record.hh"

namespace lorelei::workflow {

inline constexpr std::uint64_t kMaxB4Record = 4 << 20;  // a thousand patches take some 300 KiB
inline constexpr int kMaxB4Depth = 4;
inline constexpr std::size_t kMaxB4Files = 10'000;

struct B4Records {
  std::vector<SeriesRecord> records;    // the one that was noted first comes first
  std::vector<std::string> complaints;  // about files that make no sense
};
B4Records b4_records(const Env&);

// name: of the file. Errors: kCorrupt.
Result<SeriesRecord> parse_b4_record(std::string_view text, const std::string& name);

enum class B4End { kSent, kDiscarded };
// A file that is gone is none to rename. Errors: those of rename(2).
Result<void> end_b4_record(const fs::path&, B4End);

}  // namespace lorelei::workflow
