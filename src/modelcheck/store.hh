// SPDX-License-Identifier: GPL-3.0-or-later
// All states that were found, each once, exactly as it is: no state is ever taken for another, unless only hashes are
// kept because that was asked for.
//
// States are spread over kShards by their hash, whatever the number of threads is. A shard is touched by one thread at
// a time, so that nothing is locked, and the number of a state depends on nothing but the model.
//
//   StateId   shard in the highest 6 bits, place in its shard below
//   shard     rows, in pieces: a state, and its key where it does not stand for itself (modelcheck/reduce); of each its
//             parent; a table of open addressing, whose entries are a place and 6 bits of the hash, so that a row is
//             looked at only where it is likely the same
//   piece     1,024 rows one behind the other; the first pieces of all shards are one, with the rows of the same place
//             beside each other, so that a small model has few pages
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "modelcheck/arena.hh"
#include "modelcheck/value.hh"

namespace lorelei::modelcheck {

using StateId = std::uint32_t;
inline constexpr StateId kNoState = UINT32_MAX;
inline constexpr unsigned kShardBits = 6;
inline constexpr std::uint32_t kShards = 1 << kShardBits;

std::uint64_t hash_of(const Heap&, std::span<const Value> state);
inline std::uint32_t shard_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> (64 - kShardBits)); }

class StateStore {
 public:
  struct Shape {
    std::size_t width = 0;      // variables of a state
    std::size_t key_width = 0;  // words behind them that stand for it; 0: it stands for itself
    bool keeps_hashes = false;  // and rows only until forget_before()
  };
  StateStore(const Heap&, Arena&, const Shape&);
  ~StateStore();
  StateStore(const StateStore&) = delete;
  StateStore& operator=(const StateStore&) = delete;

  struct Inserted {
    StateId id;
    bool is_new;
  };
  // row: the state and its key, whose hash it is. Throws EvaluationError (kTooLarge) when a shard is full.
  Inserted insert(std::uint64_t hash, const Value* row, StateId parent);
  // To be called some insertions before, the first one earlier than the second: memory is slow.
  void prefetch_entry(std::uint64_t hash) const;
  void prefetch_state(std::uint64_t hash) const;

  bool keeps_hashes() const { return shape_.keeps_hashes; }
  // With hashes: not one that was forgotten.
  const Value* state(StateId id) const { return row(shards_[id >> kPlaceBits], id & kPlaceMask); }
  StateId parent(StateId id) const {
    const auto place = id & kPlaceMask;
    return shards_[id >> kPlaceBits].parents[place / kPieceStates][place % kPieceStates * step(place)];
  }
  std::uint64_t hash(StateId id) const;
  std::uint32_t count(std::uint32_t shard) const { return shards_[shard].count; }
  std::uint64_t count() const;
  static StateId id(std::uint32_t shard, std::uint32_t place) { return shard << kPlaceBits | place; }
  // A number of its own for each state, without gaps, once all are in.
  std::vector<std::uint64_t> first_numbers() const;

  // With hashes: the rows of the states before this place are not asked for any more.
  void forget_before(std::uint32_t shard, std::uint32_t place);

  // All of it, and back into a store of the same shape that has nothing yet. Throws CheckpointError.
  void save(class CheckpointWriter&) const;
  void restore(class CheckpointReader&);

 private:
  static constexpr unsigned kPlaceBits = 32 - kShardBits;
  static constexpr std::uint32_t kPlaceMask = (1u << kPlaceBits) - 1;
  static constexpr std::uint32_t kPieceStates = 1024;

  struct alignas(64) Shard {
    std::uint32_t* table = nullptr;  // 0: free; else place + 1, and 6 bits of the hash
    std::size_t mask = 0;
    std::uint32_t count = 0;
    std::vector<Value*> rows;  // by piece; null: forgotten
    std::vector<StateId*> parents;
    std::vector<std::uint64_t*> hashes;  // where only they are kept
    std::size_t forgotten = 0;           // pieces of rows
    std::vector<Value*> free_rows;
  };
  // How far the next row, or parent, of a piece is.
  static std::size_t step(std::uint32_t place) { return place < kPieceStates ? kShards : 1; }
  Value* row(const Shard& shard, std::uint32_t place) const {
    return shard.rows[place / kPieceStates] + place % kPieceStates * step(place) * row_;
  }
  void add_piece(Shard&);
  static void forget(Shard&, std::size_t piece);
  template <typename Word>
  static void put_each(class CheckpointWriter&, const Word* from, std::size_t piece, std::size_t width);
  template <typename Word>
  static void take_each(class CheckpointReader&, Word* to, std::size_t piece, std::size_t width);
  void resize(Shard&, std::size_t entries);
  std::uint32_t* new_table(std::size_t entries);
  void free_table(std::uint32_t*, std::size_t entries);

  const Heap& heap_;
  Arena& arena_;
  Shape shape_;
  std::size_t row_, key_begin_, key_width_;  // words; of a state that stands for itself 0 and its width
  Value* first_rows_ = nullptr;
  StateId* first_parents_ = nullptr;
  std::array<Shard, kShards> shards_;
};

}  // namespace lorelei::modelcheck
