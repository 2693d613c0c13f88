// SPDX-License-Identifier: GPL-3.0-or-later
// What a series can be applied to: found out by applying it, in memory.
//
//   stated   the commit that its author names
//   HEAD     does it apply there
//   guessed  of the commits that were there when it was sent, the one whose files are most like those that it names
//            ("index" lines)
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "git/new_objects.hh"
#include "git/work_tree.hh"
#include "patch/apply_to_tree.hh"
#include "workflow/am.hh"

namespace lorelei::workflow {

inline constexpr std::int64_t kGuessDays = 21;      // before the series was sent, as b4 looks
inline constexpr std::size_t kMaxGuesses = 50'000;  // commits that are looked at

struct Fit {
  bool applies = false;
  std::size_t moved_hunks = 0;
  std::string why_not;  // "patch 2 of 3, "title": ..."
};
// Whether all of it applies to the commit. before: mails that are applied first. Errors: those of reading objects.
Result<Fit> fit_of(const AmSeries&, const git::Objects&, const git::ObjectId& commit, patch::ThreeWay,
                   const std::vector<std::string>& before = {});

struct GuessedBase {
  git::ObjectId commit;
  std::string title;                    // of it
  std::size_t matched = 0, wanted = 0;  // files that are there as the series names them
  bool is_exact() const { return matched == wanted; }
};
// Of the history of these commits, what is at most `days` older than the series. Nothing: no file of it is known
// there. Errors: those of reading objects.
Result<std::optional<GuessedBase>> guess_base(const AmSeries&, const git::Objects&,
                                              const std::vector<git::ObjectId>& tips, std::int64_t days);

}  // namespace lorelei::workflow
