// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/plan.hh"

#include <algorithm>
#include <unordered_map>

namespace lorelei::search {

namespace {

Result<std::vector<git::Change>> changes_between(const git::Repository& repository,
                                                 const std::optional<git::ObjectId>& base, const git::ObjectId& tip) {
  std::vector<git::Change> changes;
  TRY_VOID(repository.history(base, tip, [&](const git::Change& change) -> Result<void> {
    changes.push_back(change);
    return {};
  }));
  return changes;
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

Result<Plan> plan_index(const archive::Inbox& inbox, const Recorded& recorded) {
  Plan plan;
  for (const auto& epoch : inbox.epochs()) {
    TRY(const auto repository, git::Repository::open(epoch.path));
    TRY(const auto tip, repository.resolve());
    if (!tip) continue;
    EpochPlan todo{epoch.number, *tip, {}, {}};
    TRY(const auto last_hex, recorded(epoch.number));
    auto last = last_hex ? git::ObjectId::parse(*last_hex) : std::nullopt;
    if (last == tip) continue;
    if (last) {
      const bool known = repository.has_object(*last);
      bool ancestor = false;
      if (known) {
        TRY(ancestor, repository.is_ancestor(*last, *tip));
      }
      if (!ancestor) {
        plan.rewritten.push_back(epoch.number);
        if (!known) {
          plan.must_rebuild = true;
          return plan;
        }
        TRY(const auto common, repository.merge_base(*last, *tip));
        TRY(todo.take_back, changes_between(repository, common, *last));
        last = common;
      }
    }
    TRY(todo.changes, changes_between(repository, last, *tip));
    plan.epochs.push_back(std::move(todo));
  }
  return plan;
}

Result<Plan> plan_rebuild(const archive::Inbox& inbox) {
  TRY(auto plan, plan_index(inbox, [](unsigned) -> Result<std::optional<std::string>> { return std::nullopt; }));
  drop_deleted(plan.epochs);
  return plan;
}

Cut cut_plan(Plan& plan, std::uint64_t limit) {
  for (std::size_t i = 0; i < plan.epochs.size(); ++i) {
    auto& changes = plan.epochs[i].changes;
    if (changes.size() <= limit) {
      limit -= changes.size();
      continue;
    }
    changes.resize(limit);
    // What was indexed ends at the last change that is left; an epoch without one waits for the next round.
    if (limit > 0) plan.epochs[i].tip = changes.back().commit;
    plan.epochs.resize(limit > 0 ? i + 1 : i);
    return Cut::kYes;
  }
  return Cut::kNo;
}

}  // namespace lorelei::search
