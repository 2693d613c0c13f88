// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/live_messages.hh"

#include <algorithm>
#include <cstring>

namespace lorelei::archive {

namespace {

Result<void> each_change(const Inbox& inbox, const std::function<Result<void>(const LiveMessage&)>& visit) {
  for (const auto& epoch : inbox.epochs()) {
    TRY(const auto repository, git::Repository::open(epoch.path));
    TRY(const auto tip, repository.resolve());
    if (!tip) continue;
    TRY_VOID(repository.history({}, *tip, [&](const git::Change& change) { return visit({epoch.number, change}); }));
  }
  return {};
}

}  // namespace

std::uint64_t key_of(const git::ObjectId& id) {
  std::uint64_t key;
  std::memcpy(&key, id.bytes.data(), sizeof key);
  return key;
}

const git::ObjectId& empty_blob() {
  static const git::ObjectId kEmpty = git::ObjectId::parse("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391").value();
  return kEmpty;
}

void LiveCount::take(const git::Change& change) {
  if (change.blob == empty_blob()) return;
  (change.kind == git::Change::Kind::kAdd ? added_ : deleted_).push_back(key_of(change.blob));
}

std::vector<std::uint64_t> LiveCount::live() {
  std::sort(added_.begin(), added_.end());
  std::sort(deleted_.begin(), deleted_.end());
  auto out = added_.begin();  // the result takes the place of what was counted
  auto gone = deleted_.begin();
  for (auto at = added_.begin(); at != added_.end();) {
    const auto key = *at;
    const auto end = std::upper_bound(at, added_.end(), key);
    gone = std::lower_bound(gone, deleted_.end(), key);
    const auto gone_end = std::upper_bound(gone, deleted_.end(), key);
    if (end - at > gone_end - gone) *out++ = key;
    at = end;
  }
  added_.erase(out, added_.end());
  return std::move(added_);
}

Result<void> each_live_message(const Inbox& inbox, const std::function<Result<void>(const LiveMessage&)>& visit) {
  LiveCount count;
  TRY_VOID(each_change(inbox, [&](const LiveMessage& message) -> Result<void> {
    count.take(message.change);
    return {};
  }));
  const auto live = count.live();
  std::vector<bool> visited(live.size());
  return each_change(inbox, [&](const LiveMessage& message) -> Result<void> {
    if (message.change.kind != git::Change::Kind::kAdd) return {};
    const auto at = std::lower_bound(live.begin(), live.end(), key_of(message.change.blob));
    if (at == live.end() || *at != key_of(message.change.blob)) return {};
    const auto place = static_cast<std::size_t>(at - live.begin());
    if (visited[place]) return {};
    visited[place] = true;
    return visit(message);
  });
}

}  // namespace lorelei::archive
