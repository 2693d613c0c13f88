// SPDX-License-Identifier: GPL-3.0-or-later
// What a name means where it is used, and definitions put in or called.
#include <fmt/core.h>

#include <algorithm>

#include "modelcheck/compiler.hh"

namespace lorelei::modelcheck {

using tla::Node;
using tla::NodeKind;
using tla::NodePtr;
using tla::Symbol;
using tla::SymbolKind;

void Compiler::Work::fail_at(const Node& node, std::string text, std::string hint) const {
  throw CompileError{{tla::Diagnostic::Severity::kError, 0, node.place, std::move(text), std::move(hint)}};
}

const Expression* Compiler::Work::name(const Node& node, const Symbol& symbol, const std::vector<NodePtr>& arguments,
                                       const Environment* environment, const Environment* of_arguments, Reads reads) {
  if (environment)
    if (const auto* known = environment->find(&symbol))
      return symbol.is_recursive && known->unit
                 ? called(node, *known->unit, arguments, known->environment, of_arguments, reads)
                 : meaning(node, const_cast<Meaning&>(*known), arguments, of_arguments, reads);
  if (const auto value = compiler_.assignments_.values.find(&symbol); value != compiler_.assignments_.values.end())
    return constant(node, value->second);
  if (const auto other = compiler_.assignments_.replaced.find(&symbol); other != compiler_.assignments_.replaced.end())
    return name(node, *other->second, arguments, nullptr, of_arguments, reads);
  const auto* lexical = environment ? environment->context : nullptr;
  switch (symbol.kind) {
    case SymbolKind::kVariable: {
      const auto number = variable_numbers_.find(&symbol);
      if (number == variable_numbers_.end()) fail_at(node, fmt::format("{} is no variable of this model", symbol.name));
      auto& made = make(node, reads == Reads::kNow ? operations::variable : operations::next_variable);
      made.slot = number->second;
      made.text = symbol.name;
      made.depends.on_state = reads == Reads::kNow;
      made.depends.on_next = reads == Reads::kNext;
      return &made;
    }
    case SymbolKind::kConstant:
      return declared_constant(node, symbol, arguments, of_arguments, reads);
    case SymbolKind::kBuiltIn:
      return built_in(node, symbol.name, arguments, of_arguments, reads);
    case SymbolKind::kFact:
      return expression(*symbol.unit->body, lexical, reads);
    case SymbolKind::kOperator:
      break;
    default:
      fail_at(node, fmt::format("{} has no value here", symbol.name));
  }
  if (const auto* original = without_instances(&symbol, lexical); original != &symbol)
    return name(node, *original, arguments, lexical, of_arguments, reads);
  if (symbol.is_standard)
    if (const auto* known = standard(node, symbol, arguments, of_arguments, reads)) return known;
  return defined(node, symbol, arguments, lexical, of_arguments, reads);
}

const Expression* Compiler::Work::meaning(const Node& node, Meaning& meaning, const std::vector<NodePtr>& arguments,
                                          const Environment* of_arguments, Reads reads) {
  switch (meaning.kind) {
    case Meaning::Kind::kValue:
      return constant(node, meaning.value);
    case Meaning::Kind::kSlot:
      return read_slot(node, meaning.scope, meaning.slot);
    case Meaning::Kind::kText:
      return expression(*meaning.node, meaning.environment, reads);
    case Meaning::Kind::kNeeded:
      return needed(node, meaning, reads);
    case Meaning::Kind::kSymbol:
      return name(node, *meaning.symbol, arguments, meaning.environment, of_arguments, reads);
    case Meaning::Kind::kOperator:
      break;
  }
  if (meaning.unit && meaning.unit->kind == tla::UnitKind::kFunction)
    return function_of(*meaning.unit, *meaning.unit->symbol, meaning.environment, reads);
  return put_in(node, *meaning.parameters, *meaning.node, arguments, meaning.environment, of_arguments, reads);
}

std::uint32_t Compiler::Work::hops_to(const Scope* scope) const {
  std::uint32_t hops = 0;
  for (const auto* at = scope_; at && at != scope; at = at->outer) ++hops;
  return hops;
}

const Expression* Compiler::Work::read_slot(const Node& node, const Scope* scope, std::uint32_t slot) {
  const auto hops = hops_to(scope);
  auto& made = make(node, hops == 0 ? operations::slot : operations::outer_slot);
  made.slot = slot;
  made.hops = hops;
  if (hops == 0)
    made.depends.slots = {slot};
  else
    made.depends.on_outer_frames = true;
  return &made;
}

static bool is_cheap(const Expression& expression) {
  return expression.evaluate == operations::constant || expression.evaluate == operations::slot ||
         expression.evaluate == operations::outer_slot || expression.evaluate == operations::variable ||
         expression.evaluate == operations::next_variable;
}

const Expression* Compiler::Work::needed(const Node& node, Meaning& meaning, Reads reads) {
  auto* const here = std::exchange(scope_, meaning.scope);
  const auto* made = expression(*meaning.node, meaning.environment, reads);
  scope_ = here;
  const bool is_same = here == meaning.scope;
  // What primed variables are may change while a step is looked for.
  const bool is_kept = !is_cheap(*made) && !(meaning.is_of_step && made->depends.on_next) && !made->depends.is_impure;
  if (!is_kept) return is_same ? made : expression(*meaning.node, meaning.environment, reads);
  auto& slot = reads == Reads::kNow ? meaning.slot : meaning.next_slot;
  if (slot == 0) {
    slot = meaning.scope->next_slot++;
    meaning.emptied->push_back(slot);
  }
  auto& once = make(node, operations::need);
  once.slot = slot;
  once.hops = hops_to(meaning.scope);
  once.parts = {made};
  once.depends = made->depends;
  if (!is_same) {
    once.depends.on_outer_frames = true;
    once.depends.slots.clear();
  }
  return &once;
}

Meaning Compiler::Work::operator_meaning(const Node& node, const Environment* environment) {
  Meaning made;
  made.kind = Meaning::Kind::kOperator;
  made.environment = environment;
  if (node.kind == NodeKind::kLambda) {
    made.parameters = &node.parameters;
    made.node = node.parts[0].get();
    return made;
  }
  const auto target = target_of(node, environment);
  if (const auto* known = target.environment ? target.environment->find(target.symbol) : nullptr) return *known;
  made.kind = Meaning::Kind::kSymbol;
  made.symbol = target.symbol;
  made.environment = target.environment;
  return made;
}

Compiler::Work::Target Compiler::Work::target_of(const Node& node, const Environment* environment) {
  if (node.kind != NodeKind::kPath) return {node.symbol, environment, &node.parts};
  const auto* at = environment;
  const auto& selector = *node.parts.back();
  const bool has_selector = selector.kind == NodeKind::kSelector;
  for (std::size_t i = 0; i < node.parts.size(); ++i) {
    const auto& part = *node.parts[i];
    if (part.kind == NodeKind::kSelector || !part.symbol) fail_at(part, "this names nothing");
    const Symbol* symbol = part.symbol;
    if (i > 0 && symbol->original) symbol = symbol->original;  // seen through the part before
    const bool is_last = i + (has_selector ? 2 : 1) == node.parts.size();
    if (is_last && has_selector) return target_of_part(*symbol, selector, at);
    if (const auto* known = at ? at->find(symbol) : nullptr; known && !is_last) {
      at = instance(*known->unit, known->environment, &part.parts, environment);
      continue;
    }
    if (is_last) return {symbol, at, &part.parts};
    const auto* context = at ? at->context : nullptr;
    symbol = without_instances(symbol, context);
    if (!symbol->unit || symbol->unit->kind != tla::UnitKind::kInstance)
      fail_at(part, fmt::format("{} is no instance of a module", part.text));
    at = instance(*symbol->unit, context, &part.parts, environment);
  }
  fail_at(node, "this path names nothing");
}

// A part of a definition is a definition where that one is.
Compiler::Work::Target Compiler::Work::target_of_part(const Symbol& of, const Node& selector, const Environment* at) {
  const auto* known = at ? at->find(&of) : nullptr;
  const auto* lexical = known ? known->environment : at ? at->context : nullptr;
  if (!known) without_instances(&of, lexical);
  const auto& unit = *selector.symbol->unit;
  Meaning meaning;
  meaning.kind = Meaning::Kind::kOperator;
  meaning.parameters = &unit.parameters;
  meaning.node = unit.body.get();
  meaning.environment = lexical;
  auto& made = environment(lexical);
  made.names.emplace_back(selector.symbol, meaning);
  return {selector.symbol, &made, &selector.parts};
}

Environment* Compiler::Work::with_arguments(const std::vector<tla::Parameter>& parameters,
                                            const std::vector<NodePtr>& arguments, const Environment* lexical,
                                            const Environment* of_arguments, std::vector<std::uint32_t>& emptied,
                                            bool for_step) {
  auto& made = environment(lexical);
  for (std::size_t i = 0; i < parameters.size() && i < arguments.size(); ++i) {
    if (parameters[i].arity > 0) {
      made.names.emplace_back(parameters[i].symbol, operator_meaning(*arguments[i], of_arguments));
      continue;
    }
    Meaning meaning;
    meaning.kind = Meaning::Kind::kNeeded;
    meaning.node = arguments[i].get();
    meaning.environment = of_arguments;
    meaning.scope = scope_;
    meaning.emptied = &emptied;
    meaning.is_of_step = for_step;
    made.names.emplace_back(parameters[i].symbol, meaning);
  }
  return &made;
}

const Expression* Compiler::Work::put_in(const Node& node, const std::vector<tla::Parameter>& parameters,
                                         const Node& body, const std::vector<NodePtr>& arguments,
                                         const Environment* lexical, const Environment* of_arguments, Reads reads) {
  if (parameters.size() != arguments.size())
    fail_at(node, fmt::format("{} arguments are needed here, not {}", parameters.size(), arguments.size()));
  if (parameters.empty()) return expression(body, lexical, reads);
  auto& emptied = emptied_.emplace_back();
  const auto* inner = with_arguments(parameters, arguments, lexical, of_arguments, emptied, false);
  const auto* made = expression(body, inner, reads);
  if (emptied.empty()) return made;
  auto& with = make(node, operations::with_slots);
  with.slots = emptied;
  with.parts = {made};
  return done(with);
}

const Expression* Compiler::Work::defined(const Node& node, const Symbol& symbol, const std::vector<NodePtr>& arguments,
                                          const Environment* lexical, const Environment* of_arguments, Reads reads) {
  if (!symbol.unit || !symbol.unit->body) fail_at(node, fmt::format("{} has no definition", symbol.name));
  const auto key = std::make_pair(&symbol, lexical);
  if (const auto known = constants_.find(key); known != constants_.end()) return known->second;
  const auto& unit = *symbol.unit;
  const Expression* made = nullptr;
  const bool has_one_value = unit.parameters.empty() && symbol.level == tla::Level::kConstant;
  const bool was_in_constant = std::exchange(is_in_constant_, is_in_constant_ || has_one_value);
  if (unit.kind == tla::UnitKind::kFunction)
    made = function_of(unit, symbol, lexical, reads);
  else if (symbol.is_recursive)
    made = called(node, unit, arguments, lexical, of_arguments, reads);
  else
    made = put_in(node, unit.parameters, *unit.body, arguments, lexical, of_arguments, reads);
  is_in_constant_ = was_in_constant;
  if (arguments.empty() && made->evaluate == operations::constant) constants_.emplace(key, made);
  return made;
}

// Calls

static bool is_same(const Meaning& a, const Meaning& b) {
  return a.kind == b.kind && a.node == b.node && a.environment == b.environment && a.symbol == b.symbol &&
         a.value == b.value;
}

// What was compiled with the same meanings, where its scope can be seen from here; null: nothing.
Definition* Compiler::Work::known_definition(const std::deque<Known>& all, const tla::Unit& unit,
                                             const Environment* lexical, Reads reads,
                                             const std::vector<std::pair<const Symbol*, Meaning>>& operators) const {
  for (const auto& known : all) {
    bool is_it = known.unit == &unit && known.lexical == lexical && known.reads == reads &&
                 known.operators.size() == operators.size();
    for (std::size_t i = 0; is_it && i < operators.size(); ++i)
      is_it = is_same(known.operators[i].second, operators[i].second);
    const Scope* at = scope_;
    while (at && at != known.scope->outer) at = at->outer;
    if (is_it && at) return known.definition;
  }
  return nullptr;
}

Definition* Compiler::Work::definition_of(const tla::Unit& unit, const Environment* lexical, Reads reads,
                                          const std::vector<std::pair<const Symbol*, Meaning>>& operators) {
  if (auto* known = known_definition(known_, unit, lexical, reads, operators)) return known;
  if (known_.size() > 5000)
    throw CompileError{{tla::Diagnostic::Severity::kError, 0, unit.place,
                        fmt::format("{} is called with ever new operators", unit.name.text), ""}};
  const bool is_global = !lexical && std::all_of(operators.begin(), operators.end(), [](const auto& one) {
    return one.second.kind == Meaning::Kind::kSymbol && !one.second.environment;
  });
  auto& made = compiler_.definitions_.emplace_back();
  made.name = unit.name.text;
  auto& scope = scopes_.emplace_back();
  scope.outer = is_global ? &root_ : scope_;
  scope.definition = &made;
  known_.push_back({&unit, lexical, reads, operators, &made, &scope});

  auto* const before = std::exchange(scope_, &scope);
  ++open_definitions_;
  auto& inner = environment(lexical);
  inner.names = operators;
  const auto bind = [&](const Symbol* symbol) {
    Meaning meaning;
    meaning.scope = &scope;
    meaning.slot = new_slot();
    inner.names.emplace_back(symbol, meaning);
  };
  for (const auto& parameter : unit.parameters)
    if (parameter.arity == 0) bind(parameter.symbol);
  for (const auto& bound : unit.bounds)
    for (const auto* symbol : bound.symbols) bind(symbol);
  const auto* body = expression(*unit.body, &inner, reads);
  scope_ = before;
  made.body = body;
  made.frame_size = scope.next_slot;
  made.depends = body->depends;
  made.depends.slots.clear();
  if (--open_definitions_ == 0) made.depends.is_open = false;
  return &made;
}

const Expression* Compiler::Work::called(const Node& node, const tla::Unit& unit, const std::vector<NodePtr>& arguments,
                                         const Environment* lexical, const Environment* of_arguments, Reads reads) {
  if (unit.kind == tla::UnitKind::kFunction) return function_of(unit, *unit.symbol, lexical, reads);
  std::vector<std::pair<const Symbol*, Meaning>> operators;
  for (std::size_t i = 0; i < unit.parameters.size() && i < arguments.size(); ++i)
    if (unit.parameters[i].arity > 0)
      operators.emplace_back(unit.parameters[i].symbol, operator_meaning(*arguments[i], of_arguments));
  auto& made = make(node, operations::call);
  for (std::size_t i = 0; i < unit.parameters.size() && i < arguments.size(); ++i)
    if (unit.parameters[i].arity == 0) made.parts.push_back(expression(*arguments[i], of_arguments, reads));
  auto* definition = definition_of(unit, lexical, reads, operators);
  made.definition = definition;
  for (const auto& known : known_)
    if (known.definition == definition) made.hops = hops_to(known.scope->outer);
  if (definition->body)
    made.depends = definition->depends;
  else
    made.depends.is_open = true;
  return done(made);
}

// Functions that are defined

const Expression* Compiler::Work::function_of(const tla::Unit& unit, const Symbol& symbol, const Environment* lexical,
                                              Reads reads) {
  if (!building_.insert(&unit).second)
    fail_at(*unit.body, fmt::format("{} is used in its own definition without an argument", symbol.name));
  auto& made = make(*unit.body, operations::function);
  const auto* inner = bind_bounds(unit.bounds, lexical, reads, made);
  made.parts.push_back(expression(*unit.body, inner, reads));
  building_.erase(&unit);
  return done(made);
}

const Expression* Compiler::Work::lazily_applied(const Node& node, const Symbol& symbol, const Environment* lexical,
                                                 const Expression* argument, Reads reads) {
  const auto& unit = *symbol.unit;
  auto* definition = definition_of(unit, lexical, reads, {});
  auto& made = make(node, operations::lazy_function);
  made.definition = definition;
  for (const auto& known : known_)
    if (known.definition == definition) made.hops = hops_to(known.scope->outer);
  // Its names stand in the first slots, in their order.
  std::uint32_t slot = 1;
  std::vector<const Expression*> sets;
  for (const auto& bound : unit.bounds) {
    const auto* set = expression(*bound.set, lexical, reads);
    if (bound.is_tuple) {
      auto& dimension = made.dimensions.emplace_back();
      dimension.is_tuple = true;
      for (std::size_t i = 0; i < bound.names.size(); ++i) dimension.slots.push_back(slot++);
      sets.push_back(set);
      continue;
    }
    for (std::size_t i = 0; i < bound.names.size(); ++i) {
      made.dimensions.push_back({0, false, {slot++}});
      sets.push_back(set);
    }
  }
  const Expression* domain = sets[0];
  if (sets.size() > 1) {
    auto& all = make(node, operations::product_set);
    all.parts = sets;
    domain = done(all);
  }
  made.parts = {argument, domain};
  if (definition->body)
    made.depends = definition->depends;
  else
    made.depends.is_open = true;
  return done(made);
}

const Expression* Compiler::Work::declared_constant(const Node& node, const Symbol& symbol,
                                                    const std::vector<NodePtr>& arguments,
                                                    const Environment* of_arguments, Reads reads) {
  const auto points = compiler_.assignments_.points.find(&symbol);
  if (points == compiler_.assignments_.points.end())
    fail_at(node, fmt::format("the constant {} has no value", symbol.name),
            fmt::format("give it one in the .cfg: CONSTANT {} = ...", symbol.name));
  auto& made = make(node, operations::choice_of_arms);
  for (const auto& [values, result] : points->second) {
    auto& matches = make(node, operations::conjunction);
    for (std::size_t i = 0; i < values.size() && i < arguments.size(); ++i) {
      auto& equal = make(node, operations::equality);
      equal.parts = {expression(*arguments[i], of_arguments, reads), constant(node, values[i])};
      matches.parts.push_back(done(equal));
    }
    made.parts.push_back(done(matches));
    made.parts.push_back(constant(node, result));
  }
  return done(made);
}

}  // namespace lorelei::modelcheck
