// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/sequencer.hh"

namespace lorelei::search {

using archive::overview_record;

Sequencer::Sequencer(archive::Msgmap msgmap, archive::OverWriter over, std::int64_t highest_before)
    : msgmap_(std::move(msgmap)),
      over_(std::move(over)),
      highest_before_(highest_before),
      used_again_(static_cast<std::size_t>(highest_before) + 1) {
  over_.on_merge([this](std::int64_t loser, std::int64_t) -> Result<void> {
    TRY(const auto numbers, over_.numbers_of_thread(loser));
    moved_.insert(numbers.begin(), numbers.end());
    return {};
  });
}

// The number that id had before this run, if no message of this run has taken it; 0 if there is none.
Result<std::int64_t> Sequencer::number_before(const std::string& id) {
  if (highest_before_ == 0) return 0;
  std::int64_t number = 0;
  if (const auto lost = removed_.find(id); lost != removed_.end()) {
    number = lost->second;
  } else {
    TRY(number, msgmap_.number_of(id));
  }
  if (number > highest_before_ || used_again_[static_cast<std::size_t>(number)]) return 0;
  return number;
}

// Rules 1 to 3.
Result<Sequencer::Place> Sequencer::place_before(const git::ObjectId& blob, const std::string& blob_hex,
                                                 const std::vector<std::string>& ids, std::string& own_id) {
  if (const auto before = rewritten_.find(blob); before != rewritten_.end()) {
    auto [number, id] = before->second.front();
    before->second.erase(before->second.begin());
    if (before->second.empty()) rewritten_.erase(before);
    own_id = std::move(id);
    return Place{number, 0, nullptr};
  }
  for (const auto& id : ids) {
    TRY(const auto number, over_.number_of(id, blob_hex));
    if (!number) continue;
    TRY(own_id, msgmap_.message_id_of(number));
    if (own_id.empty()) own_id = id;
    return Place{number, 0, nullptr};
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto& id = ids[i == 0 ? 0 : ids.size() - i];  // the first, then from the last back
    TRY(const auto number, number_before(id));
    if (!number) continue;
    TRY(const auto stored, over_.blob_of(number));
    if (!stored.empty() && stored != blob_hex) continue;
    own_id = id;
    return Place{number, 0, nullptr};
  }
  return Place{};
}

Result<Sequencer::Place> Sequencer::add(const git::ObjectId& blob, const std::vector<std::string>& ids,
                                        mail::Overview& overview, std::string ddd) {
  if (ids.empty()) return Place{0, 0, kWithoutId};
  const auto blob_hex = blob.hex();
  std::string own_id;
  TRY(auto place, place_before(blob, blob_hex, ids, own_id));
  if (place.number) {
    if (place.number <= highest_before_) used_again_[static_cast<std::size_t>(place.number)] = true;
    TRY_VOID(msgmap_.set(place.number, own_id));
  } else {
    for (std::size_t i = 0; i < ids.size() && !place.number; ++i) {
      own_id = ids[i == 0 ? 0 : ids.size() - i];
      TRY(place.number, msgmap_.insert(own_id));
    }
    if (!place.number) return Place{0, 0, kIdOfAnother};
  }
  choose_own_id(overview, own_id);
  if (own_id != ids[0] || ddd.empty())
    ddd = deflater_.deflate(overview_record(overview, blob_hex, archive::Recipients::kYes));
  TRY(place.thread, over_.add(place.number, overview, ddd));
  return place;
}

Result<std::vector<std::int64_t>> Sequencer::remove(const git::ObjectId& blob, const std::vector<std::string>& ids,
                                                    Removal why) {
  std::vector<std::int64_t> all;
  const auto blob_hex = blob.hex();
  for (const auto& id : ids) {
    TRY(const auto numbers, over_.remove(id, blob_hex));
    for (const auto number : numbers) {
      TRY(auto own_id, msgmap_.message_id_of(number));
      if (!own_id.empty()) {
        if (number <= highest_before_) removed_[own_id] = number;
        if (why == Removal::kRewritten) rewritten_[blob].emplace_back(number, own_id);
      }
      TRY_VOID(msgmap_.remove(number));
      all.push_back(number);
    }
  }
  return all;
}

Result<void> Sequencer::forget(const std::vector<std::string>& ids) {
  for (const auto& id : ids) {
    TRY(const auto number, msgmap_.number_of(id));
    if (!number) continue;
    TRY(const auto thread, over_.thread_of(number));
    if (!thread) TRY_VOID(msgmap_.remove(number));
  }
  return {};
}

}  // namespace lorelei::search
