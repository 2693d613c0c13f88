// SPDX-License-Identifier: GPL-3.0-or-later
// Labels, and what a path names with selectors behind a definition: Op(a)!lab(b), Op!1!2, Op!<<, Op!(x), Op!:!D.
//
// What is named is made a definition of its own: its parameters are those of Op, of the labels, and of the quantifiers
// that are gone through on the way; what is given for all of them together are its arguments.
//
// Source: L. Lamport, "TLA+ 2: a preliminary guide", naming subexpressions.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "tla/resolver.hh"

namespace lorelei::tla {

// Labels

void Resolver::bind_for_labels(const Symbol* symbol) { labels_.bound.push_back(symbol); }

Resolver::Facts Resolver::label(Node& node) {
  if (labels_.is_in_update)
    error(4335, node.word, fmt::format("label {} stands in an EXCEPT, where nothing can be named", node.text));
  else if (!labels_.is_in_definition)
    error(4333, node.word, fmt::format("label {} is in no definition, and could not be named", node.text));
  check_label_parameters(node);
  const auto [known, is_new] = labels_of_[labels_.of].emplace(node.text, &node);
  if (!is_new) error(4336, node.word, fmt::format("there are two labels {} here", node.text));
  const LabelScope inner(*this, {.of = &node, .is_in_definition = true});
  return value(*node.parts[0]);
}

// They are the names that are bound between the label around it and this one, in any order.
void Resolver::check_label_parameters(Node& node) {
  std::set<const Symbol*> given;
  for (auto& parameter : node.parameters) {
    const auto bound = std::find_if(labels_.bound.begin(), labels_.bound.end(),
                                    [&](const auto* symbol) { return symbol->name == parameter.name.text; });
    if (bound == labels_.bound.end()) {
      error(4332, parameter.name.place,
            fmt::format("{} is a parameter of label {}, but not bound around it", parameter.name.text, node.text));
      continue;
    }
    parameter.symbol = *bound;
    if (!given.insert(*bound).second)
      error(4330, parameter.name.place,
            fmt::format("{} is twice a parameter of label {}", parameter.name.text, node.text));
  }
  for (const auto* symbol : labels_.bound)
    if (!given.contains(symbol))
      error(4331, node.word,
            fmt::format("label {} lacks the parameter {}, which is bound around it", node.text, symbol->name),
            fmt::format("write {}({}) ::", node.text, symbol->name));
}

// Parts

// How far a path has come.
struct Resolver::Part {
  const Node* node = nullptr;      // null: of a function's definition, whose bounds come first
  const Unit* function = nullptr;  // that definition
  std::vector<const Node*> lets{};
  std::vector<Parameter> parameters{};
  std::vector<NodePtr> arguments{};
  const void* labels = nullptr;  // the unit or label whose labels may be named next; null: none
  bool is_named = true;          // the last step was by a name
};

bool Resolver::no_part(const Node& selector, std::string_view why) {
  error(0, selector.place, fmt::format("'!{}' names no part of an expression here: {}", selector.text, why));
  return false;
}

// node.parts[from] is the first component behind the name of a definition.
Resolver::Facts Resolver::part(Node& node, std::size_t from, std::uint32_t expected, Facts facts) {
  auto& named = *node.parts[from - 1];
  const auto* symbol = std::exchange(node.symbol, nullptr);
  const auto* unit = symbol->unit;
  const bool is_defined = (symbol->kind == SymbolKind::kOperator || symbol->kind == SymbolKind::kFact) && unit &&
                          unit->body && !symbol->is_standard;
  if (!is_defined || open_units_.contains(unit)) {
    error(0, named.place, fmt::format("{} is not defined by an expression that could have parts here", symbol->name));
    return facts;
  }
  Part at;
  at.node = unit->body.get();
  if (unit->kind == UnitKind::kFunction) at.node = nullptr, at.function = unit;
  at.labels = unit;
  at.parameters = unit->parameters;
  at.arguments = std::move(named.parts);
  named.parts.clear();
  // Not the level of all that is defined; but what stands for constants may be anywhere in it.
  facts.level = symbol->original && symbol->level > symbol->original->level ? symbol->level : Level::kConstant;
  for (const auto& argument : at.arguments) facts.raise(argument->level);
  for (auto i = from; i < node.parts.size(); ++i)
    if (!step(*node.parts[i], at, i + 1 == node.parts.size(), expected, facts)) return facts;

  auto& made = out_.parts.emplace_back();
  made.name = named.kind == NodeKind::kName ? Name{symbol->name, node.place} : Name{};
  made.place = node.place;
  made.parameters = std::move(at.parameters);
  made.body = std::make_unique<Node>();
  made.body->kind = NodeKind::kPart;
  if (at.node) {
    made.body->place = at.node->place;
    made.body->word = at.node->word;
    made.body->level = at.node->level;
    made.body->shared = std::move(at.lets);
    made.body->shared.push_back(at.node);
  } else {
    return error(0, node.place, fmt::format("{} is a function: name it without '!:'", symbol->name)), facts;
  }
  auto& as_symbol = out_.symbols.emplace_back();
  as_symbol.name = made.name.text;
  as_symbol.place = node.place;
  as_symbol.arity = static_cast<std::uint32_t>(made.parameters.size());
  as_symbol.unit = &made;
  as_symbol.module = module_;
  as_symbol.level = at.node->level;
  for (const auto& parameter : made.parameters) as_symbol.parameters.push_back({parameter.arity, true});
  facts.raise(as_symbol.level);
  as_symbol.outer_parameters.assign(facts.parameters.begin(), facts.parameters.end());

  auto selector = std::make_unique<Node>();
  selector->kind = NodeKind::kSelector;
  selector->place = selector->word = node.place;
  selector->symbol = &as_symbol;
  selector->parts = std::move(at.arguments);
  node.parts.resize(from);
  node.parts.push_back(std::move(selector));
  node.symbol = &as_symbol;
  return facts;
}

// False: it is wrong, and was reported.
bool Resolver::step(Node& selector, Part& at, bool is_last, std::uint32_t expected, Facts& facts) {
  if (selector.kind == NodeKind::kName) return step_by_name(selector, at, expected, facts);
  if (selector.text == ":") {
    if (!at.is_named) return no_part(selector, "it stands behind names only");
    // At the end it says that the definition is meant, else that a name of its LET follows.
    if (!is_last) at.labels = nullptr;
    return true;
  }
  at.is_named = false;
  at.labels = nullptr;
  return step_into(selector, at, expected, facts);
}

// A label, or a definition of the LET that has been come to.
bool Resolver::step_by_name(Node& component, Part& at, std::uint32_t expected, Facts& facts) {
  const auto with_arguments = [&](const std::vector<Parameter>& parameters, int code) {
    at.parameters.insert(at.parameters.end(), parameters.begin(), parameters.end());
    if (expected > 0 && component.parts.empty()) return true;
    if (component.parts.size() != parameters.size()) {
      error(code, component.place,
            fmt::format("{} takes {} arguments, not {}", component.text, parameters.size(), component.parts.size()));
      return false;
    }
    for (std::size_t i = 0; i < parameters.size(); ++i)
      facts.add(parameters[i].arity > 0 ? operator_argument(*component.parts[i], parameters[i].arity)
                                        : value(*component.parts[i]));
    std::move(component.parts.begin(), component.parts.end(), std::back_inserter(at.arguments));
    component.parts.clear();
    return true;
  };
  at.is_named = true;
  if (at.labels) {
    const auto& labels = labels_of_[at.labels];
    const auto found = labels.find(component.text);
    if (found == labels.end()) {
      error(4200, component.word, fmt::format("there is no label {} here", component.text),
            "what a LET at its beginning defines is named with '!:!' and its name");
      return false;
    }
    const auto* label = found->second;
    at.node = label->parts[0].get();
    at.function = nullptr;
    at.labels = label;
    return with_arguments(label->parameters, 4337);
  }
  while (at.node && at.node->kind == NodeKind::kLabel) at.node = at.node->parts[0].get();
  if (!at.node || at.node->kind != NodeKind::kLet) return no_part(component, "a name stands behind a LET only");
  for (const auto& unit : at.node->units) {
    if (unit->name.text != component.text || !unit->body) continue;
    at.lets.push_back(at.node);
    at.node = unit->kind == UnitKind::kFunction ? nullptr : unit->body.get();
    at.function = unit->kind == UnitKind::kFunction ? unit.get() : nullptr;
    at.labels = unit.get();
    return with_arguments(unit->parameters, 4204);
  }
  error(4200, component.word, fmt::format("the LET defines no {}", component.text));
  return false;
}

// Of so many; 0: none of them.
static std::size_t number_of(const Node& selector, std::size_t count) {
  if (selector.text == "<<") return count == 1 || count == 2 ? 1 : 0;
  if (selector.text == ">>") return count == 2 ? 2 : 0;
  std::size_t number = 0;
  const auto& text = selector.text;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && number <= count ? number : 0;
}

static bool has_bounds(const Node& node) { return !node.bounds.empty() || node.kind == NodeKind::kLambda; }

// An operand, a bound, or what is behind bounds.
bool Resolver::step_into(Node& selector, Part& at, std::uint32_t expected, Facts& facts) {
  while (at.node && (at.node->kind == NodeKind::kLabel || at.node->kind == NodeKind::kPart))
    at.node = at.node->kind == NodeKind::kLabel ? at.node->parts[0].get() : at.node->shared.back();
  const auto* node = at.node;
  const bool is_body = selector.text == "()" || selector.text == "@";
  if (at.function || has_bounds(*node)) {
    const auto& bounds = at.function ? at.function->bounds : node->bounds;
    const auto* body = at.function ? at.function->body.get() : node->parts[0].get();
    at.function = nullptr;
    if (!is_body) {
      const auto number = number_of(selector, bounds.size());
      if (number == 0 || !bounds[number - 1].set) return no_part(selector, "there are not so many bounds");
      at.node = bounds[number - 1].set.get();
      return true;
    }
    const auto before = at.parameters.size();
    for (const auto& bound : bounds)
      for (std::size_t i = 0; i < bound.symbols.size(); ++i)
        at.parameters.push_back({bound.names[i], 0, bound.symbols[i]});
    if (node && node->kind == NodeKind::kLambda)
      at.parameters.insert(at.parameters.end(), node->parameters.begin(), node->parameters.end());
    at.node = body;
    if (selector.text == "@")
      return expected > 0 || no_part(selector, "its bounds are free, so that it is an operator");
    if (selector.parts.size() != at.parameters.size() - before)
      return no_part(selector, fmt::format("{} names are bound", at.parameters.size() - before));
    for (auto& argument : selector.parts) facts.add(value(*argument));
    std::move(selector.parts.begin(), selector.parts.end(), std::back_inserter(at.arguments));
    selector.parts.clear();
    return true;
  }
  if (is_body) return no_part(selector, "nothing is bound");
  const auto of = [&](std::size_t count) { return number_of(selector, count); };
  std::size_t number = 0;
  switch (node->kind) {
    case NodeKind::kLet:
      if (of(1) == 0) return no_part(selector, "a LET has one part");
      at.lets.push_back(node);
      at.node = node->parts[0].get();
      return true;
    case NodeKind::kInfix:
      // a /\ b /\ c is (a /\ b) /\ c.
      if (node->parts.size() > 2 && node->text != "\\X") {
        if (of(2) == 0) break;
        at.node = of(2) == 2 ? node->parts.back().get() : joined(*node, 0, node->parts.size() - 1);
        return at.node || no_part(selector, "there are too many operands");
      }
      number = of(node->parts.size());
      break;
    case NodeKind::kApply:
      if (of(2) == 2 && node->parts.size() > 2) {
        at.node = joined(*node, 1, node->parts.size() - 1);
        return at.node || no_part(selector, "there are too many operands");
      }
      number = of(2);
      break;
    case NodeKind::kExcept:
    case NodeKind::kField:
      number = of(2);
      if (number == 2) return no_part(selector, "only what stands first can be named there");
      break;
    case NodeKind::kPath:
      if (node->parts.back()->parts.empty()) break;
      number = of(node->parts.back()->parts.size());
      if (number > 0) at.node = node->parts.back()->parts[number - 1].get();
      return number > 0 || no_part(selector, "there are not so many operands");
    default:
      number = of(node->parts.size());
  }
  if (number == 0) return no_part(selector, node->parts.empty() ? "it has none" : "there are not so many operands");
  at.node = node->parts[number - 1].get();
  return true;
}

// Some of the operands, as an expression of their own: like the one they are of, or a tuple of arguments. Null: they
// are more than anybody names so.
const Node* Resolver::joined(const Node& like, std::size_t first, std::size_t count) {
  constexpr std::size_t kMaxJoined = 100;
  if (count > kMaxJoined) return nullptr;
  auto& owner = out_.parts.emplace_back();
  owner.body = std::make_unique<Node>();
  auto& made = *owner.body;
  made.kind = like.kind == NodeKind::kApply ? NodeKind::kTuple : like.kind;
  made.text = like.text;
  made.symbol = like.symbol;
  made.place = like.place;
  made.word = like.word;
  for (auto i = first; i < first + count; ++i) {
    auto& part = made.parts.emplace_back(std::make_unique<Node>());
    part->kind = NodeKind::kPart;
    part->place = like.parts[i]->place;
    part->word = like.parts[i]->word;
    part->level = like.parts[i]->level;
    part->shared = {like.parts[i].get()};
    made.level = std::max(made.level, part->level);
  }
  return &made;
}

}  // namespace lorelei::tla
