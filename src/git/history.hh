// SPDX-License-Identifier: GPL-3.0-or-later
// The raw bytes of commits and trees, scanned for the few fields that a mail epoch needs. Kept apart from the walk so
// that it can be fed foreign bytes.
//
//   commit := "tree " HEX LF ("parent " HEX LF)* "author " ident LF "committer " ident LF ...
//   ident  := anything "> " SECONDS " " ZONE       the last ">" of the line counts; names may hold others
//   tree   := (MODE " " NAME NUL 20-byte-id)*
//
// Times that are missing, negative or beyond 64 bits are 0, as for git log.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "git/object_id.hh"

namespace lorelei::git {

struct CommitFields {
  ObjectId tree;
  std::optional<ObjectId> first_parent;
  int parents = 0;
  std::int64_t author_time = 0, committer_time = 0;
};
// Nothing if the bytes are no commit.
std::optional<CommitFields> scan_commit(std::string_view raw);

// What lies in the tree of a mail epoch's commit: regular files (mode 100644) called m and d.
struct MailTree {
  std::optional<ObjectId> added, deleted;
  unsigned others = 0;  // entries of other names or modes
};
// Nothing if the bytes are no tree.
std::optional<MailTree> scan_mail_tree(std::string_view raw);

}  // namespace lorelei::git
