// SPDX-License-Identifier: GPL-3.0-or-later
// How each kind of expression is evaluated; compile.cc picks them. Each comment says what the parts are.
//
// Source of what they give, and of when they fail: "Specifying Systems", chapters 15 and 16, and what the usual checker
// computes.
#pragma once
#include "modelcheck/expression.hh"

namespace lorelei::modelcheck::operations {

#define LORELEI_OPERATION(name) Value name(const Expression&, Machine&)

// evaluate_names.cc
LORELEI_OPERATION(constant);       // value
LORELEI_OPERATION(slot);           // slot
LORELEI_OPERATION(outer_slot);     // slot, hops
LORELEI_OPERATION(need);           // slot, hops; the expression
LORELEI_OPERATION(variable);       // slot: number of the variable
LORELEI_OPERATION(next_variable);  // slot: number of the variable
LORELEI_OPERATION(with_slots);     // slots to be emptied; the body
LORELEI_OPERATION(call);           // definition, hops; arguments for slots 1 and up
LORELEI_OPERATION(late_failure);   // text, node
LORELEI_OPERATION(enabled);        // step
LORELEI_OPERATION(lazy_function);  // applied where it stands: definition, hops, dimensions; argument, domain

LORELEI_OPERATION(memoised);  // an expression; slots: the variables that it reads; slot: number in Machine::memo

// evaluate_logic.cc
LORELEI_OPERATION(conjunction);  // any number
LORELEI_OPERATION(disjunction);
LORELEI_OPERATION(negation);
LORELEI_OPERATION(implication);
LORELEI_OPERATION(equivalence);
LORELEI_OPERATION(equality);
LORELEI_OPERATION(constant_equality);  // value: that of the second part
LORELEI_OPERATION(inequality);
LORELEI_OPERATION(if_then_else);
LORELEI_OPERATION(choice_of_arms);  // guard, value, guard, value, ...; an odd one at the end is OTHER
LORELEI_OPERATION(forall);          // dimensions; sets, body
LORELEI_OPERATION(exists);
LORELEI_OPERATION(choose);

// evaluate_sets.cc
LORELEI_OPERATION(membership);
LORELEI_OPERATION(no_membership);
LORELEI_OPERATION(filter_membership);  // one dimension; element, the set that is filtered, condition
LORELEI_OPERATION(subset);
LORELEI_OPERATION(set_union);
LORELEI_OPERATION(set_intersection);
LORELEI_OPERATION(set_difference);
LORELEI_OPERATION(big_union);
LORELEI_OPERATION(all_subsets);
LORELEI_OPERATION(set_list);
LORELEI_OPERATION(set_filter);  // one dimension; set, condition
LORELEI_OPERATION(set_map);     // dimensions; sets, element
LORELEI_OPERATION(product_set);
LORELEI_OPERATION(functions);  // domain, range
LORELEI_OPERATION(records);    // value: the names; sets
LORELEI_OPERATION(is_finite_set);
LORELEI_OPERATION(cardinality_of);

// evaluate_functions.cc
LORELEI_OPERATION(function);              // dimensions; sets, value
LORELEI_OPERATION(application);           // function, argument
LORELEI_OPERATION(variable_application);  // the same of a variable and a slot of this frame
LORELEI_OPERATION(domain_of);
LORELEI_OPERATION(except_one);  // function, argument, value; slot: of the old value
LORELEI_OPERATION(except);      // slots: length of each path, then the slot of @; function, path..., value, ...
LORELEI_OPERATION(tuple);
LORELEI_OPERATION(record);         // value: the names; values
LORELEI_OPERATION(pair_function);  // :>
LORELEI_OPERATION(merged);         // @@
LORELEI_OPERATION(permutations);

// evaluate_sequences.cc
LORELEI_OPERATION(all_sequences);
LORELEI_OPERATION(length);
LORELEI_OPERATION(concatenation);
LORELEI_OPERATION(appended);
LORELEI_OPERATION(head);
LORELEI_OPERATION(tail);
LORELEI_OPERATION(subsequence);
LORELEI_OPERATION(selection);        // slot; sequence, condition
LORELEI_OPERATION(sorted_sequence);  // slots: two; sequence, condition

// evaluate_numbers.cc
LORELEI_OPERATION(sum);
LORELEI_OPERATION(difference);
LORELEI_OPERATION(product);
LORELEI_OPERATION(quotient);
LORELEI_OPERATION(remainder);
LORELEI_OPERATION(power);
LORELEI_OPERATION(negative);
LORELEI_OPERATION(less);
LORELEI_OPERATION(less_or_equal);
LORELEI_OPERATION(greater);
LORELEI_OPERATION(greater_or_equal);
LORELEI_OPERATION(range);

// evaluate_tools.cc: module TLC and its kind
LORELEI_OPERATION(print);      // what is printed, value; text: "Print" or "PrintT"
LORELEI_OPERATION(assertion);  // condition, text
LORELEI_OPERATION(as_text);
LORELEI_OPERATION(get_register);
LORELEI_OPERATION(set_register);
LORELEI_OPERATION(bag_union);
LORELEI_OPERATION(bag_cardinality);
LORELEI_OPERATION(sub_bags);
LORELEI_OPERATION(bag_of_all);   // slot; a bag, what each element becomes
LORELEI_OPERATION(register_or);  // TLCGetOrDefault: name, value
LORELEI_OPERATION(
    get_and_set_register);   // slots: two; name, what it was at first, what is given; the new value of both
LORELEI_OPERATION(fails);    // AssertError: text, expression
LORELEI_OPERATION(as_json);  // text: "ToJson" and its like

// evaluate_random.cc: slots of the bound names around it, which with the state and the place decide what is chosen
LORELEI_OPERATION(random_element);  // a set
LORELEI_OPERATION(random_subset);   // size, set
LORELEI_OPERATION(random_subsets);  // number, mean size or probability as text, set

#undef LORELEI_OPERATION

// A value that stands in another one, or in a state.
inline Value normal_value(const Expression& expression, Machine& machine) {
  const auto value = machine.evaluate(expression);
  if (is_normal(machine.heap, value)) return value;
  machine.at = &expression;
  return normal(machine.heap, value);
}

}  // namespace lorelei::modelcheck::operations
