// SPDX-License-Identifier: GPL-3.0-or-later
// A conversation as a tree, made of the References of its messages when it is shown (the method of Jamie Zawinski,
// without grouping by subject).
//
//   * a message hangs below the last of its references; the others, in their order, hang below each other where
//     nothing better is known of them
//   * older messages (by Date) are believed first; no link may close a loop
//   * an id that is referred to but not there is a ghost, shown only where something hangs below it
//   * a second message with the same id hangs below the first one
//   * siblings go by date; a ghost has the date of the first message below it
//
// Of a message that names more than kMaxReferences ids, the last ones count. Beyond kMaxGhosts, ids that are not there
// are as if nobody had referred to them.
//
// Source: what public-inbox shows for a thread; the equal thread ids of an index are another matter (search/).
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lorelei::mail {

inline constexpr std::size_t kMaxReferences = 500;  // deeper than any real conversation; keeps odd mail cheap
inline constexpr std::size_t kMaxGhosts = 10'000;   // of one tree

struct ReplyTreeMessage {
  std::string id;                       // Message-ID, without brackets
  std::vector<std::string> references;  // oldest first
  std::int64_t sent = 0;                // seconds since 1970
};

struct ReplyTreeLine {
  std::optional<std::size_t> message;  // index of the input; nothing for a ghost
  std::string id;
  int depth = 0;  // 0: the root of a conversation
};

// Every message once, each in front of what hangs below it. Cost: linear, and at most once the depth of the tree for
// each message.
std::vector<ReplyTreeLine> reply_tree(const std::vector<ReplyTreeMessage>&);

}  // namespace lorelei::mail
