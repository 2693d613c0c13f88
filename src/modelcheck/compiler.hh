// SPDX-License-Identifier: GPL-3.0-or-later
// The walk behind modelcheck/compile: what names mean in compile_names.cc and compile_instance.cc, expressions in
// compile_expression.cc, steps in compile_step.cc, what the standard modules define in standard_operators.cc.
//
// An Environment says what the names of one place mean: those of the definition that is put in there, then those of
// what is around that definition. Names have one meaning in TLA+, so that a symbol is enough to look for.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "modelcheck/compile.hh"
#include "modelcheck/operations.hh"

namespace lorelei::modelcheck {

struct Environment;

// The slots of one frame, as they are given out.
struct Scope {
  Scope* outer = nullptr;
  Definition* definition = nullptr;
  std::uint32_t next_slot = 1;
};

struct Meaning {
  enum class Kind {
    kSlot,      // scope, slot
    kText,      // node in environment, put in as it stands
    kNeeded,    // node in environment, evaluated once: scope, slots
    kOperator,  // parameters and node, in environment
    kSymbol,    // another name, in environment
    kValue,     // value
  };
  Kind kind = Kind::kSlot;
  Scope* scope = nullptr;
  std::uint32_t slot = 0, next_slot = 0;  // 0: not given out yet
  const tla::Node* node = nullptr;
  const std::vector<tla::Parameter>* parameters = nullptr;
  const tla::Unit* unit = nullptr;
  const Environment* environment = nullptr;
  const tla::Symbol* symbol = nullptr;
  Value value{};
  std::vector<std::uint32_t>* emptied = nullptr;  // where slots are noted that must be emptied first
  bool is_of_step = false;                        // what is emptied is so by a step
};

struct Environment {
  const Environment* outer = nullptr;
  const Environment* context = nullptr;  // the innermost that is an instance
  std::vector<std::pair<const tla::Symbol*, Meaning>> names{};

  const Meaning* find(const tla::Symbol* symbol) const {
    for (const auto* at = this; at; at = at->outer)
      for (const auto& [name, meaning] : at->names)
        if (name == symbol) return &meaning;
    return nullptr;
  }
};

class Compiler::Work {
 public:
  using Node = tla::Node;
  using Symbol = tla::Symbol;
  // Which state an expression without primes reads.
  enum class Reads { kNow, kNext };

  explicit Work(Compiler& compiler);

  const Expression* expression(const Node&, const Environment*, Reads);
  Formula* formula(const Node&, const Environment*);
  const Expression* expression(const Formula& of) { return expression(*of.node, of.environment, Reads::kNow); }
  const Step* initial(const Formula& of) { return step(*of.node, of.environment, {true, false}); }
  const Step* action(const Formula& of) { return step(*of.node, of.environment, {false, true}); }
  const Expression* of_step(const Formula& of);
  const Step* changing(const Formula& of);
  // The same, not evaluated again for the same values of the few variables that it reads.
  const Expression* memoised(const Expression&);
  std::size_t frame_size() const { return root_.next_slot; }

 private:
  struct Target {
    const Symbol* symbol = nullptr;
    const Environment* environment = nullptr;  // in which it is to be looked for, or in which its body is read
    const std::vector<tla::NodePtr>* arguments = nullptr;
  };

  [[noreturn]] void fail_at(const Node&, std::string text, std::string hint = {}) const;

  // names: compile_names.cc
  const Expression* name(const Node&, const Symbol&, const std::vector<tla::NodePtr>& arguments, const Environment*,
                         const Environment* of_arguments, Reads);
  const Expression* meaning(const Node&, Meaning&, const std::vector<tla::NodePtr>& arguments,
                            const Environment* of_arguments, Reads);
  const Expression* needed(const Node&, Meaning&, Reads);
  const Expression* read_slot(const Node&, const Scope*, std::uint32_t slot);
  const Expression* defined(const Node&, const Symbol&, const std::vector<tla::NodePtr>& arguments,
                            const Environment* lexical, const Environment* of_arguments, Reads);
  const Expression* put_in(const Node&, const std::vector<tla::Parameter>&, const Node& body,
                           const std::vector<tla::NodePtr>& arguments, const Environment* lexical,
                           const Environment* of_arguments, Reads);
  const Expression* called(const Node&, const tla::Unit&, const std::vector<tla::NodePtr>& arguments,
                           const Environment* lexical, const Environment* of_arguments, Reads);
  Environment* with_arguments(const std::vector<tla::Parameter>&, const std::vector<tla::NodePtr>& arguments,
                              const Environment* lexical, const Environment* of_arguments,
                              std::vector<std::uint32_t>& emptied, bool for_step);
  Meaning operator_meaning(const Node&, const Environment*);
  Target target_of(const Node&, const Environment*);  // of a name, an operator or a path
  Target target_of_part(const Symbol&, const Node& selector, const Environment*);
  const Expression* function_of(const tla::Unit&, const Symbol&, const Environment* lexical, Reads);
  const Expression* lazily_applied(const Node&, const Symbol&, const Environment* lexical, const Expression* argument,
                                   Reads);
  const Expression* declared_constant(const Node&, const Symbol&, const std::vector<tla::NodePtr>& arguments,
                                      const Environment* of_arguments, Reads);
  Definition* definition_of(const tla::Unit&, const Environment* lexical, Reads,
                            const std::vector<std::pair<const Symbol*, Meaning>>& operators);

  // instances: compile_instance.cc
  const Environment* instance(const tla::Unit&, const Environment* outer, const std::vector<tla::NodePtr>* arguments,
                              const Environment* of_arguments);
  const Symbol* without_instances(const Symbol*, const Environment*&);
  const Symbol* visible(const tla::Module&, const std::string& name) const;
  void collect_declared(const tla::Module&, std::vector<const Symbol*>&) const;
  void collect_modules(const tla::Module&);

  // expressions: compile_expression.cc
  const Expression* dispatch(const Node&, const Environment*, Reads);
  const Expression* operation(const Node&, const Environment*, Reads);
  const Expression* built_in(const Node&, const std::string& name, const std::vector<tla::NodePtr>& parts,
                             const Environment*, Reads);
  const Expression* all(const Node&, Expression::Evaluate, const Environment*, Reads);
  const Expression* number(const Node&);
  const Expression* with_bounds(const Node&, Expression::Evaluate, const Environment*, Reads);
  const Expression* choose(const Node&, const Environment*, Reads);
  const Expression* membership(const Node&, const std::vector<tla::NodePtr>& parts, const Environment*, Reads,
                               bool is_in);
  const Expression* inclusion(const Node&, const std::vector<tla::NodePtr>& parts, const Environment*, Reads);
  bool is_lazy(const Expression& set) const;
  const Expression* is_member(const Node&, const Expression* element, const Expression* set);
  const Expression* all_are_members(const Node&, const Expression* elements, const Expression* set);
  const Expression* made_of(const Node&, Expression::Evaluate, std::vector<const Expression*> parts);
  const Expression* set_of_records(const Node&, Expression::Evaluate, const Environment*, Reads);
  const Expression* application(const Node&, const Environment*, Reads);
  const Expression* except(const Node&, const Environment*, Reads);
  const Expression* cases(const Node&, const Environment*, Reads);
  const Expression* let(const Node&, const Environment*, Reads);
  const Expression* part(const Node&, const Environment*, Reads);
  // That in which what is named by a path is read: within the LETs around it.
  const Environment* part_environment(const Node&, const Environment*, std::vector<std::uint32_t>& emptied,
                                      bool for_step);
  const Expression* unchanged(const Node& operand, const Node&, const Environment*, Reads);
  const Expression* enabled(const Node&, const Node& action, const Environment*);
  Environment* let_environment(const Node&, const Environment*, std::vector<std::uint32_t>& emptied, bool for_step);
  // The dimensions of bounds, with their sets as the first parts; the names are in the environment that is given back.
  const Environment* bind_bounds(const std::vector<tla::Bound>&, const Environment*, Reads, Expression&);

  // standard modules: standard_operators.cc
  const Expression* standard(const Node&, const Symbol&, const std::vector<tla::NodePtr>& arguments, const Environment*,
                             Reads);

  std::vector<std::uint32_t> bound_slots(const Environment*) const;
  const Expression* applied(const Node&, const Node& operation, const std::vector<std::uint32_t>& slots,
                            const Environment*, Reads);

  // steps: compile_step.cc
  struct StepMode {
    bool is_initial = false;
    bool is_named = false;  // on a way on which definitions give the step their names
  };
  const Step* step(const Node&, const Environment*, StepMode);
  const Step* step_of_operator(const Node&, const Environment*, StepMode);
  const Step* step_of_name(const Node&, const Symbol&, const std::vector<tla::NodePtr>& arguments, const Environment*,
                           const Environment* of_arguments, StepMode);
  const Step* put_in_step(const Node&, const std::vector<tla::Parameter>&, const Node& body,
                          const std::vector<tla::NodePtr>& arguments, const Environment* lexical,
                          const Environment* of_arguments, StepMode);
  const Step* called_step(const Node&, const tla::Unit&, const std::vector<tla::NodePtr>& arguments,
                          const Environment* lexical, const Environment* of_arguments, StepMode);
  const Definition* step_definition_of(const tla::Unit&, const Environment* lexical, StepMode,
                                       const std::vector<std::pair<const Symbol*, Meaning>>& operators);
  const Step* binder(const Node&, Step::Kind, const Environment*, StepMode);
  const Step* kept(const Node& operand, const Node&, const Environment*);
  bool variables_in(const Node&, const Environment*, std::vector<std::uint32_t>&);
  const Step* test(const Node&, const Environment*, StepMode);
  const Step* all_of(const Node&, const std::vector<tla::NodePtr>& parts, const Environment*, StepMode);
  const Step* any_of(const Node&, std::vector<const Step*> parts);
  const Step* without_guard(const Step&);
  const Step* any_of(const Node&, const std::vector<tla::NodePtr>& parts, const Environment*, StepMode);
  const Step* bounded(const Node&, Step::Kind, const Environment*, StepMode);
  const Step* with_emptied(const Node&, const Step*, const std::vector<std::uint32_t>& emptied);
  const Node* definition_body(const Symbol*, const Environment*&);
  int variable_of(const Node&, const Environment*);
  int assigned_variable(const Node&, const Environment*, StepMode);

  // formulas: compile_formula.cc
  Formula* formula_of_name(const Node&, const Symbol&, const std::vector<tla::NodePtr>& arguments, const Environment*,
                           const Environment* of_arguments);
  static constexpr std::size_t kMaxFormulas = 10'000;
  Formula* quantified(const Node&, const Environment*);
  Formula* formula_of_parts(const Node&, const Environment*, Formula::Kind);

  // making
  Expression& make(const Node&, Expression::Evaluate);
  const Expression* done(Expression&);  // its parts are there: dependence, and its value if it depends on nothing
  const Expression* constant(const Node&, Value);
  const Expression* made_once(const Node&, const Expression* set);
  Step& make_step(const Node&, Step::Kind);
  Environment& environment(const Environment* outer);
  std::uint32_t new_slot() { return scope_->next_slot++; }
  std::uint32_t hops_to(const Scope*) const;
  Value field_name(const std::string& text) { return compiler_.heap_.string(text); }

  Compiler& compiler_;
  Scope root_;
  Scope* scope_ = &root_;
  std::deque<Scope> scopes_;
  std::deque<Environment> environments_;
  std::deque<std::vector<std::uint32_t>> emptied_;
  std::deque<std::vector<tla::NodePtr>> made_arguments_;
  std::deque<Symbol> made_symbols_;
  Symbol at_;  // stands for @ in environments
  std::map<const Symbol*, std::uint32_t> variable_numbers_;
  std::map<const tla::Unit*, const tla::Module*> module_of_;
  std::map<std::string, const tla::Module*> modules_;
  std::map<std::pair<const tla::Unit*, const Environment*>, const Environment*> instances_;
  struct Known {
    const tla::Unit* unit;
    const Environment* lexical;
    Reads reads;
    std::vector<std::pair<const Symbol*, Meaning>> operators;
    Definition* definition;
    Scope* scope;
  };
  Definition* known_definition(const std::deque<Known>&, const tla::Unit&, const Environment* lexical, Reads,
                               const std::vector<std::pair<const Symbol*, Meaning>>& operators) const;
  std::deque<Known> known_;
  std::deque<Known> known_steps_;  // kNext: of initial predicates
  std::size_t open_definitions_ = 0;
  bool is_in_constant_ = false;          // in a definition that has one value, also of what is chosen at random
  std::set<const tla::Unit*> building_;  // functions whose values are being compiled
  std::size_t depth_ = 0;
  std::uint32_t memos_ = 0;
  std::map<const Symbol*, std::uint32_t> action_numbers_;
  std::map<std::pair<const Symbol*, const Environment*>, const Expression*> constants_;
  Machine folding_;
};

}  // namespace lorelei::modelcheck
