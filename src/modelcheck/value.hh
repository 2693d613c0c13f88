// SPDX-License-Identifier: GPL-3.0-or-later
// The values of TLA+, each kept once.
//
// The one idea: a value is the name of something interned, so that equal values have equal names. Comparing two states
// is comparing words, a state of five variables takes twenty bytes whatever is in them, and a function that is changed
// in one place shares everything else by being made once and never again.
//
//   Value    bit 0 set                an integer from -2^30 to 2^30-1
//            2 and 10                 FALSE and TRUE
//            otherwise                the offset of an Object in the heap: a multiple of 8, not 0
//   Object   hash, kind, flags, size, and so many words of 32 bits
//     integer          two words: low, high                   string, model value   order, then the bytes
//     set              the elements, ascending                function              domain, then the values in its
//     order interval         from, to                               powerset, sequences   the base function set domain,
//     range                          product               the factors record set       a set of strings, then their
//     sets      union, intersection, difference   two sets
//
// A sequence, a tuple and a record are functions: over 1..n, or over strings. What stands in a set, a function or a
// state is normal: no interval, powerset or other set that is only described, unless it is infinite. So two normal
// values are equal if and only if they are the same word.
//
// Order of elements (that of the usual checker where it is one by value): model values, in the order in which they were
// made; FALSE before TRUE; integers; strings as they were made; sets and functions by size, then by what is in them.
//
// Threads: a heap may be used by any number at once. Values live as long as their heap, and nothing is ever taken out.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::modelcheck {

struct Value {
  std::uint32_t bits;  // 0: none. Not set unless it is asked for: Value{}

  explicit operator bool() const { return bits != 0; }
  friend bool operator==(Value, Value) = default;
};
inline constexpr Value kFalse{2}, kTrue{10};
inline constexpr Value boolean(bool is_true) { return is_true ? kTrue : kFalse; }

enum class Kind : std::uint8_t {
  kBoolean,
  kInteger,
  kString,
  kModelValue,
  kSet,
  kFunction,
  // sets that are described
  kInterval,
  kPowerset,
  kFunctionSet,
  kProduct,
  kRecordSet,
  kSequences,
  kUnion,
  kIntersection,
  kDifference,
  // infinite, and equal to themselves
  kNaturals,
  kIntegers,
  kReals,
  kStrings,
};

struct Object {
  std::uint64_t hash;
  std::uint32_t size;  // words
  Kind kind;
  std::uint8_t flags;
  std::uint16_t count;  // of the bytes of a string, modulo 4: how many of the last word

  const Value* words() const { return reinterpret_cast<const Value*>(this + 1); }
  Value* words() { return reinterpret_cast<Value*>(this + 1); }
};

// What could not be evaluated. Heap and the operators on values throw it, the evaluator says where.
struct EvaluationError {
  enum class Reason { kFailed, kAssertion, kTooLarge } reason = Reason::kFailed;
  std::string text;
};
[[noreturn]] void fail(std::string text);

// Sets of more elements are not enumerated, unless Heap::max_set_size says otherwise.
inline constexpr std::uint64_t kMaxSetSize = 1'000'000;

class Heap {
 public:
  // Reserves address space, not memory.
  Heap();
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // Set before anything is evaluated, if at all.
  std::uint64_t max_set_size = kMaxSetSize;  // sets of more elements are not enumerated
  bool has_32_bits = false;                  // what arithmetic gives beyond 32 bits is an error, as elsewhere

  static constexpr std::uint8_t kIsSequenceDomain = 1;  // of a set: 1..n
  static constexpr std::uint8_t kIsConsecutive = 2;     // of a set: small integers without a gap

  const Object& object(Value value) const { return *reinterpret_cast<const Object*>(base_ + value.bits); }
  static bool is_object(Value value) { return (value.bits & 7) == 0; }
  static bool is_small(Value value) { return value.bits & 1; }
  static std::int32_t small(Value value) { return static_cast<std::int32_t>(value.bits) >> 1; }
  static Value small(std::int32_t number) { return {static_cast<std::uint32_t>(number) << 1 | 1}; }

  Kind kind(Value value) const {
    if (is_small(value)) return Kind::kInteger;
    return is_object(value) ? object(value).kind : Kind::kBoolean;
  }
  bool is_integer(Value value) const { return is_small(value) || kind(value) == Kind::kInteger; }
  bool is_set(Value value) const { return kind(value) == Kind::kSet || kind(value) >= Kind::kInterval; }
  std::uint64_t hash(Value value) const;  // the same in every run

  Value integer(std::int64_t number) {
    if (number >= -(1 << 30) && number < 1 << 30) return small(static_cast<std::int32_t>(number));
    return large(number);
  }
  std::int64_t number(Value value) const { return is_small(value) ? small(value) : large(value); }

  // Made while a model is read, in an order that decides theirs; a string made later stands behind all of those.
  Value string(std::string_view);
  Value model_value(std::string_view name);
  std::string_view text(Value) const;  // of either
  void end_of_reading() { is_reading_ = false; }

  // Elements in any order, also several times. Throws if two of them cannot be compared.
  Value set(std::vector<Value>& elements);
  Value sorted_set(std::span<const Value> ascending);  // and all different
  std::span<const Value> elements(Value set) const { return {object(set).words(), object(set).size}; }
  // 1..length as a set, which is the domain of a sequence.
  Value sequence_domain(std::uint32_t length);

  // values: in the order of the domain's elements. A domain is a kSet.
  Value function(Value domain, std::span<const Value> values);
  Value tuple(std::span<const Value> values);
  Value domain(Value function) const { return object(function).words()[0]; }
  std::span<const Value> values(Value function) const {
    return {object(function).words() + 1, object(function).size - 1};
  }
  bool is_sequence(Value value) const {
    return kind(value) == Kind::kFunction && (object(domain(value)).flags & kIsSequenceDomain) != 0;
  }
  // The text of a field of a record, if it is one; else "".
  std::string_view string_of_field(Value record, std::string_view name) const;
  // Where in the domain's elements the argument stands; -1: nowhere. Throws if it cannot be compared with them.
  std::int64_t index_in(Value domain, Value argument) const;

  Value described(Kind kind, std::span<const Value> words) { return intern(kind, 0, words, 0); }

  // Below 0, 0, above 0. Throws where the kinds differ and none is a model value.
  int compare(Value, Value) const;
  // Of normal values. Throws as compare() does, but sets and functions of different sizes are just different.
  bool equal(Value a, Value b) const { return a == b || (a.bits && b.bits && !surely_different(a, b) && alike(a, b)); }

  // All values, and back into a heap in which nothing was made but by reading the same model: names stay what they are.
  // Nobody else may use the heap meanwhile. Throws CheckpointError.
  void save(class CheckpointWriter&) const;
  void restore(class CheckpointReader&);

  std::uint64_t used_bytes() const { return used_.load(std::memory_order_relaxed); }

 private:
  struct Table;
  struct Shard;

  static bool surely_different(Value a, Value b) { return is_small(a) && is_small(b); }
  bool alike(Value, Value) const;
  Value large(std::int64_t);
  std::int64_t large(Value) const;
  Value intern(Kind, std::uint8_t flags, std::span<const Value> words, std::uint16_t count);
  Value text_value(Kind, std::string_view);
  template <typename Each>
  static void for_each_object(const char* begin, std::uint64_t end, const Each&);
  Table* grow(Shard&);
  Value allocate(Shard&, std::uint64_t hash, Kind, std::uint8_t flags, std::span<const Value> words,
                 std::uint16_t count);

  char* base_ = nullptr;
  std::atomic<std::uint64_t> used_;
  std::unique_ptr<Shard[]> shards_;
  bool is_reading_ = true;
  std::atomic<std::uint32_t> next_order_ = 1;
  std::mutex domains_mutex_;
  std::atomic<std::uint32_t> short_domains_[64] = {};  // of sequences
};

// As it is written in TLA+.
std::string to_text(const Heap&, Value);
// The same for messages: cut where it is long.
std::string shown(const Heap&, Value);
// A kind as messages have it: "an integer".
std::string_view name_of(Kind);

}  // namespace lorelei::modelcheck
