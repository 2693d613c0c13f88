// SPDX-License-Identifier: GPL-3.0-or-later
// Trees of a resolved specification made into expressions and steps.
//
// Definitions are put in where they are used, with their arguments evaluated when they are needed; those that use
// themselves are called. What stands for the constants and variables of an instantiated module is put in likewise.
// What depends on nothing is evaluated here, once.
#pragma once
#include <deque>
#include <map>
#include <memory>

#include "modelcheck/expression.hh"
#include "modelcheck/step.hh"
#include "tla/resolve.hh"

namespace lorelei::modelcheck {

// What a model gives the constants, and what it puts in the place of definitions.
struct Assignments {
  std::map<const tla::Symbol*, Value> values;
  std::map<const tla::Symbol*, const tla::Symbol*> replaced;
  // Of operators: the value for some arguments.
  std::map<const tla::Symbol*, std::vector<std::pair<std::vector<Value>, Value>>> points;
};

// Something that cannot be made ready for evaluation.
struct CompileError {
  tla::Diagnostic diagnostic;
};

// A named step: the innermost definition that a way through the next-state relation goes by.
struct Action {
  const tla::Symbol* symbol = nullptr;
  tla::Place place;
};

struct Environment;

// A formula about behaviours, down to what is about one state or one step.
struct Formula {
  enum class Kind : std::uint8_t {
    kState,   // node: about one state, or constant
    kStep,    // node: about a step
    kBox,     // [A]_v: node is A, subscript v
    kAngle,   // <<A>>_v
    kWeak,    // WF_v(A)
    kStrong,  // SF_v(A)
    kNot,     // one part
    kAnd,     // any number
    kOr,
    kAlways,      // []
    kEventually,  // <>
    kLeadsTo,     // ~>
  };
  Kind kind = Kind::kState;
  const tla::Node* node = nullptr;
  const tla::Node* subscript = nullptr;
  const Environment* environment = nullptr;
  std::vector<const Formula*> parts{};
};

// Lives as long as what was made by it.
class Compiler {
 public:
  Compiler(const tla::Specification&, const tla::ResolvedNames&, const Assignments&, Heap&, World&);
  ~Compiler();

  // The variables of the root module, in the order of their declarations.
  const std::vector<const tla::Symbol*>& variables() const { return variables_; }

  // Of the root module. Throw CompileError.
  const Expression* expression(const tla::Node&);
  // Quantifiers over what is temporal have been gone through: their sets are constant.
  const Formula* formula(const tla::Node&);
  const Expression* expression(const Formula&);   // kState, kStep; of kBox and its like their A
  const Expression* of_step(const Formula&);      // whether a step is as kBox, kAngle or kStep has it
  const Expression* memoised(const Expression&);  // the same, for what is asked of every state
  const Step* changing(const Formula&);           // the steps A that change v, as a search
  const Step* initial(const std::vector<const Formula*>& conjuncts);
  const Step* action(const Formula&);

  const std::vector<Action>& actions() const { return actions_; }
  std::size_t frame_size() const;
  // Every EXCEPT that was seen to name an argument that is not in the domain, in no order.
  std::vector<const tla::Node*> missed_changes() const;

 private:
  class Work;
  friend class Work;

  const tla::Specification& specification_;
  const tla::ResolvedNames& names_;
  const Assignments& assignments_;
  Heap& heap_;
  World& world_;
  std::vector<const tla::Symbol*> variables_;
  std::vector<Action> actions_;
  std::deque<Expression> expressions_;
  std::deque<Step> steps_;
  std::deque<Definition> definitions_;
  std::deque<Formula> formulas_;
  std::unique_ptr<Work> work_;
};

}  // namespace lorelei::modelcheck
