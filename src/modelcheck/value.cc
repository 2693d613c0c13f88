// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/value.hh"

#include <fmt/core.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <thread>

#include "modelcheck/checkpoint.hh"

namespace lorelei::modelcheck {

void fail(std::string text) { throw EvaluationError{EvaluationError::Reason::kFailed, std::move(text)}; }

static constexpr std::uint64_t kHeapBytes = std::uint64_t{1} << 32;
static constexpr std::size_t kShards = 64;
static constexpr std::uint64_t kChunkBytes = 64 << 10;
static constexpr std::uint64_t kFirstPiece = 512;  // of a shard: a small model has few pages

static std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15;
  return hash ^ hash >> 29;
}

// Names by hash, open addressing. Readers take no lock: a name is stored behind what it names.
struct Heap::Table {
  explicit Table(std::size_t size) : mask(size - 1), names(new std::atomic<std::uint32_t>[size]()) {}

  // Before: nobody else knows the table yet.
  void enter(std::uint32_t name, std::uint64_t hash) {
    auto at = hash & mask;
    while (names[at].load(std::memory_order_relaxed) != 0) at = (at + 1) & mask;
    names[at].store(name, std::memory_order_relaxed);
  }

  std::size_t mask;
  std::unique_ptr<std::atomic<std::uint32_t>[]> names;
};
struct alignas(64) Heap::Shard {
  std::mutex mutex;                            // of whoever adds
  std::atomic<Table*> table = nullptr;         // the last of tables
  std::vector<std::unique_ptr<Table>> tables;  // guarded by mutex; the old ones may still be read
  std::size_t count = 0;                       // guarded by mutex
  std::uint64_t next = 0, end = 0;             // guarded by mutex; of its piece of the heap
  std::uint64_t piece_bytes = kFirstPiece;     // guarded by mutex; of the next one
};

Heap::Heap() : used_(kChunkBytes), shards_(new Shard[kShards]) {
  void* place = mmap(nullptr, kHeapBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (place == MAP_FAILED) throw std::bad_alloc();
  base_ = static_cast<char*>(place);
  for (std::size_t i = 0; i < kShards; ++i) {
    auto& shard = shards_[i];
    shard.tables.push_back(std::make_unique<Table>(64));
    shard.table = shard.tables.back().get();
  }
}

Heap::~Heap() { munmap(base_, kHeapBytes); }

std::uint64_t Heap::hash(Value value) const {
  return is_object(value) ? object(value).hash : mixed(0x51ED270B7A1DULL, value.bits);
}

// A string's order is not part of what it is.
static bool is_text(Kind kind) { return kind == Kind::kString || kind == Kind::kModelValue; }

// Before: the shard is locked.
Heap::Table* Heap::grow(Shard& shard) {
  auto* table = shard.table.load(std::memory_order_relaxed);
  auto larger = std::make_unique<Table>((table->mask + 1) * 2);
  for (std::size_t i = 0; i <= table->mask; ++i) {
    const auto name = table->names[i].load(std::memory_order_relaxed);
    if (name != 0) larger->enter(name, object({name}).hash);
  }
  table = larger.get();
  shard.tables.push_back(std::move(larger));
  shard.table.store(table, std::memory_order_release);
  return table;
}

Value Heap::intern(Kind kind, std::uint8_t flags, std::span<const Value> words, std::uint16_t count) {
  const std::size_t first = is_text(kind) ? 1 : 0;
  std::uint64_t hash = mixed(static_cast<std::uint64_t>(kind) + 1, words.size() * 4 + count);
  for (std::size_t i = first; i < words.size(); ++i)
    hash = mixed(hash, is_text(kind) || kind == Kind::kInteger ? words[i].bits : this->hash(words[i]));
  auto& shard = shards_[hash >> 58 & (kShards - 1)];

  const auto is_it = [&](std::uint32_t name) {
    const auto& known = object({name});
    return known.hash == hash && known.kind == kind && known.size == words.size() && known.count == count &&
           std::equal(words.begin() + static_cast<std::ptrdiff_t>(first), words.end(), known.words() + first);
  };
  const auto find = [&](const Table& table) -> std::atomic<std::uint32_t>& {
    auto at = hash & table.mask;
    while (const auto name = table.names[at].load(std::memory_order_acquire)) {
      if (is_it(name)) break;
      at = (at + 1) & table.mask;
    }
    return table.names[at];
  };
  if (const auto name = find(*shard.table.load(std::memory_order_acquire)).load(std::memory_order_acquire))
    return {name};

  const std::lock_guard lock(shard.mutex);
  auto* table = shard.table.load(std::memory_order_relaxed);
  if (shard.count * 2 > table->mask) table = grow(shard);
  auto& place = find(*table);
  if (const auto name = place.load(std::memory_order_relaxed)) return {name};
  const auto value = allocate(shard, hash, kind, flags, words, count);
  ++shard.count;
  place.store(value.bits, std::memory_order_release);
  return value;
}

// Before: the shard is locked.
Value Heap::allocate(Shard& shard, std::uint64_t hash, Kind kind, std::uint8_t flags, std::span<const Value> words,
                     std::uint16_t count) {
  const auto size = (sizeof(Object) + words.size() * sizeof(Value) + 7) / 8 * 8;
  if (shard.end - shard.next < size) {
    const auto piece = std::max<std::uint64_t>(size, shard.piece_bytes);
    shard.piece_bytes = std::min(kChunkBytes, shard.piece_bytes * 2);
    const auto begin = used_.fetch_add(piece);
    if (begin + piece > kHeapBytes)
      throw EvaluationError{EvaluationError::Reason::kTooLarge, "the values of this model take more than 4 GiB"};
    shard.next = begin;
    shard.end = begin + piece;
  }
  const auto at = shard.next;
  shard.next += size;
  auto* made = new (base_ + at) Object;
  made->hash = hash;
  made->size = static_cast<std::uint32_t>(words.size());
  made->kind = kind;
  made->flags = flags;
  made->count = count;
  std::copy(words.begin(), words.end(), made->words());
  return {static_cast<std::uint32_t>(at)};
}

// Every object from begin on, whatever threads have made them: behind the last of a piece there are zeroes, and no hash
// is zero but by a chance of 2^-64.
template <typename Each>
void Heap::for_each_object(const char* begin, std::uint64_t end, const Each& each) {
  for (std::uint64_t at = kChunkBytes; at + sizeof(Object) <= end;) {
    const auto& one = *reinterpret_cast<const Object*>(begin + at);
    if (one.hash == 0) {
      at += 8;
      continue;
    }
    const auto size = (sizeof(Object) + one.size * sizeof(Value) + 7) / 8 * 8;
    if (one.kind < Kind::kInteger || one.kind > Kind::kStrings || size > end - at) throw CheckpointError{};
    each(Value{static_cast<std::uint32_t>(at)}, one, size);
    at += size;
  }
}

void Heap::save(CheckpointWriter& out) const {
  out.put(next_order_);
  out.put(used_);
  out.put_bytes(base_, used_);
}

void Heap::restore(CheckpointReader& in) {
  next_order_ = static_cast<std::uint32_t>(in.get());
  const auto used = in.get();
  if (used > kHeapBytes || used < used_) throw CheckpointError{};
  const auto image = in.get_bytes(used);
  // What the model has made while it was read must be there, in the same place.
  for_each_object(base_, used_, [&](Value value, const Object&, std::size_t size) {
    if (std::memcmp(base_ + value.bits, image.data() + value.bits, size) != 0) throw CheckpointError{};
  });
  std::memcpy(base_, image.data(), used);
  used_ = used;
  for (std::size_t i = 0; i < kShards; ++i) {
    auto& shard = shards_[i];
    shard.tables.push_back(std::make_unique<Table>(64));
    shard.table = shard.tables.back().get();
    shard.count = 0;
    shard.next = shard.end = 0;
  }
  for_each_object(base_, used_, [&](Value value, const Object& object, std::size_t) {
    auto& shard = shards_[object.hash >> 58 & (kShards - 1)];
    auto* table = shard.table.load(std::memory_order_relaxed);
    if (shard.count * 2 > table->mask) table = grow(shard);
    table->enter(value.bits, object.hash);
    ++shard.count;
  });
}

// Integers, strings, model values

Value Heap::large(std::int64_t number) {
  const Value words[] = {{static_cast<std::uint32_t>(number)}, {static_cast<std::uint32_t>(number >> 32)}};
  return intern(Kind::kInteger, 0, words, 0);
}
std::int64_t Heap::large(Value value) const {
  const auto* words = object(value).words();
  return static_cast<std::int64_t>(std::uint64_t{words[1].bits} << 32 | words[0].bits);
}

Value Heap::text_value(Kind kind, std::string_view text) {
  std::vector<Value> words(1 + (text.size() + 3) / 4);
  if (!text.empty()) std::memcpy(words.data() + 1, text.data(), text.size());
  words[0].bits = is_reading_ ? next_order_.fetch_add(1) : UINT32_MAX;
  return intern(kind, 0, words, static_cast<std::uint16_t>(text.size() % 4));
}
Value Heap::string(std::string_view text) { return text_value(Kind::kString, text); }
Value Heap::model_value(std::string_view name) { return text_value(Kind::kModelValue, name); }

std::string_view Heap::text(Value value) const {
  const auto& it = object(value);
  const auto words = static_cast<std::size_t>(it.size) - 1;
  const auto bytes = it.count == 0 ? words * 4 : (words - 1) * 4 + it.count;
  return {reinterpret_cast<const char*>(it.words() + 1), bytes};
}

// Sets and functions

Value Heap::set(std::vector<Value>& elements) {
  const auto is_less = [this](Value a, Value b) { return compare(a, b) < 0; };
  if (!std::is_sorted(elements.begin(), elements.end(), is_less)) std::sort(elements.begin(), elements.end(), is_less);
  elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
  return sorted_set(elements);
}

Value Heap::sorted_set(std::span<const Value> ascending) {
  std::uint8_t flags = 0;
  const auto size = static_cast<std::int32_t>(ascending.size());
  if (size == 0) {
    flags = kIsSequenceDomain | kIsConsecutive;
  } else if (is_small(ascending.front()) && is_small(ascending.back()) &&
             small(ascending.back()) - small(ascending.front()) == size - 1) {
    flags = kIsConsecutive;
    if (small(ascending.front()) == 1) flags |= kIsSequenceDomain;
  }
  return intern(Kind::kSet, flags, ascending, 0);
}

Value Heap::sequence_domain(std::uint32_t length) {
  if (length < std::size(short_domains_))
    if (const auto known = short_domains_[length].load(std::memory_order_acquire)) return {known};
  if (length > kMaxSetSize)
    throw EvaluationError{EvaluationError::Reason::kTooLarge, fmt::format("a sequence of {} elements", length)};
  std::vector<Value> numbers(length);
  for (std::uint32_t i = 0; i < length; ++i) numbers[i] = small(static_cast<std::int32_t>(i + 1));
  const auto made = sorted_set(numbers);
  if (length < std::size(short_domains_)) short_domains_[length].store(made.bits, std::memory_order_release);
  return made;
}

Value Heap::function(Value domain, std::span<const Value> values) {
  Value few[33];
  std::vector<Value> many;
  Value* words = few;
  if (values.size() >= std::size(few)) {
    many.resize(values.size() + 1);
    words = many.data();
  }
  words[0] = domain;
  std::copy(values.begin(), values.end(), words + 1);
  return intern(Kind::kFunction, 0, {words, values.size() + 1}, 0);
}

Value Heap::tuple(std::span<const Value> values) {
  return function(sequence_domain(static_cast<std::uint32_t>(values.size())), values);
}

std::string_view Heap::string_of_field(Value record, std::string_view name) const {
  if (kind(record) != Kind::kFunction) return {};
  const auto names = elements(domain(record));
  for (std::size_t i = 0; i < names.size(); ++i)
    if (kind(names[i]) == Kind::kString && text(names[i]) == name)
      return kind(values(record)[i]) == Kind::kString ? text(values(record)[i]) : std::string_view();
  return {};
}

std::int64_t Heap::index_in(Value domain, Value argument) const {
  const auto& of = object(domain);
  if ((of.flags & kIsConsecutive) && of.size > 0 && is_small(argument)) {
    const std::int64_t index = std::int64_t{small(argument)} - small(of.words()[0]);
    return index >= 0 && index < of.size ? index : -1;
  }
  if (of.size <= 8) {
    for (std::uint32_t i = 0; i < of.size; ++i)
      if (of.words()[i] == argument) return i;
    for (std::uint32_t i = 0; i < of.size; ++i)
      if (equal(of.words()[i], argument)) return i;
    return -1;
  }
  std::uint32_t low = 0, high = of.size;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const auto order = compare(of.words()[middle], argument);
    if (order == 0) return middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return -1;
}

}  // namespace lorelei::modelcheck
