// SPDX-License-Identifier: GPL-3.0-or-later
// A PlusCal algorithm as a tree. Both syntaxes give the same tree; blocks of the c-syntax are gone, "elsif" is an "if"
// in the "else".
//
// An expression is the words it is written with: what they mean is up to the parser of modules, which reads the
// translation.
// Its tokens are laid out among themselves (pluscal_layout.hh), Token::place is where the user wrote them.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tla/token.hh"

namespace lorelei::tla::pluscal {

using Tokens = std::vector<Token>;

// Statements within statements. Deeper is an error, so that what walks the tree may recurse.
inline constexpr int kMaxDepth = 150;

enum class Fairness { kNone, kWeak, kStrong };

// Each name has the one the user gave it and the one it has in the translation, which differs where two would clash.
struct Name {
  std::string text, renamed;
  Place place;
};

struct Label {
  enum class Modifier { kNone, kPlus, kMinus };  // "L:+" strongly fair, "L:-" not fair
  Name name = {};
  Modifier modifier = Modifier::kNone;
  bool is_added = false;  // by us
};

struct Variable {
  enum class Start { kAny, kEqual, kIn };  // "v", "v = e", "v \in e"
  Name name = {};
  Start start = Start::kAny;
  Tokens value = {};
};

struct Assignment {
  Token variable;
  Tokens subscript;  // "[i].field" as written; often empty
  Tokens value;
};

struct Binding {
  Token variable;
  bool is_choice = false;  // "x \in S" rather than "x = e"
  Tokens value;
};

struct Statement;
using Statements = std::vector<Statement>;

struct Statement {
  enum class Kind {
    kAssign,
    kIf,
    kWhile,
    kEither,
    kWith,
    kAwait,
    kCall,
    kReturn,
    kGoto,
    kSkip,
    kPrint,
    kAssert,
    kMacro
  };
  Kind kind = Kind::kSkip;
  std::vector<Label> label;             // none or one
  Place place;                          // its first word; in a macro that of the macro's text
  Place used;                           // where the macro is used that it comes from; no source: from none
  Token target;                         // of "call", "goto", a macro
  Tokens expression;                    // of "if", "while", "await", "print", "assert"
  std::vector<Tokens> arguments;        // of "call", a macro
  std::vector<Assignment> assignments;  // of one ":=" statement with its "||"
  std::vector<Binding> bindings;        // of "with"
  std::vector<Statements> parts;        // "if": then, else; "either": clauses; "while", "with": the body
  bool jumps = false;                   // holds, at any depth, a label, "call", "return" or "goto"; set by add_labels()
};

// What has a control state: a process, a set of processes, a procedure, or the algorithm as a whole.
struct Body {
  enum class Kind { kAlgorithm, kProcess, kProcesses, kProcedure };
  Kind kind = Kind::kAlgorithm;
  Name name = {};
  Fairness fairness = Fairness::kNone;  // as written
  Tokens identity = {};                 // of a process "= e", of processes "\in e"
  std::vector<Variable> parameters = {}, locals = {};
  Statements statements = {};
  Place place = {};  // of its first word
};

struct Macro {
  Name name = {};
  std::vector<Token> parameters = {};
  Statements statements = {};
};

struct Algorithm {
  Name name;
  bool is_fair = false;  // "--fair algorithm"
  bool is_c_syntax = false;
  std::vector<Variable> globals;
  bool has_definitions = false;
  Tokens definitions;       // tokens as in the source, not laid out anew
  Place definitions_place;  // the text between "define" and its end
  std::vector<Macro> macros;
  std::vector<Body> procedures;
  std::vector<Body> processes;  // or one kAlgorithm
  std::uint32_t end = 0;        // the byte behind its last word

  bool has_processes() const { return processes.empty() || processes.front().kind != Body::Kind::kAlgorithm; }
};

}  // namespace lorelei::tla::pluscal
