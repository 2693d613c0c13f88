// SPDX-License-Identifier: GPL-3.0-or-later
// The oracle of the model checker's tests: TLA+ evaluated by walking the tree, as slowly and as plainly as it is
// defined. It has only the front end in common with what it judges.
//
//   values         a plain structure with everything in it; a set that is only described can tell what is in it
//   names          a map from symbols to values, and to expressions that are evaluated each time they are asked for
//   next states    conjuncts from left to right, each with what is behind it as a function to be called
//   search         breadth first, states in a map by their text
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tla/pluscal_translate.hh"
#include "tla/resolve.hh"

namespace lorelei::modelcheck::naive {

struct Value;
using Values = std::vector<Value>;
struct Described {
  std::function<bool(const Value&)> contains;
  std::function<Values()> elements;  // none: there are infinitely many
};

struct Value {
  enum class Kind { kModelValue, kBoolean, kInteger, kString, kSet, kFunction } kind = Kind::kBoolean;
  std::int64_t number = 0;  // of a Boolean 0 or 1
  std::string text;         // of a string or model value
  Values items;             // of a set, or the arguments of a function; ascending
  Values results;           // of a function
  std::shared_ptr<const Described> described;
};

struct Failure {
  std::string text;
  bool is_assertion = false;
};
struct Exhausted {};  // the budget
[[noreturn]] void fail(std::string text);

Value boolean(bool);
Value integer(std::int64_t);
Value string(std::string);
Value model_value(std::string);
Value set(Values);                             // in any order, also several times
Value function(Values items, Values results);  // items in any order
Value tuple(const Values&);
Value described(std::function<bool(const Value&)> contains, std::function<Values()> elements);

int compare(const Value&, const Value&);  // fails where they cannot be compared
Values elements(const Value& set);        // fails where there are infinitely many
bool contains(const Value& set, const Value&);
bool is_sequence(const Value&);
const Value* find(const Value& function, const Value& argument);  // null: not in its domain
void require(const Value&, Value::Kind, const char* what);
std::string to_text(const Value&);

using tla::Node;
using tla::Symbol;
using Constants = std::map<std::string, Value>;

// A module made ready for evaluation. What is wrong with its text is in errors.
struct Loaded {
  std::unique_ptr<tla::Source> source;
  std::optional<tla::pluscal::Translation> translation;
  tla::Specification specification;
  tla::ResolvedNames names;
  std::string errors;
};
Loaded load(const std::string& text);

struct Environment;
using Env = std::shared_ptr<const Environment>;
struct Binding {
  Value value{};
  const Node* node = nullptr;  // else an argument, to be evaluated in environment
  Env environment{};
  const tla::Unit* unit = nullptr;  // else a definition of a LET
};
struct Environment {
  Env outer;
  std::map<const Symbol*, Binding> names;
};

using State = std::map<const Symbol*, Value>;  // of a next state: those variables that have their value already

class Interpreter {
 public:
  Interpreter(const Loaded&, const Constants&);

  Value evaluate(const Node&, const Env&, bool is_primed);
  bool is_true(const Node&, const Env&, bool is_primed);
  // Calls found for each way; that says whether to go on, and so does this.
  using Rest = std::function<bool()>;
  bool step(const Node&, const Env&, const Rest& rest);

  const std::vector<const Symbol*>& variables() const { return variables_; }
  const Node& definition(const std::string& name) const;

  const State* now = nullptr;
  State next;
  bool is_initial = false;  // what is without a prime is about next
  // How many nodes may be evaluated still. Without memory of what it has evaluated that can be many.
  std::uint64_t budget = 1'000'000;

 private:
  using Arguments = std::vector<tla::NodePtr>;
  struct Meaning {
    Binding binding;
    const Symbol* symbol = nullptr;  // that has this meaning, behind operators that are arguments
    const std::vector<tla::Parameter>* parameters = nullptr;
    const Node* body = nullptr;
    Env environment{};
    const tla::Unit* function = nullptr;
  };
  Meaning meaning(const Symbol*, const Env&) const;
  static Env with(const std::vector<tla::Parameter>&, const Arguments&, const Env& lexical, const Env& of_arguments);
  static Env with_units(const Node& let, const Env&);
  Value apply(const Node& operation, const Values&, const Env&, bool is_primed);

  Value named(const Symbol*, const Arguments&, const Env&, bool is_primed);
  Value built_in(const std::string& name, const Arguments&, const Env&, bool is_primed);
  Value standard(const std::string& name, const Arguments&, const Env&, bool is_primed);
  Value numbers(const std::string& name, const Values&);
  Value whole_function(const std::vector<tla::Bound>&, const Node& body, const Env&, bool is_primed);
  Value filter(const Node&, const Env&, bool is_primed);
  Value applied(const Node&, const Env&, bool is_primed);
  Value except(const Node&, const Env&, bool is_primed);
  Value changed(const Value& old, const Node& update, std::size_t step, const Env&, bool is_primed);
  Value choose(const Node&, const Env&, bool is_primed);
  Values all(const Arguments&, const Env&, bool is_primed);
  bool is_enabled(const Node& action, const Env&);
  bool for_each(const std::vector<tla::Bound>&, const Env&, bool is_primed, const std::function<bool(const Env&)>&);

  bool named_step(const Node&, const Symbol*, const Arguments&, const Env&, const Rest&);
  bool all_steps(const Arguments&, std::size_t first, const Env&, const Rest&);
  bool give(const Symbol*, const Value&, const Rest&);
  bool give_one_of(const Symbol*, const Values&, const Rest&);
  bool keep(const std::vector<const Symbol*>&, std::size_t first, const Rest&);
  bool kept(const Node&, const Env&, std::vector<const Symbol*>&) const;
  const Symbol* variable(const Node&, const Env&) const;
  const Symbol* assigned(const Node&, const Env&) const;
  bool is_unchanged(const Node&, const Env&);

  const Loaded& loaded_;
  const Constants& constants_;
  std::vector<const Symbol*> variables_;
  Symbol at_;  // what @ is
  int depth_ = 0;
};

struct Explored {
  std::uint64_t initial = 0, generated = 0, distinct = 0, levels = 0;
  std::uint64_t deadlocks = 0, deadlock_level = 0;
  std::map<std::string, std::uint64_t> broken;  // by name of the first invariant that a state breaks, how many
  bool has_failed = false;                      // somewhere: then no number above means anything
  // On the first level on which anything is wrong, all that is: "deadlock", "failure", "assertion", names.
  std::uint64_t wrong_level = 0;  // 0: nothing is
  std::set<std::string> wrong;
  bool is_whole = true;          // false: it takes more states or time than it may
  std::set<std::string> states;  // as text, a variable a line
};
Explored explore(const Loaded&, const Constants&, const std::vector<std::string>& invariants, std::uint64_t max_states);

}  // namespace lorelei::modelcheck::naive
