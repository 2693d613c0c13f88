// SPDX-License-Identifier: GPL-3.0-or-later
// The walk behind tla/resolve: modules and units in resolve.cc, instances in resolve_instance.cc, expressions in
// resolve_expression.cc, names and their arguments in resolve_name.cc, operators as arguments in resolve_argument.cc,
// labels and what paths with selectors name in resolve_part.cc, RECURSIVE in resolve_recursion.cc.
//
// There is one table of the names in scope, with a record of what was added, so that a scope ends by taking back what
// came since it began. Nothing may hide another name in TLA+: a second meaning is an error.
#pragma once
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tla/resolve.hh"

namespace lorelei::tla {

class Resolver {
 public:
  Resolver(const Specification& specification, std::vector<Diagnostic>& diagnostics);
  ResolvedNames run();
  void run_later(ResolvedNames&, Node&);

 private:
  // Of an expression: its level for constant parameters, and which parameters and declared constants are on top of
  // that.
  struct Facts {
    Level level = Level::kConstant;
    std::set<Symbol*> parameters{};
    std::map<std::pair<Symbol*, std::uint32_t>, ArgumentUse> uses{};  // by operator and index

    void add(Facts);
    void add(const ArgumentUse&);
    void raise(Level to) { level = std::max(level, to); }
  };
  // What stands for a parameter, or for what a module declares.
  struct Actual {
    Facts facts{};
    const Node* lambda = nullptr;
    Symbol* symbol = nullptr;  // where it is an operator, and no LAMBDA
  };
  using Actuals = std::unordered_map<const Symbol*, Actual>;
  // The two codes of a use that goes too high: by itself, or by what stands for a parameter in it.
  struct UseCodes {
    int itself, by_parameter;
  };
  using Exports = std::vector<Symbol*>;
  struct ModuleFacts {
    Exports exports;   // without what is LOCAL
    Exports declared;  // constants and variables, also those of modules it extends
    bool is_known = true;
  };
  struct InstanceFacts {
    std::unordered_map<std::string, Symbol*> names;
    bool is_known = true;
  };
  class Scope;

  void error(int code, const Place&, std::string text, std::string hint = {});
  void warn(int code, const Place&, std::string text, std::string hint = {});

  // names
  Symbol* make(SymbolKind, const Name&, std::uint32_t arity = 0);
  Symbol* find(const std::string&) const;
  void bind(Symbol*);                     // in scope from here on
  bool define(Symbol*);                   // bind(), unless it is an error
  Symbol* undefined(const Name&);         // says so
  std::string said(const Symbol&) const;  // "at FILE:LINE"

  // modules and units: resolve.cc
  void module(Module&, bool is_standard);
  void extend(const Name&, ModuleFacts&);
  void units(std::vector<UnitPtr>&, ModuleFacts* facts);
  void unit(Unit&, ModuleFacts* facts);
  void declare(Unit&, SymbolKind, ModuleFacts*);
  void operator_definition(Unit&, ModuleFacts*);
  void fact(Unit&, ModuleFacts*);
  std::vector<Symbol*> bind_parameters(std::vector<Parameter>&);
  void bind_bounds(std::vector<Bound>&, Facts&, Level highest);

  // recursive definitions: resolve_recursion.cc
  void recursive(Unit&);
  Symbol* symbol_of(Unit&, std::uint32_t arity);
  void check_recursive_section(const Unit&);
  void check_all_defined(std::size_t since);
  void end_of_recursive();

  // instances: resolve_instance.cc
  void instance(Unit&, ModuleFacts*);
  bool substitutions(Unit&, const ModuleFacts& of, const std::map<std::string, const Substitution*>&, bool is_constant);
  Facts implicit_substitution(const Unit&, Symbol& declared, bool is_constant);
  Facts substitute(const Substitution&, const Symbol& declared, bool is_constant);
  void check_uses(const Unit&, const ModuleFacts& of, const Actuals&);
  Symbol* seen_through(const Unit&, Symbol& original, const Actuals&);
  void take_in(const Unit&, Symbol* symbol, ModuleFacts*);

  // expressions: resolve_expression.cc
  Facts expression(Node&);
  Facts all_parts(Node&, Level highest);
  Facts limited(Node&, Level highest);
  void limit(const Node&, const Facts&, Level highest, const std::string& why);
  Facts dispatch(Node&);
  Facts application(Node&);
  Facts built_in(Node&, const Symbol&);
  Facts logical(Node&);
  Facts quantifier(Node&);
  Facts temporal_quantifier(Node&);
  Facts constructor(Node&);
  Facts function_application(Node&);
  Facts record(Node&);
  Facts except(Node&);
  Facts let(Node&);
  Facts lambda(Node&);
  Facts action(Node&);

  // names and arguments: resolve_name.cc
  Facts named(Node&);
  Facts path(Node&, std::uint32_t expected = 0);  // expected: as an operator that takes so many arguments
  Facts apply(Node&, Symbol&);
  Facts operator_argument(Node&, std::uint32_t arity);
  Facts value(Node&);  // an expression that must not be a LAMBDA

  // operators as arguments: resolve_argument.cc
  static Facts of_reference(Symbol&);
  static void forbid_leibniz(const Facts&);
  ArgumentUse with_actuals(const ArgumentUse&, const Actuals&) const;
  void check_use(const ArgumentUse& before, ArgumentUse after, const Actual& actual, const Place&, UseCodes, Facts&);

  // labels and parts: resolve_part.cc
  struct Labels {
    std::vector<const Symbol*> bound{};  // names bound since the definition or label around
    const void* of = nullptr;            // that unit, or node
    bool is_in_definition = false, is_in_update = false;
  };
  class LabelScope;
  struct Part;
  Facts label(Node&);
  void check_label_parameters(Node&);
  void bind_for_labels(const Symbol*);
  Facts part(Node&, std::size_t from, std::uint32_t expected, Facts);
  bool step(Node& selector, Part&, bool is_last, std::uint32_t expected, Facts&);
  bool step_by_name(Node& component, Part&, std::uint32_t expected, Facts&);
  bool step_into(Node& selector, Part&, std::uint32_t expected, Facts&);
  const Node* joined(const Node& like, std::size_t first, std::size_t count);
  bool no_part(const Node& selector, std::string_view why);

  const Specification& specification_;
  std::vector<Diagnostic>& diagnostics_;
  ResolvedNames out_;
  std::unordered_map<std::string, Symbol*> names_;
  std::vector<std::pair<std::string, Symbol*>> added_;  // name, what it meant before
  std::map<std::string, ModuleFacts> modules_;
  std::unordered_map<const Symbol*, InstanceFacts> instances_;
  std::vector<Symbol*> pending_;       // RECURSIVE, not defined yet
  std::vector<std::string> defining_;  // the names whose bodies we are in
  std::size_t let_depth_ = 0;
  std::unordered_map<const Symbol*, std::size_t> pending_depth_;
  Symbol* recursive_ = nullptr;                           // in whose definition we are
  std::set<std::pair<Symbol*, Symbol*>> recursive_uses_;  // user, used: of the section that is read
  const Module* module_ = nullptr;
  bool is_standard_ = false;
  bool knows_all_ = true;    // all modules that this one extends were found
  std::size_t updates_ = 0;  // how many values of EXCEPT we are in
  Labels labels_;
  std::map<const void*, std::map<std::string, const Node*>> labels_of_;  // by unit or label around them
  std::set<const Unit*> open_units_;                                     // whose bodies are not read to their end
};

// What is taken back when a scope ends.
class Resolver::Scope {
 public:
  explicit Scope(Resolver& resolver)
      : resolver_(resolver), size_(resolver.added_.size()), bound_(resolver.labels_.bound.size()) {}
  ~Scope() {
    resolver_.labels_.bound.resize(std::min(bound_, resolver_.labels_.bound.size()));
    while (resolver_.added_.size() > size_) {
      auto& [name, before] = resolver_.added_.back();
      if (before)
        resolver_.names_[name] = before;
      else
        resolver_.names_.erase(name);
      resolver_.added_.pop_back();
    }
  }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  Resolver& resolver_;
  std::size_t size_, bound_;
};

// The labels in a definition, which are named behind it; nowhere else do they have a meaning.
class Resolver::LabelScope {
 public:
  LabelScope(Resolver& resolver, Labels labels)
      : resolver_(resolver), outer_(std::exchange(resolver.labels_, std::move(labels))) {}
  ~LabelScope() { resolver_.labels_ = std::move(outer_); }
  LabelScope(const LabelScope&) = delete;
  LabelScope& operator=(const LabelScope&) = delete;

 private:
  Resolver& resolver_;
  Labels outer_;
};

// TRUE, BOOLEAN, and the operators of TLA+ itself.
std::vector<Symbol> built_in_symbols();
const char* name_of(Level);

}  // namespace lorelei::tla
