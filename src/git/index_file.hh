// SPDX-License-Identifier: GPL-3.0-or-later
// git's index: what is staged, and what each file looked like when it was.
//
// Foreign bytes: linear; of the entries only the one that was read last is held. Source: gitformat-index(5), versions 2
// to 4 with SHA-1. The checksum at the end is not looked at.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/object_id.hh"

namespace lorelei::git {

struct IndexEntry {
  struct Time {
    std::uint32_t seconds = 0, nanoseconds = 0;
    auto operator<=>(const Time&) const = default;
  };
  Time changed, modified;                               // ctime and mtime
  std::uint32_t inode = 0, uid = 0, gid = 0, size = 0;  // the lower 32 bits
  unsigned mode = 0;
  ObjectId id;
  int stage = 0;  // not 0: of a conflict
  bool is_assumed_unchanged = false;
  bool is_skipped = false;   // skip-worktree
  bool is_intended = false;  // git add -N
  std::string path;
};

// A directory whose tree object is known: the extension TREE.
struct CachedTree {
  std::string name;            // "" the top
  std::optional<ObjectId> id;  // nothing: something below has changed
  std::vector<CachedTree> below;
};

class IndexReader {
 public:
  // Nothing: not an index of these versions. The bytes must outlive it.
  static std::optional<IndexReader> of(std::string_view bytes);

  // The next entry, in order of path and stage; nothing at the end, and where the bytes make no sense.
  const IndexEntry* next();
  bool is_at_end() const { return left_ == 0; }  // and so all made sense

  struct Extensions {
    std::optional<CachedTree> tree;
    bool is_understood = true;  // no other that one has to know to read the index
  };
  // Behind the last entry. Nothing: it makes no sense.
  std::optional<Extensions> extensions() const;

 private:
  std::string_view rest_;
  std::uint32_t version_ = 0, left_ = 0;
  IndexEntry entry_;
};

}  // namespace lorelei::git
