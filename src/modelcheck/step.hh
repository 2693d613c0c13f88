// SPDX-License-Identifier: GPL-3.0-or-later
// An action as a search: which next states does it allow from here?
//
// Conjuncts are taken from left to right. The first that says what a variable is next, x' = e, x' \in S, UNCHANGED x,
// gives it that value, once for each; where it has one already, they are conditions as everything else. What can be
// taken in more than one way, \/, \E, an IF with an action in it, is gone through in the order in which it stands.
// At the end every variable must have a value.
//
// An initial predicate is the same, with x for x'.
#pragma once
#include <array>
#include <unordered_map>

#include "modelcheck/expression.hh"

namespace lorelei::modelcheck {

struct Step {
  enum class Kind : std::uint8_t {
    kTest,       // expression
    kAssign,     // variable, expression
    kIn,         // variable, expression: a set
    kSubset,     // variable, expression: a set
    kUnchanged,  // variables
    kAll,        // parts, one after the other
    kAny,        // parts, each of them
    kSwitch,     // expression; cases: value to parts. As kAny, of which only those are taken that can be
    kExists,     // expression: dimensions and sets; one part
    kForall,     // expression: dimensions and sets; one part, for each; variables: first and last slot of all that
    kIf,         // expression, two parts
    kCase,       // tests, as many parts or one more
    kWithSlots,  // slots to be emptied; one part
    kNamed,      // action; one part; tests: the arguments of the definition
    kCall,       // definition, hops; tests: the arguments for slots 1 and up
  };
  Kind kind = Kind::kTest;
  const Expression* expression = nullptr;
  std::uint32_t variable = 0;
  std::vector<std::uint32_t> variables{};  // or slots
  std::vector<const Expression*> tests{};
  std::vector<const Step*> parts{};
  struct Case {
    Value value;
    std::vector<const Step*> parts;  // without the test that has chosen them
  };
  std::vector<Case> cases{};
  std::vector<std::uint16_t> case_of{};  // by case_slot() of the value: from 1, and 0 where there is none
  std::uint32_t case_shift = 0;
  std::vector<const Step*> other_parts{};  // of values that have no case
  std::uint32_t action = 0;                // of kNamed: its number
  const Definition* definition = nullptr;  // of kCall
  std::uint32_t hops = 0;
  const tla::Node* node = nullptr;

  std::size_t case_slot(Value value) const { return value.bits * 0x9E3779B1u >> case_shift; }
};

// Where a step could not be taken, and by which conjunct.
struct Blocked {
  const Step* named;
  const Step* test;
  std::vector<Value> arguments;  // of named
};

// How often each condition was false, and how often true.
using TestCounts = std::unordered_map<const Step*, std::array<std::uint64_t, 2>>;

// Calls machine.emit for each next state, which is in machine.next then. False: emit did not want more.
bool take(const Step&, Machine&);

}  // namespace lorelei::modelcheck
