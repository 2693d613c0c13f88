// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/sets.hh"

#include <fmt/core.h>

#include <algorithm>

namespace lorelei::modelcheck {

void require_set(const Heap& heap, Value value, std::string_view what) {
  if (!heap.is_set(value))
    fail(fmt::format("{} is {} {}, and must be a set", what, name_of(heap.kind(value)), shown(heap, value)));
}

[[noreturn]] static void too_large(const Heap& heap, Value set) {
  throw EvaluationError{EvaluationError::Reason::kTooLarge,
                        fmt::format("{} has more than {} elements", shown(heap, set), heap.max_set_size)};
}

// Elements

static void add_subsets(Heap& heap, std::span<const Value> base, std::vector<Value>& out) {
  for (std::uint64_t chosen = 0; chosen < std::uint64_t{1} << base.size(); ++chosen) {
    Value few[64];
    std::size_t size = 0;
    for (std::size_t i = 0; i < base.size(); ++i)
      if (chosen >> i & 1) few[size++] = base[i];
    out.push_back(heap.sorted_set({few, size}));
  }
}

// All ways to take one of each set, the last changing fastest.
template <typename Make>
static void add_combinations(const Heap& heap, const std::vector<Value>& sets, const Make& make) {
  std::vector<Value> chosen(sets.size());
  std::vector<std::size_t> at(sets.size());
  for (const auto set : sets)
    if (heap.elements(set).empty()) return;
  while (true) {
    for (std::size_t i = 0; i < sets.size(); ++i) chosen[i] = heap.elements(sets[i])[at[i]];
    make(chosen);
    std::size_t i = sets.size();
    while (i > 0 && ++at[i - 1] == heap.elements(sets[i - 1]).size()) at[--i] = 0;
    if (i == 0) return;
  }
}

static Value enumerated(Heap& heap, Value set) {
  const auto& of = heap.object(set);
  if (!is_finite(heap, set)) fail(fmt::format("{} is infinite, and its elements are needed", shown(heap, set)));
  if (static_cast<std::uint64_t>(cardinality(heap, set)) > heap.max_set_size) too_large(heap, set);
  std::vector<Value> out;
  std::vector<Value> sets;
  switch (of.kind) {
    case Kind::kInterval:
      for (auto i = heap.number(of.words()[0]); i <= heap.number(of.words()[1]); ++i) out.push_back(heap.integer(i));
      return heap.sorted_set(out);
    case Kind::kPowerset:
      add_subsets(heap, heap.elements(of.words()[0]), out);
      break;
    case Kind::kFunctionSet:
      sets.assign(heap.elements(of.words()[0]).size(), of.words()[1]);
      add_combinations(heap, sets, [&](const auto& values) { out.push_back(heap.function(of.words()[0], values)); });
      break;
    case Kind::kProduct:
      sets.assign(of.words(), of.words() + of.size);
      add_combinations(heap, sets, [&](const auto& values) { out.push_back(heap.tuple(values)); });
      break;
    case Kind::kRecordSet:
      sets.assign(of.words() + 1, of.words() + of.size);
      add_combinations(heap, sets, [&](const auto& values) { out.push_back(heap.function(of.words()[0], values)); });
      break;
    case Kind::kIntersection:
    case Kind::kDifference: {
      const auto first = is_finite(heap, of.words()[0]) ? 0 : 1;
      for (const auto element : all_elements(heap, of.words()[first]))
        if (contains(heap, of.words()[1 - first], element) == (of.kind == Kind::kIntersection)) out.push_back(element);
      break;
    }
    default:
      fail(fmt::format("the elements of {} are needed", shown(heap, set)));
  }
  return heap.set(out);
}

std::span<const Value> all_elements(Heap& heap, Value set) {
  require_set(heap, set, "what is gone through");
  return heap.elements(heap.kind(set) == Kind::kSet ? set : enumerated(heap, set));
}

Value normal(Heap& heap, Value value) {
  if (is_normal(heap, value) || heap.kind(value) >= Kind::kNaturals) return value;
  return enumerated(heap, value);
}

bool is_finite(const Heap& heap, Value set) {
  const auto& of = heap.object(set);
  const auto all = [&](std::span<const Value> sets) {
    return std::all_of(sets.begin(), sets.end(), [&](Value one) { return is_finite(heap, one); });
  };
  switch (of.kind) {
    case Kind::kSet:
    case Kind::kInterval:
    case Kind::kPowerset:
      return of.kind != Kind::kPowerset || is_finite(heap, of.words()[0]);
    case Kind::kFunctionSet:
      return is_finite(heap, of.words()[1]) || heap.elements(of.words()[0]).empty();
    case Kind::kProduct:
      return all({of.words(), of.size});
    case Kind::kRecordSet:
      return all({of.words() + 1, of.size - 1});
    case Kind::kIntersection:
      return is_finite(heap, of.words()[0]) || is_finite(heap, of.words()[1]);
    case Kind::kDifference:
      return is_finite(heap, of.words()[0]);
    default:
      return false;
  }
}

std::int64_t cardinality(Heap& heap, Value set) {
  require_set(heap, set, "the operand of Cardinality");
  if (!is_finite(heap, set)) fail(fmt::format("{} is infinite, and has no Cardinality", shown(heap, set)));
  const auto& of = heap.object(set);
  constexpr auto kMany = static_cast<std::int64_t>(kMaxSetSize) + 1;
  const auto times = [&](std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    return __builtin_mul_overflow(a, b, &result) ? INT64_MAX : result;
  };
  std::int64_t count = 1;
  switch (of.kind) {
    case Kind::kSet:
      return of.size;
    case Kind::kInterval:
      return std::max<std::int64_t>(0, heap.number(of.words()[1]) - heap.number(of.words()[0]) + 1);
    case Kind::kPowerset:
      count = cardinality(heap, of.words()[0]);
      return count > 62 ? INT64_MAX : std::int64_t{1} << count;
    case Kind::kFunctionSet:
      for (std::size_t i = 0; i < heap.elements(of.words()[0]).size(); ++i)
        count = times(count, cardinality(heap, of.words()[1]));
      return count;
    case Kind::kProduct:
      for (std::uint32_t i = 0; i < of.size; ++i) count = times(count, cardinality(heap, of.words()[i]));
      return count;
    case Kind::kRecordSet:
      for (std::uint32_t i = 1; i < of.size; ++i) count = times(count, cardinality(heap, of.words()[i]));
      return count;
    default: {
      const auto larger = is_finite(heap, of.words()[0]) ? of.words()[0] : of.words()[1];
      if (cardinality(heap, larger) >= kMany) too_large(heap, set);
      std::int64_t found = 0;
      const auto other = larger == of.words()[0] ? of.words()[1] : of.words()[0];
      for (const auto element : all_elements(heap, larger))
        found += contains(heap, other, element) == (of.kind == Kind::kIntersection) ? 1 : 0;
      return found;
    }
  }
}

// Membership

static bool is_function_into(Heap& heap, Value set, Value element) {
  const auto& of = heap.object(set);
  const auto values = heap.values(element);
  if (of.kind == Kind::kProduct) {
    if (!heap.is_sequence(element) || values.size() != of.size) return false;
    for (std::uint32_t i = 0; i < of.size; ++i)
      if (!contains(heap, of.words()[i], values[i])) return false;
    return true;
  }
  if (of.kind == Kind::kSequences) {
    return heap.is_sequence(element) &&
           std::all_of(values.begin(), values.end(), [&](Value value) { return contains(heap, of.words()[0], value); });
  }
  if (!heap.equal(heap.domain(element), of.words()[0])) return false;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!contains(heap, of.kind == Kind::kRecordSet ? of.words()[i + 1] : of.words()[1], values[i])) return false;
  return true;
}

bool contains(Heap& heap, Value set, Value element) {
  require_set(heap, set, "the right side of \\in");
  const auto& of = heap.object(set);
  if (of.kind == Kind::kSet) return heap.index_in(set, normal(heap, element)) >= 0;
  if (of.kind == Kind::kUnion) return contains(heap, of.words()[0], element) || contains(heap, of.words()[1], element);
  if (of.kind == Kind::kIntersection)
    return contains(heap, of.words()[0], element) && contains(heap, of.words()[1], element);
  if (of.kind == Kind::kDifference)
    return contains(heap, of.words()[0], element) && !contains(heap, of.words()[1], element);
  if (heap.kind(element) == Kind::kModelValue) return false;
  const auto wrong = [&] {
    fail(fmt::format("{} {} cannot be an element of {}", name_of(heap.kind(element)), shown(heap, element),
                     shown(heap, set)));
  };
  switch (of.kind) {
    case Kind::kInterval:
    case Kind::kNaturals:
    case Kind::kIntegers:
    case Kind::kReals: {
      if (!heap.is_integer(element)) wrong();
      const auto number = heap.number(element);
      if (of.kind == Kind::kInterval)
        return heap.number(of.words()[0]) <= number && number <= heap.number(of.words()[1]);
      return of.kind != Kind::kNaturals || number >= 0;
    }
    case Kind::kStrings:
      if (heap.kind(element) != Kind::kString) wrong();
      return true;
    case Kind::kPowerset:
      if (!heap.is_set(element)) wrong();
      return is_subset(heap, element, of.words()[0]);
    default:
      if (heap.kind(element) != Kind::kFunction) wrong();
      return is_function_into(heap, set, element);
  }
}

bool is_subset(Heap& heap, Value a, Value b) {
  require_set(heap, a, "the left side of \\subseteq");
  require_set(heap, b, "the right side of \\subseteq");
  if (a == b) return true;
  if (heap.kind(a) == Kind::kPowerset && heap.kind(b) == Kind::kPowerset)
    return is_subset(heap, heap.object(a).words()[0], heap.object(b).words()[0]);
  for (const auto element : all_elements(heap, a))
    if (!contains(heap, b, element)) return false;
  return true;
}

bool equal(Heap& heap, Value a, Value b) {
  if (a == b) return true;
  if (is_normal(heap, a) && is_normal(heap, b)) return heap.equal(a, b);
  // Sets of functions are the same if what they are made of is.
  if (heap.kind(a) == Kind::kFunctionSet && heap.kind(b) == Kind::kFunctionSet) {
    const auto &x = heap.object(a), &y = heap.object(b);
    return heap.equal(x.words()[0], y.words()[0]) && equal(heap, x.words()[1], y.words()[1]);
  }
  return heap.equal(normal(heap, a), normal(heap, b));
}

// Making sets

Value interval(Heap& heap, std::int64_t from, std::int64_t to) {
  if (from > to) return heap.sequence_domain(0);
  if (from == 1 && to < 64) return heap.sequence_domain(static_cast<std::uint32_t>(to));
  const Value words[] = {heap.integer(from), heap.integer(to)};
  return heap.described(Kind::kInterval, words);
}

static Value described(Heap& heap, Kind kind, Value a, Value b) {
  const Value words[] = {a, b};
  return heap.described(kind, words);
}

Value unite(Heap& heap, Value a, Value b) {
  require_set(heap, a, "the left side of \\cup");
  require_set(heap, b, "the right side of \\cup");
  if (!is_finite(heap, a) || !is_finite(heap, b)) return described(heap, Kind::kUnion, a, b);
  a = normal(heap, a);
  b = normal(heap, b);
  const auto x = heap.elements(a), y = heap.elements(b);
  if (x.empty() || a == b) return b;
  if (y.empty()) return a;
  if (y.size() == 1 && heap.index_in(a, y[0]) >= 0) return a;
  std::vector<Value> all;
  all.reserve(x.size() + y.size());
  std::set_union(x.begin(), x.end(), y.begin(), y.end(), std::back_inserter(all),
                 [&](Value v, Value w) { return heap.compare(v, w) < 0; });
  return heap.sorted_set(all);
}

Value intersect(Heap& heap, Value a, Value b) {
  require_set(heap, a, "the left side of \\cap");
  require_set(heap, b, "the right side of \\cap");
  if (!is_finite(heap, a) && is_finite(heap, b)) std::swap(a, b);
  if (!is_finite(heap, a)) return described(heap, Kind::kIntersection, a, b);
  a = normal(heap, a);
  std::vector<Value> kept;
  for (const auto element : heap.elements(a))
    if (contains(heap, b, element)) kept.push_back(element);
  return kept.size() == heap.elements(a).size() ? a : heap.sorted_set(kept);
}

Value subtract(Heap& heap, Value a, Value b) {
  require_set(heap, a, "the left side of \\");
  require_set(heap, b, "the right side of \\");
  if (!is_finite(heap, a)) return described(heap, Kind::kDifference, a, b);
  a = normal(heap, a);
  std::vector<Value> kept;
  for (const auto element : heap.elements(a))
    if (!contains(heap, b, element)) kept.push_back(element);
  return kept.size() == heap.elements(a).size() ? a : heap.sorted_set(kept);
}

Value unite_all(Heap& heap, Value set) {
  require_set(heap, set, "the operand of UNION");
  if (heap.kind(set) == Kind::kPowerset) return heap.object(set).words()[0];
  std::vector<Value> all;
  Value infinite{};
  for (const auto one : all_elements(heap, set)) {
    require_set(heap, one, "an element of the operand of UNION");
    if (!is_finite(heap, one)) {
      infinite = infinite ? unite(heap, infinite, one) : one;
      continue;
    }
    const auto of = all_elements(heap, one);
    all.insert(all.end(), of.begin(), of.end());
  }
  const auto finite = heap.set(all);
  return infinite ? unite(heap, infinite, finite) : finite;
}

Value powerset(Heap& heap, Value base) {
  require_set(heap, base, "the operand of SUBSET");
  const Value words[] = {is_finite(heap, base) ? normal(heap, base) : base};
  return heap.described(Kind::kPowerset, words);
}

Value function_set(Heap& heap, Value domain, Value range) {
  require_set(heap, domain, "the domain of a set of functions");
  require_set(heap, range, "the range of a set of functions");
  return described(heap, Kind::kFunctionSet, normal(heap, domain),
                   is_finite(heap, range) ? normal(heap, range) : range);
}

static std::vector<Value> all_normal(Heap& heap, std::span<const Value> sets, std::string_view what) {
  std::vector<Value> out;
  for (const auto set : sets) {
    require_set(heap, set, what);
    out.push_back(is_finite(heap, set) ? normal(heap, set) : set);
  }
  return out;
}

Value product(Heap& heap, std::span<const Value> factors) {
  return heap.described(Kind::kProduct, all_normal(heap, factors, "an operand of \\X"));
}

Value record_set(Heap& heap, Value names, std::span<const Value> sets) {
  auto words = all_normal(heap, sets, "what a field of a set of records ranges over");
  words.insert(words.begin(), names);
  return heap.described(Kind::kRecordSet, words);
}

Value sequences(Heap& heap, Value base) {
  require_set(heap, base, "the operand of Seq");
  const Value words[] = {is_finite(heap, base) ? normal(heap, base) : base};
  return heap.described(Kind::kSequences, words);
}

}  // namespace lorelei::modelcheck
