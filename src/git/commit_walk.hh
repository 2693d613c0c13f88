// SPDX-License-Identifier: GPL-3.0-or-later
// The history behind some commits, the last committed first: as `git log --date-order` would go, but for clocks that
// went wrong. Read object by object, no process; a shallow clone ends where it ends.
#pragma once
#include <cstdint>
#include <optional>
#include <queue>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.hh"
#include "git/history.hh"
#include "git/objects.hh"

namespace lorelei::git {

class CommitWalk {
 public:
  explicit CommitWalk(const Objects& objects) : objects_(objects) {}

  // A commit to begin at. Errors: those of reading it; kCorrupt, it makes no sense.
  Result<void> add(const ObjectId&);

  struct Commit {
    ObjectId id;
    CommitFields fields;
    Object object;
    std::string_view bytes() const { return object.bytes(); }
  };
  // Nothing: that was all. Parents of a commit come after it, whatever their dates are.
  Result<std::optional<Commit>> next();
  std::size_t seen() const { return seen_.size(); }

 private:
  struct IsOlder {
    bool operator()(const Commit& a, const Commit& b) const {
      return a.fields.committer_time < b.fields.committer_time;
    }
  };
  Objects objects_;
  std::priority_queue<Commit, std::vector<Commit>, IsOlder> queue_;
  std::unordered_set<ObjectId, ObjectIdHash> seen_;
};

// The title of a commit on one line: its message up to the first empty line. Source: `git log --format=%s`.
std::string title_of_commit(std::string_view commit);
// Below the header.
std::string_view message_of_commit(std::string_view commit);

}  // namespace lorelei::git
