// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/store.hh"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "modelcheck/checkpoint.hh"

namespace lorelei::modelcheck {

std::uint64_t hash_of(const Heap& heap, std::span<const Value> state) {
  std::uint64_t hash = 0x9E3779B97F4A7C15;
  for (const auto value : state) {
    hash = (hash ^ heap.hash(value)) * 0xD6E8FEB86659FD93;
    hash ^= hash >> 32;
  }
  return hash * 0x9E3779B97F4A7C15;
}

StateStore::StateStore(const Heap& heap, Arena& arena, const Shape& shape)
    : heap_(heap),
      arena_(arena),
      shape_(shape),
      row_(shape.width + shape.key_width),
      key_begin_(shape.key_width > 0 ? shape.width : 0),
      key_width_(shape.key_width > 0 ? shape.key_width : shape.width) {
  first_parents_ = static_cast<StateId*>(arena_.allocate(kShards * kPieceStates * sizeof(StateId)));
  first_rows_ = static_cast<Value*>(arena_.allocate(kShards * kPieceStates * row_ * sizeof(Value)));
  constexpr std::size_t kFirstEntries = 64;
  for (auto& shard : shards_) {
    shard.table = new_table(kFirstEntries);
    shard.mask = kFirstEntries - 1;
  }
}

StateStore::~StateStore() {
  for (auto& shard : shards_)
    if (shard.table) free_table(shard.table, shard.mask + 1);
}

// Small ones are not worth pages of their own.
static constexpr std::size_t kMappedEntries = 1 << 15;

std::uint32_t* StateStore::new_table(std::size_t entries) {
  if (entries >= kMappedEntries) return static_cast<std::uint32_t*>(arena_.map(entries * sizeof(std::uint32_t)));
  auto* made = static_cast<std::uint32_t*>(std::calloc(entries, sizeof(std::uint32_t)));
  if (!made) throw std::bad_alloc();
  return made;
}
void StateStore::free_table(std::uint32_t* table, std::size_t entries) {
  if (entries >= kMappedEntries)
    arena_.unmap(table);
  else
    std::free(table);
}

// An entry is a place in the low bits, from 1, and bits of the hash that neither shard nor slot are made of.
static std::uint32_t tag_of(std::uint64_t hash, unsigned place_bits) {
  return static_cast<std::uint32_t>(hash >> 50 & 0x3F) << place_bits;
}

void StateStore::prefetch_entry(std::uint64_t hash) const {
  const auto& shard = shards_[shard_of(hash)];
  __builtin_prefetch(shard.table + (hash & shard.mask));
}
void StateStore::prefetch_state(std::uint64_t hash) const {
  const auto& shard = shards_[shard_of(hash)];
  const auto tag = tag_of(hash, kPlaceBits);
  for (auto at = hash & shard.mask; shard.table[at] != 0; at = (at + 1) & shard.mask) {
    if ((shard.table[at] & ~kPlaceMask) != tag) continue;
    const auto place = (shard.table[at] & kPlaceMask) - 1;
    if (shape_.keeps_hashes) {
      __builtin_prefetch(shard.hashes[place / kPieceStates] + place % kPieceStates);
    } else {
      const auto* row = this->row(shard, place);
      __builtin_prefetch(row);
      __builtin_prefetch(row + row_ - 1);
    }
    return;
  }
}

std::uint64_t StateStore::hash(StateId id) const {
  const auto place = id & kPlaceMask;
  if (shape_.keeps_hashes) return shards_[id >> kPlaceBits].hashes[place / kPieceStates][place % kPieceStates];
  return hash_of(heap_, {state(id) + key_begin_, key_width_});
}

StateStore::Inserted StateStore::insert(std::uint64_t hash, const Value* row, StateId parent) {
  const auto number = shard_of(hash);
  auto& shard = shards_[number];
  const auto tag = tag_of(hash, kPlaceBits);
  const auto* const key = row + key_begin_;
  auto at = hash & shard.mask;
  for (; shard.table[at] != 0; at = (at + 1) & shard.mask) {
    const auto entry = shard.table[at];
    if ((entry & ~kPlaceMask) != tag) continue;
    const auto found = StateStore::id(number, (entry & kPlaceMask) - 1);
    if (shape_.keeps_hashes ? this->hash(found) == hash : std::equal(key, key + key_width_, state(found) + key_begin_))
      return {found, false};
  }
  const auto place = shard.count;
  if (place + 1 >= kPlaceMask)
    throw EvaluationError{EvaluationError::Reason::kTooLarge,
                          shape_.key_width > 0
                              ? "there are more than 67,000,000 states that SYMMETRY and VIEW leave over"
                              : "there are more than 4,000,000,000 states"};
  if (place % kPieceStates == 0) add_piece(shard);
  std::copy(row, row + row_, this->row(shard, place));
  shard.parents.back()[place % kPieceStates * step(place)] = parent;
  if (shape_.keeps_hashes) shard.hashes.back()[place % kPieceStates] = hash;
  ++shard.count;
  shard.table[at] = tag | (place + 1);
  if (std::size_t{shard.count} * 4 > (shard.mask + 1) * 3) resize(shard, (shard.mask + 1) * 2);
  return {id(number, place), true};
}

void StateStore::add_piece(Shard& shard) {
  if (shape_.keeps_hashes)
    shard.hashes.push_back(static_cast<std::uint64_t*>(arena_.allocate(kPieceStates * sizeof(std::uint64_t))));
  if (shard.parents.empty()) {
    const auto number = &shard - shards_.data();
    shard.parents.push_back(first_parents_ + number);
    shard.rows.push_back(first_rows_ + number * static_cast<std::ptrdiff_t>(row_));
    return;
  }
  shard.parents.push_back(static_cast<StateId*>(arena_.allocate(kPieceStates * sizeof(StateId))));
  if (shard.free_rows.empty()) {
    shard.rows.push_back(static_cast<Value*>(arena_.allocate(kPieceStates * row_ * sizeof(Value))));
  } else {
    shard.rows.push_back(shard.free_rows.back());
    shard.free_rows.pop_back();
  }
}

void StateStore::forget_before(std::uint32_t number, std::uint32_t place) {
  auto& shard = shards_[number];
  for (; (shard.forgotten + 1) * kPieceStates <= place; ++shard.forgotten) forget(shard, shard.forgotten);
}

// The rows of a first piece are no place for another one.
void StateStore::forget(Shard& shard, std::size_t piece) {
  auto* const rows = std::exchange(shard.rows[piece], nullptr);
  if (piece > 0) shard.free_rows.push_back(rows);
}

void StateStore::resize(Shard& shard, std::size_t entries) {
  auto* made = new_table(entries);
  const auto number = static_cast<std::uint32_t>(&shard - shards_.data());
  for (std::uint32_t place = 0; place < shard.count; ++place) {
    const auto known = hash(id(number, place));
    auto at = known & (entries - 1);
    while (made[at] != 0) at = (at + 1) & (entries - 1);
    made[at] = tag_of(known, kPlaceBits) | (place + 1);
  }
  free_table(shard.table, shard.mask + 1);
  shard.table = made;
  shard.mask = entries - 1;
}

// What a piece has for each of its places, `width` of them.
template <typename Word>
void StateStore::put_each(CheckpointWriter& out, const Word* from, std::size_t piece, std::size_t width) {
  if (piece > 0) return out.put_bytes(from, kPieceStates * width * sizeof(Word));
  std::vector<Word> all;
  all.reserve(kPieceStates * width);
  for (std::size_t place = 0; place < kPieceStates; ++place)
    all.insert(all.end(), from + place * kShards * width, from + (place * kShards + 1) * width);
  out.put_bytes(all.data(), all.size() * sizeof(Word));
}
template <typename Word>
void StateStore::take_each(CheckpointReader& in, Word* to, std::size_t piece, std::size_t width) {
  const auto bytes = in.get_bytes(kPieceStates * width * sizeof(Word));
  const auto step = piece > 0 ? width : kShards * width;
  for (std::size_t place = 0; place < kPieceStates; ++place)
    std::memcpy(to + place * step, bytes.data() + place * width * sizeof(Word), width * sizeof(Word));
}

void StateStore::save(CheckpointWriter& out) const {
  for (const auto& shard : shards_) {
    out.put(shard.count);
    out.put(shard.forgotten);
    for (std::size_t piece = 0; piece < shard.parents.size(); ++piece) {
      put_each(out, shard.parents[piece], piece, 1);
      if (shape_.keeps_hashes) out.put_bytes(shard.hashes[piece], kPieceStates * sizeof(std::uint64_t));
      if (shard.rows[piece]) put_each(out, shard.rows[piece], piece, row_);
    }
  }
}

void StateStore::restore(CheckpointReader& in) {
  const auto take = [&in](void* place, std::size_t bytes) { std::memcpy(place, in.get_bytes(bytes).data(), bytes); };
  for (auto& shard : shards_) {
    const auto count = in.get();
    const auto forgotten = in.get();
    const auto pieces = (count + kPieceStates - 1) / kPieceStates;
    if (count >= kPlaceMask || forgotten > pieces) throw CheckpointError{};
    for (std::size_t piece = 0; piece < pieces; ++piece) {
      add_piece(shard);
      take_each(in, shard.parents[piece], piece, 1);
      if (shape_.keeps_hashes) take(shard.hashes[piece], kPieceStates * sizeof(std::uint64_t));
      if (piece < forgotten)
        forget(shard, piece);
      else
        take_each(in, shard.rows[piece], piece, row_);
    }
    shard.count = static_cast<std::uint32_t>(count);
    shard.forgotten = forgotten;
    auto entries = shard.mask + 1;
    while (std::size_t{shard.count} * 4 > entries * 3) entries *= 2;
    resize(shard, entries);
  }
}

std::uint64_t StateStore::count() const {
  std::uint64_t all = 0;
  for (const auto& shard : shards_) all += shard.count;
  return all;
}

std::vector<std::uint64_t> StateStore::first_numbers() const {
  std::vector<std::uint64_t> first(kShards + 1);
  for (std::uint32_t i = 0; i < kShards; ++i) first[i + 1] = first[i] + count(i);
  return first;
}

}  // namespace lorelei::modelcheck
