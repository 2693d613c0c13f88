// SPDX-License-Identifier: GPL-3.0-or-later
// The last commits of a branch with other messages, or on top of another commit. Trees and authors stay, so index and
// work tree need not be touched; what is not to be changed and has nothing changed below it stays the same commit.
//
// Refused before anything is made: a range with merges, which would have to be made anew by somebody who did not make
// them, and a commit of another committer: it would become one's own.
#pragma once
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "git/commit_signer.hh"
#include "git/new_objects.hh"

namespace lorelei::git {

inline constexpr std::size_t kMaxRewritten = 500;  // commits

// From above `base` up to `tip`, oldest first. Errors: kNotFound, `base` is not there by first parents or too far;
// kRefused, there is a merge between.
Result<std::vector<ObjectId>> line_of_commits(const Objects&, const ObjectId& base, const ObjectId& tip);

struct Rewrite {
  std::map<ObjectId, std::string> messages;  // new ones; in the encoding that the commit has
  std::map<ObjectId, ObjectId> parents;      // what is the parent now of those that had the first
  std::set<ObjectId> remade;                 // though they have nothing new: for another committer
  std::string committer;                     // "NAME <ADDRESS> SECONDS ZONE"
  std::string own_address;                   // the committer of what is rewritten has to have it; "" whoever
  SignCommit sign = {};                      // empty: signatures go
};
struct Rewritten {
  ObjectId tip;
  std::vector<std::pair<ObjectId, ObjectId>> commits;  // before and after, oldest first
  bool lost_signatures = false;
};
// commits: a line, oldest first. Errors: kRefused, see above; those of reading.
Result<Rewritten> rewrite(NewObjects&, const std::vector<ObjectId>& commits, const Rewrite&);

}  // namespace lorelei::git
