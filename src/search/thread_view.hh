// SPDX-License-Identifier: GPL-3.0-or-later
// A conversation as a tree on a terminal:
//
//   Jul 13 09:00  Purva Yeshi           [PATCH v2] block: floppy: Fix use of outparam
//   Jul 13 10:47  Denis Efremov         └─ Re:
//   Jul 14 08:12  Jens Axboe            │  └─ Re:
//                                       └─ (not in the archive) <x@y>
//
// A reply whose subject is that of its thread shows just "Re:". Deep branches stop moving to the right at kMaxIndent.
#pragma once
#include <string>
#include <vector>

#include "search/lookup.hh"
#include "search/results.hh"

namespace lorelei::search {

inline constexpr int kMaxIndent = 12;

struct ThreadLine {
  const archive::OverRow* row = nullptr;  // null: referred to, but not there
  std::string message_id;
  int depth = 0;
};
// Each message in front of what answers it. The rows belong to the messages given.
std::vector<ThreadLine> thread_lines(const std::vector<Located>&);

// Lines with their ends. marked: the id of the message that was asked for.
std::string thread_text(const std::vector<ThreadLine>&, const ListLook&, std::string_view marked);

}  // namespace lorelei::search
