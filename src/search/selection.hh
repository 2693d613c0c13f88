// SPDX-License-Identifier: GPL-3.0-or-later
// Which messages a search delivers, in which order: the hits, or the whole threads they are in.
//
// Hits come in the order of the engine, as many as were asked for; one that the taker already has (a cross-post, a
// duplicate) does not count. With threads the limit counts threads: each hit of a thread that has not been delivered
// brings all its messages, by article number. Threads are those of over.sqlite3: right also where the index still
// knows an older one.
//
// Rows are read a page at a time, and no lock is held while a message is taken: the taker may wait for a pager.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hh"
#include "search/engine.hh"
#include "search/results.hh"

namespace lorelei::search {

enum class Threads { kNone, kWhole, kMarked };  // kMarked: and the hits in them are flagged

inline constexpr std::uint32_t kNoLimit = UINT32_MAX / 2;  // offset and limit can be added

struct Selection {
  std::optional<Sort> sort = {};  // unless given: by time of arrival; whole threads and mail of one place by number,
                                  // which is cheaper
  Direction direction = Direction::kNewestFirst;
  std::uint32_t offset = 0, limit = 10'000;
  Threads threads = Threads::kNone;
  Stop stop = {};
};

struct Selected {
  const archive::OverRow& row;
  unsigned place;              // of the engine
  std::optional<int> percent;  // of hits; thread members have none
  Mark mark;
};
enum class Taken { kDelivered, kDuplicate, kUnreadable };
using Take = std::function<Result<Taken>(const Selected&)>;

struct Summary {
  std::uint64_t matches = 0;  // hits, or threads
  std::uint64_t delivered = 0, duplicates = 0, unreadable = 0;
  std::uint64_t estimated = 0;  // hits without limit and offset
  std::vector<std::string> notes;
};

Result<Summary> select_messages(Engine&, const Query&, const Selection&, const Take&);

}  // namespace lorelei::search
