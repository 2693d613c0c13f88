// SPDX-License-Identifier: GPL-3.0-or-later
// A module as a tree: what is written, nothing worked out. tla/resolve adds what names mean and levels.
//
// One type of node for all expressions; what is in its parts depends on its kind, as the list below says. Operators of
// all fixities keep the spelling of tla/token. Parentheses leave no node.
//
// Trees are at most kMaxTreeDepth deep, so that whoever walks one may do it recursively.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tla/source.hh"

namespace lorelei::tla {

inline constexpr std::uint32_t kMaxTreeDepth = 1000;

struct Node;
struct Unit;
struct Module;
struct Symbol;  // tla/symbol.hh
using NodePtr = std::unique_ptr<Node>;
using UnitPtr = std::unique_ptr<Unit>;

struct Name {
  std::string text;
  Place place;
};

// What an expression can be: a constant, one state, a step of two states, a behaviour.
enum class Level : std::uint8_t { kConstant, kState, kAction, kTemporal };

// "x, y \in S", "<<x, y>> \in S", or "x, y" where nothing bounds them.
struct Bound {
  std::vector<Name> names;
  bool is_tuple = false;
  NodePtr set;                           // null: unbounded
  std::vector<const Symbol*> symbols{};  // of the names, once resolved
};

// "x" or "F(_, _)" or "_ + _".
struct Parameter {
  Name name;
  std::uint32_t arity = 0;
  const Symbol* symbol = nullptr;  // once resolved
};

enum class NodeKind : std::uint8_t {
  kError,           // what could not be read; only below a unit that was reported
  kNumber,          // text as written
  kString,          // text: the value
  kAt,              // @
  kName,            // text with parts as its arguments; also an operator symbol that is itself an argument
  kPath,            // A!B(x)!C: parts are kName and kSelector
  kSelector,        // a component of a path: text is a number, "<<", ">>", "@", ":" or "()" with its arguments; once
                    // resolved, all of them in one: its symbol is an operator, its parts the arguments
  kPrefix,          // text; "-." for minus
  kInfix,           // text, two parts; more for a chain of "/\", of "\/" or of "\X"
  kPostfix,         // text
  kJunction,        // a list with bullets: text "/\" or "\/", parts the items
  kTuple,           // parts
  kSetList,         // {a, b}
  kSetFilter,       // {x \in S : p}: one bound, p
  kSetMap,          // {e : x \in S, y \in T}: bounds, e
  kFunction,        // [x \in S |-> e]: bounds, e
  kFunctionSet,     // [S -> T]
  kApply,           // f[a, b]: f, a, b
  kField,           // r.a: r; text the name
  kRecord,          // [a |-> 1, b |-> 2]: names, values
  kRecordSet,       // [a : S, b : T]: names, sets
  kExcept,          // [f EXCEPT ...]: f, then a kUpdate each
  kUpdate,          // ![a].b = e: steps, then e
  kIndexStep,       // [a, b] of an update: parts
  kFieldStep,       // .b of an update: text
  kIf,              // condition, then, else
  kCase,            // a kArm each
  kArm,             // guard, value; OTHER: the value alone
  kLet,             // units; the body
  kForall,          // bounds, body
  kExists,          // bounds, body
  kTemporalForall,  // \AA, names without sets
  kTemporalExists,  // \EE
  kChoose,          // one bound, body
  kLambda,          // parameters, body
  kBoxAction,       // [A]_v: A, v
  kAngleAction,     // <<A>>_v: A, v
  kFairness,        // text "WF_" or "SF_": v, A
  kLabel,           // text, parameters, body
  kPart,            // made by tla/resolve, in what a path with selectors names: shared
};

struct Node {
  NodeKind kind = NodeKind::kError;
  Level level = Level::kConstant;  // once resolved
  bool parenthesised = false;
  std::uint32_t depth = 1;  // of the tree below, with this node
  Place place;              // of all of it; of an operator's application, from its first operand to its last
  Place word;               // of the operator, name or keyword itself
  std::string text;
  std::vector<NodePtr> parts;
  std::vector<Bound> bounds;
  std::vector<Name> names;
  std::vector<Parameter> parameters;
  std::vector<UnitPtr> units;
  const Symbol* symbol = nullptr;   // what a name or operator means, once resolved; of a path, the last of it
  std::vector<const Node*> shared;  // of kPart: the LETs around an expression, then the expression itself
};

// "a <- e" of an INSTANCE.
struct Substitution {
  Name name;
  NodePtr value;
};

enum class UnitKind : std::uint8_t {
  kConstants,  // parameters
  kVariables,  // parameters, all of arity 0
  kAssume,     // name or "", body
  kTheorem,    // name or "", body; null for ASSUME ... PROVE. Proofs are not kept
  kRecursive,  // parameters
  kOperator,   // name, parameters, body
  kFunction,   // name, bounds, body
  kInstance,   // module_name, substitutions; with name and parameters, or name "" for what is taken in as it is
  kModule,     // module
};
enum class Fixity : std::uint8_t { kNone, kPrefix, kInfix, kPostfix };

struct Unit {
  UnitKind kind = UnitKind::kOperator;
  bool is_local = false;
  Fixity fixity = Fixity::kNone;  // how an operator is written where it is defined
  Place place;
  Name name;
  std::vector<Parameter> parameters;
  std::vector<Bound> bounds;
  NodePtr body;
  Name module_name;
  std::vector<Substitution> substitutions;
  std::unique_ptr<Module> module;
  const Symbol* symbol = nullptr;  // what it defines, once resolved
};

struct Module {
  Name name;
  Place place;
  std::vector<Name> extends;
  std::vector<UnitPtr> units;
};

// One line, for tests: (+ x (f 1)), (\E ((x \in S)) (/\ a b)).
std::string to_text(const Node&);
std::string to_text(const Unit&);
std::string to_text(const Module&);  // a unit a line

}  // namespace lorelei::tla
