// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/selection.hh"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace lorelei::search {

namespace {

constexpr std::size_t kPageRows = 500;
constexpr std::uint32_t kPageHits = 10'000;

class Selector {
 public:
  Selector(Engine& engine, const Query& query, const Selection& selection, const Take& take)
      : engine_(engine), query_(query), selection_(selection), take_(take) {}

  Result<Summary> hits();
  Result<Summary> threads();

 private:
  Result<Found> page(std::uint32_t offset, std::uint32_t limit);
  // Gives the rows of these to the taker until `enough` were delivered; members of threads are no matches themselves.
  Result<void> deliver(std::span<const Hit>, std::uint64_t enough, const std::function<Mark(const Hit&)>& mark);
  Result<void> deliver_thread(const Hit&);
  Result<void> mark_all_hits();

  Engine& engine_;
  const Query& query_;
  const Selection& selection_;
  const Take& take_;
  Summary summary_;
  std::vector<archive::OverRow> rows_;
  std::set<std::pair<unsigned, std::int64_t>> threads_;  // delivered, or being it
  std::set<std::pair<unsigned, std::int64_t>> marked_;   // hits, by number
};

constexpr int kNoPercent = -1;  // of a thread member that is no hit

Result<Found> Selector::page(std::uint32_t offset, std::uint32_t limit) {
  const bool by_number = selection_.threads != Threads::kNone && engine_.numbers_follow_time();
  TRY(auto found, engine_.search(query_, {.sort = selection_.sort.value_or(by_number ? Sort::kDocid : Sort::kReceived),
                                          .direction = selection_.direction,
                                          .offset = offset,
                                          .limit = limit,
                                          .stop = selection_.stop}));
  summary_.estimated = std::max(summary_.estimated, found.estimated);
  if (summary_.notes.empty()) summary_.notes = found.notes;
  return found;
}

Result<void> Selector::deliver(std::span<const Hit> hits, std::uint64_t enough,
                               const std::function<Mark(const Hit&)>& mark) {
  for (; !hits.empty() && summary_.delivered < enough; hits = hits.subspan(std::min(kPageRows, hits.size()))) {
    const auto some = hits.first(std::min(kPageRows, hits.size()));
    if (selection_.stop.reached()) return err(Error::Kind::kCancelled, "search", {}, "it was interrupted");
    TRY_VOID(engine_.read_rows(some, rows_));
    for (std::size_t i = 0; i < some.size() && summary_.delivered < enough; ++i) {
      if (rows_[i].number == 0) continue;
      const auto percent = some[i].percent == kNoPercent ? std::nullopt : std::optional<int>(some[i].percent);
      TRY(const auto taken, take_({rows_[i], some[i].place, percent, mark(some[i])}));
      ++(taken == Taken::kDelivered   ? summary_.delivered
         : taken == Taken::kDuplicate ? summary_.duplicates
                                      : summary_.unreadable);
    }
  }
  return {};
}

Result<Summary> Selector::hits() {
  const auto no_mark = [](const Hit&) { return Mark::kNone; };
  for (auto offset = selection_.offset; summary_.delivered < selection_.limit;) {
    const auto wanted =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(selection_.limit - summary_.delivered, kPageHits));
    TRY(const auto found, page(offset, wanted));
    const auto before = summary_.delivered + summary_.duplicates;
    TRY_VOID(deliver(found.hits, selection_.limit, no_mark));
    summary_.matches += summary_.delivered + summary_.duplicates - before;
    offset += wanted;
    if (found.hits.size() < wanted) break;
  }
  return std::move(summary_);
}

Result<void> Selector::mark_all_hits() {
  for (std::uint32_t offset = 0;; offset += kPageHits) {
    TRY(const auto found, page(offset, kPageHits));
    for (const auto& hit : found.hits) marked_.emplace(hit.place, hit.number);
    if (found.hits.size() < kPageHits) return {};
  }
}

Result<void> Selector::deliver_thread(const Hit& hit) {
  auto& over = engine_.over(hit.place);
  TRY(const auto thread, over.thread_of(hit.number));
  if (thread == 0 || !threads_.emplace(hit.place, thread).second) return {};
  ++summary_.matches;
  TRY(const auto numbers, over.numbers_of_thread(thread));
  std::vector<Hit> members;
  for (const auto number : numbers)
    members.push_back({hit.place, number, number == hit.number ? hit.percent : kNoPercent});
  return deliver(members, UINT64_MAX, [&](const Hit& member) {
    return marked_.contains({member.place, member.number}) ? Mark::kFlagged : Mark::kNone;
  });
}

Result<Summary> Selector::threads() {
  if (selection_.threads == Threads::kMarked) TRY_VOID(mark_all_hits());
  std::uint32_t skip = selection_.offset;
  for (std::uint32_t offset = 0; summary_.matches < selection_.limit; offset += kPageHits) {
    TRY(const auto found, page(offset, kPageHits));
    for (const auto& hit : found.hits) {
      if (summary_.matches == selection_.limit) break;
      if (skip) {
        TRY(const auto thread, engine_.over(hit.place).thread_of(hit.number));
        skip -= threads_.emplace(hit.place, thread).second;
        continue;
      }
      TRY_VOID(deliver_thread(hit));
    }
    if (found.hits.size() < kPageHits) break;
  }
  return std::move(summary_);
}

}  // namespace

Result<Summary> select_messages(Engine& engine, const Query& query, const Selection& selection, const Take& take) {
  Selector selector(engine, query, selection, take);
  return selection.threads == Threads::kNone ? selector.hits() : selector.threads();
}

}  // namespace lorelei::search
