// SPDX-License-Identifier: GPL-3.0-or-later
// What can be done with sets. SUBSET S, [S -> T], S \X T, record sets, Seq(S), a..b and what is made of infinite sets
// are only described until somebody needs their elements; whether something is in them can be told without that.
//
// All throw EvaluationError where an operand is no set, where elements cannot be compared, or where the elements of an
// infinite set or of more than kMaxSetSize are needed.
// Source: L. Lamport, "Specifying Systems", chapters 11 and 16.
#pragma once
#include "modelcheck/value.hh"

namespace lorelei::modelcheck {

// The value as it stands in states and other values: with its elements, unless it is infinite.
Value normal(Heap&, Value);
inline bool is_normal(const Heap& heap, Value value) {
  return !Heap::is_object(value) || heap.object(value).kind < Kind::kInterval;
}

// Of a finite one, ascending.
std::span<const Value> all_elements(Heap&, Value set);
bool is_finite(const Heap&, Value set);
// Of a finite one.
std::int64_t cardinality(Heap&, Value set);
bool contains(Heap&, Value set, Value element);
bool is_subset(Heap&, Value a, Value b);
bool equal(Heap&, Value a, Value b);  // of any values

Value interval(Heap&, std::int64_t from, std::int64_t to);
Value unite(Heap&, Value a, Value b);
Value intersect(Heap&, Value a, Value b);
Value subtract(Heap&, Value a, Value b);
Value unite_all(Heap&, Value set_of_sets);
Value powerset(Heap&, Value base);
Value function_set(Heap&, Value domain, Value range);
Value product(Heap&, std::span<const Value> factors);
// names: a set of strings; sets in their order.
Value record_set(Heap&, Value names, std::span<const Value> sets);
Value sequences(Heap&, Value base);

// Throws unless it is a set; what: "the right side of \in".
void require_set(const Heap&, Value, std::string_view what);

}  // namespace lorelei::modelcheck
