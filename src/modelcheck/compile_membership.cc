// SPDX-License-Identifier: GPL-3.0-or-later
// What is in a set that is made of {x \in S : p} with an infinite S: that can be told without making the set, as long
// as the filter itself stands in the expression. [D -> {n \in Nat : n > 3}] is asked for its domain and for each value.
#include <algorithm>

#include "modelcheck/compiler.hh"

namespace lorelei::modelcheck {

using tla::Node;
using tla::NodePtr;

const Expression* Compiler::Work::made_of(const Node& node, Expression::Evaluate evaluate,
                                          std::vector<const Expression*> parts) {
  auto& made = make(node, evaluate);
  made.parts = std::move(parts);
  return done(made);
}

static const Expression& behind_need(const Expression& set) {
  return set.evaluate == operations::need && set.hops == 0 ? *set.parts[0] : set;
}

static bool is_infinite_filter(const Heap& heap, const Expression& set) {
  return set.evaluate == operations::set_filter && set.parts[0]->evaluate == operations::constant &&
         heap.is_set(set.parts[0]->value) && !is_finite(heap, set.parts[0]->value);
}

bool Compiler::Work::is_lazy(const Expression& of) const {
  const auto& set = behind_need(of);
  if (is_infinite_filter(compiler_.heap_, set)) return true;
  if (set.evaluate == operations::functions) return is_lazy(*set.parts[1]);
  const bool is_open = set.evaluate == operations::records || set.evaluate == operations::all_subsets ||
                       set.evaluate == operations::product_set || set.evaluate == operations::all_sequences ||
                       set.evaluate == operations::set_union || set.evaluate == operations::set_intersection ||
                       set.evaluate == operations::set_difference;
  return is_open && std::any_of(set.parts.begin(), set.parts.end(), [&](const auto* part) { return is_lazy(*part); });
}

const Expression* Compiler::Work::is_member(const Node& node, const Expression* element, const Expression* of) {
  auto& heap = compiler_.heap_;
  const auto& set = behind_need(*of);
  if (!is_lazy(set)) return made_of(node, operations::membership, {element, of});
  if (is_infinite_filter(heap, set)) {
    auto& made = make(node, operations::filter_membership);
    made.parts = {element, set.parts[0], set.parts[1]};
    made.dimensions = set.dimensions;
    return done(made);
  }
  if (set.evaluate == operations::all_subsets) return all_are_members(node, element, set.parts[0]);
  const bool is_union = set.evaluate == operations::set_union;
  if (is_union || set.evaluate == operations::set_intersection || set.evaluate == operations::set_difference) {
    const auto* other = is_member(node, element, set.parts[1]);
    if (set.evaluate == operations::set_difference) other = made_of(node, operations::negation, {other});
    return made_of(node, is_union ? operations::disjunction : operations::conjunction,
                   {is_member(node, element, set.parts[0]), other});
  }
  // Functions of any kind: their domain, then the values.
  const auto* domain = made_of(node, operations::domain_of, {element});
  std::vector<const Expression*> all;
  if (set.evaluate == operations::records || set.evaluate == operations::product_set) {
    const bool is_record = set.evaluate == operations::records;
    const auto size = static_cast<std::uint32_t>(set.parts.size());
    const auto names = is_record ? set.value : heap.sequence_domain(size);
    all.push_back(made_of(node, operations::equality, {domain, constant(node, names)}));
    for (std::uint32_t i = 0; i < size; ++i) {
      const auto* name = constant(node, heap.elements(names)[i]);
      all.push_back(is_member(node, made_of(node, operations::application, {element, name}), set.parts[i]));
    }
    return made_of(node, operations::conjunction, std::move(all));
  }
  const bool is_sequence = set.evaluate == operations::all_sequences;
  // Len fails for what is no sequence, as it would in Seq(S).
  const auto* is_alike = is_sequence
                             ? made_of(node, operations::greater_or_equal,
                                       {made_of(node, operations::length, {element}), constant(node, Heap::small(0))})
                             : made_of(node, operations::equality, {domain, set.parts[0]});
  auto& values = make(node, operations::forall);
  const auto slot = new_slot();
  values.dimensions = {{0, false, {slot}}};
  const auto* value = made_of(node, operations::application, {element, read_slot(node, scope_, slot)});
  values.parts = {domain, is_member(node, value, set.parts[is_sequence ? 0 : 1])};
  return made_of(node, operations::conjunction, {is_alike, done(values)});
}

const Expression* Compiler::Work::all_are_members(const Node& node, const Expression* elements, const Expression* set) {
  auto& made = make(node, operations::forall);
  const auto slot = new_slot();
  made.dimensions = {{0, false, {slot}}};
  made.parts = {elements, is_member(node, read_slot(node, scope_, slot), set)};
  return done(made);
}

const Expression* Compiler::Work::membership(const Node& node, const std::vector<NodePtr>& parts,
                                             const Environment* environment, Reads reads, bool is_in) {
  const auto* element = expression(*parts[0], environment, reads);
  const auto* set = expression(*parts[1], environment, reads);
  if (!is_lazy(*set)) return made_of(node, is_in ? operations::membership : operations::no_membership, {element, set});
  const auto* found = is_member(node, element, set);
  return is_in ? found : made_of(node, operations::negation, {found});
}

const Expression* Compiler::Work::inclusion(const Node& node, const std::vector<NodePtr>& parts,
                                            const Environment* environment, Reads reads) {
  const auto* elements = expression(*parts[0], environment, reads);
  const auto* set = expression(*parts[1], environment, reads);
  return is_lazy(*set) ? all_are_members(node, elements, set) : made_of(node, operations::subset, {elements, set});
}

}  // namespace lorelei::modelcheck
