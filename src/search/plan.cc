// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/plan.hh"

#include <algorithm>
#include <unordered_map>

#include "search/sequencer.hh"
#include "search/series_store.hh"

namespace lorelei::search {

namespace {

// Oldest first; ends after the commit with which there are `limit` of them.
Result<std::vector<git::Change>> changes_between(const git::Repository& repository,
                                                 const std::optional<git::ObjectId>& base, const git::ObjectId& tip,
                                                 std::uint64_t limit = UINT64_MAX) {
  std::vector<git::Change> changes;
  bool is_enough = false;
  auto walked = repository.history(base, tip, [&](const git::Change& change) -> Result<void> {
    is_enough = changes.size() >= limit && (changes.empty() || changes.back().commit != change.commit);
    if (is_enough) return err(Error::Kind::kCancelled, "read the history of", repository.path(), "enough was read");
    changes.push_back(change);
    return {};
  });
  if (!walked && !is_enough) return tl::unexpected(std::move(walked).error());
  return changes;
}

using Count = std::unordered_map<git::ObjectId, std::int64_t, git::ObjectIdHash>;

Count count_blobs(const std::vector<git::Change>& changes, git::Change::Kind kind) {
  Count count;
  for (const auto& change : changes)
    if (change.kind == kind) ++count[change.blob];
  return count;
}

// What the old history did with blobs, and the new one does not do again.
std::vector<git::ObjectId> not_repeated(const EpochPlan& epoch, git::Change::Kind kind) {
  std::vector<git::ObjectId> blobs;
  auto repeated = count_blobs(epoch.changes, kind);
  for (const auto& change : epoch.take_back)
    if (change.kind == kind && --repeated[change.blob] < 0) blobs.push_back(change.blob);
  return blobs;
}

// The rewritten history that ended in last: back to the common ancestor, which takes the place of last.
Result<void> plan_take_back(const git::Repository& repository, std::optional<git::ObjectId>& last, EpochPlan& todo,
                            Plan& plan) {
  plan.rewritten.push_back(todo.epoch);
  plan.is_one_step = true;
  if (!repository.has_object(*last)) {
    plan.must_rebuild = true;
    return {};
  }
  TRY(const auto common, repository.merge_base(*last, todo.tip));
  TRY(todo.take_back, changes_between(repository, common, *last));
  last = common;
  return {};
}

// Leaves out each "m" that a later "d" of the same blob took away, and the "d".
void drop_deleted(std::vector<EpochPlan>& epochs) {
  std::unordered_map<git::ObjectId, int, git::ObjectIdHash> deleted;
  for (auto epoch = epochs.rbegin(); epoch != epochs.rend(); ++epoch) {
    auto& changes = epoch->changes;
    auto keep = changes.end();
    for (auto change = changes.end(); change != changes.begin();) {
      --change;
      if (change->kind == git::Change::Kind::kDelete) {
        ++deleted[change->blob];
      } else if (const auto later = deleted.find(change->blob); later != deleted.end() && later->second > 0) {
        --later->second;
      } else {
        *--keep = *change;
      }
    }
    changes.erase(changes.begin(), keep);
  }
}

}  // namespace

std::uint64_t Plan::size() const {
  std::uint64_t n = 0;
  for (const auto& epoch : epochs) n += epoch.changes.size();
  return n;
}

std::uint64_t Plan::taken_back() const {
  std::uint64_t n = 0;
  for (const auto& epoch : epochs) n += epoch.take_back.size();
  return n;
}

Result<Plan> plan_index(const archive::Inbox& inbox, const Recorded& recorded, std::uint64_t limit) {
  Plan plan;
  std::uint64_t planned = 0;
  for (const auto& epoch : inbox.epochs()) {
    TRY(const auto repository, git::Repository::open(epoch.path));
    TRY(const auto tip, repository.resolve());
    if (!tip) continue;
    EpochPlan todo{epoch.number, *tip, {}, {}};
    TRY(const auto last_hex, recorded(epoch.number));
    auto last = last_hex ? git::ObjectId::parse(*last_hex) : std::nullopt;
    if (last == tip) continue;
    if (last) {
      TRY(const bool ancestor, repository.is_ancestor(*last, *tip));
      if (!ancestor) TRY_VOID(plan_take_back(repository, last, todo, plan));
    }
    if (plan.must_rebuild) continue;  // the rest only tells which epochs were rewritten
    const bool whole = plan.is_one_step;
    TRY(todo.changes, changes_between(repository, last, *tip, whole ? UINT64_MAX : limit - planned));
    auto gone = not_repeated(todo, git::Change::Kind::kAdd);
    plan.withdrawn.insert(plan.withdrawn.end(), gone.begin(), gone.end());
    plan.must_rebuild = !not_repeated(todo, git::Change::Kind::kDelete).empty();
    planned += todo.changes.size();
    const bool full = !whole && planned >= limit;
    if (full && !todo.changes.empty()) todo.tip = todo.changes.back().commit;
    plan.epochs.push_back(std::move(todo));
    if (full) break;
  }
  return plan;
}

Result<Plan> plan_rebuild(const archive::Inbox& inbox) {
  TRY(auto plan, plan_index(inbox, [](unsigned) -> Result<std::optional<std::string>> { return std::nullopt; }));
  plan.is_one_step = true;
  drop_deleted(plan.epochs);
  return plan;
}

Result<Plan> plan_retry(const archive::Inbox& inbox, const Recorded& recorded, std::uint64_t max_message_bytes) {
  Plan plan;
  plan.is_one_step = true;
  TRY(const auto skipped, skipped_messages(inbox.dir()));
  TRY(auto blobs, git::BlobReader::open(inbox.object_directories()));
  for (const auto& message : skipped) {
    if (message.reason == kWithoutId || message.reason == kIdOfAnother) continue;
    const auto* epoch = inbox.epoch(message.epoch);
    if (!epoch || !blobs.read(message.blob, max_message_bytes)) continue;
    TRY(const auto repository, git::Repository::open(epoch->path));
    TRY(const auto tip_hex, recorded(message.epoch));
    const auto tip = tip_hex ? git::ObjectId::parse(*tip_hex) : std::nullopt;
    if (!tip) continue;
    TRY(const bool is_there, repository.is_ancestor(message.commit, *tip));
    if (!is_there) continue;  // rewritten history has it no more
    TRY(const auto changes, repository.changes_of(message.commit));
    if (plan.epochs.empty() || plan.epochs.back().epoch != message.epoch)
      plan.epochs.push_back({message.epoch, *tip, {}, {}});
    for (const auto& change : changes)
      if (change.blob == message.blob) plan.epochs.back().changes.push_back(change);
    plan.retried.push_back(message.blob);
  }
  return plan;
}

std::size_t end_of_commit(const std::vector<git::Change>& changes, std::size_t end) {
  while (end > 0 && end < changes.size() && changes[end].commit == changes[end - 1].commit) ++end;
  return std::min(end, changes.size());
}

void cut_plan(Plan& plan, std::uint64_t limit) {
  if (plan.is_one_step) return;
  for (std::size_t i = 0; i < plan.epochs.size(); ++i) {
    auto& changes = plan.epochs[i].changes;
    const auto end = end_of_commit(changes, static_cast<std::size_t>(std::min<std::uint64_t>(limit, changes.size())));
    limit -= std::min<std::uint64_t>(limit, end);
    if (end == changes.size()) continue;
    changes.resize(end);
    // What was indexed ends at the last change that is left; an epoch without one waits for the next round.
    if (end > 0) plan.epochs[i].tip = changes.back().commit;
    plan.epochs.resize(end > 0 ? i + 1 : i);
    return;
  }
}

}  // namespace lorelei::search
