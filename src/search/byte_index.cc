// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/byte_index.hh"

namespace lorelei::search {

void ByteIndex::clear() {
  std::vector<Slot>(kFirstSlots, Slot{0, kNone}).swap(slots_);
  std::vector<Entry>().swap(entries_);
  std::string().swap(arena_);  // an assignment would keep the capacity
  key_ = mix(reinterpret_cast<std::uintptr_t>(slots_.data()) ^ 0x9e3779b97f4a7c15ULL,
             reinterpret_cast<std::uintptr_t>(this) | 1);
}

ByteIndex::Id ByteIndex::add(const char* padded, std::size_t size, std::uint32_t hash, std::size_t at) {
  const Id id = static_cast<Id>(entries_.size());
  entries_.push_back({static_cast<std::uint32_t>(arena_.size()), static_cast<std::uint32_t>(size)});
  arena_.append(padded, (size + 7) & ~std::size_t{7});
  slots_[at] = {hash, id};
  if (entries_.size() * 2 > slots_.size()) grow();
  return id;
}

void ByteIndex::grow() {
  std::vector<Slot> old(slots_.size() * 2, Slot{0, kNone});
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.id == kNone) continue;
    std::size_t at = slot.hash & mask;
    while (slots_[at].id != kNone) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace lorelei::search
