// SPDX-License-Identifier: GPL-3.0-or-later
// Whether an archive is what it should be: every object readable and what its name says, the layout as it must be, the
// index equal to git.
//
//   layout   all.git names every epoch, and every epoch it names is there
//   epochs   from HEAD down: each commit has one parent and one file, m or d, mode 100644; commits, trees and messages
//            are read and hashed again
//   index    up to the recorded commits: a message is live if it was added more often than deleted. Every live message
//            is in over.sqlite3, or there is a reason for it (no Message-ID, its ids belong to others, listed as
//            skipped, purged); every row there is a live message, and msgmap has its number under the same id
//
// Xapian is not known here; search/verify_shards.hh compares its documents with over.sqlite3.
//
// Memory: 8 bytes for each message and each row; ids are compared by their first 64 bits.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "archive/inbox.hh"
#include "base/env.hh"
#include "base/result.hh"
#include "git/object_id.hh"

namespace lorelei::archive {

inline constexpr std::size_t kMaxFindings = 20;  // kept; what comes after is only counted

// Something that is not as it should be.
struct Finding {
  std::string where;  // "epoch 0, commit 1234..."
  std::string what;
  std::string next;  // advice; may be empty
};

class Findings {
 public:
  void add(std::string where, std::string what, std::string next = {});
  const std::vector<Finding>& kept() const { return kept_; }
  std::uint64_t count() const { return count_; }

 private:
  std::vector<Finding> kept_;
  std::uint64_t count_ = 0;
};

struct VerifyReport {
  Findings findings;
  std::uint64_t commits = 0;
  std::uint64_t messages = 0;     // live ones
  std::uint64_t indexed = 0;      // rows of over.sqlite3
  std::uint64_t skipped = 0;      // live, not indexed, for a reason
  std::uint64_t not_indexed = 0;  // came after the recorded commits: archive index brings them in
  bool has_index = false;
};

// is_listed: whether the message is in the list of those that could not be indexed. progress: after each commit and
// row.
struct VerifyInput {
  std::function<bool(const git::ObjectId&)> is_listed;
  std::function<void()> progress;
};
// Errors: only what keeps us from looking at all. kCancelled.
Result<VerifyReport> verify_archive(const Env&, const Inbox&, const VerifyInput&);

}  // namespace lorelei::archive
