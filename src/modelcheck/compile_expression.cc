// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "modelcheck/compiler.hh"

namespace lorelei::modelcheck {

using tla::Node;
using tla::NodeKind;
using tla::NodePtr;

static constexpr std::size_t kMaxDepth = 3000;
static const std::vector<NodePtr> kNoParts;

Compiler::Work::Work(Compiler& compiler)
    : compiler_(compiler), folding_(compiler.heap_, compiler.world_, compiler.variables_.size(), 1 << 16) {
  for (const auto& loaded : compiler.specification_.modules)
    if (loaded.module) collect_modules(*loaded.module);
  for (std::size_t i = 0; i < compiler.variables_.size(); ++i)
    variable_numbers_[compiler.variables_[i]] = static_cast<std::uint32_t>(i);
}

Environment& Compiler::Work::environment(const Environment* outer) {
  auto& made = environments_.emplace_back();
  made.outer = outer;
  made.context = outer ? outer->context : nullptr;
  return made;
}

Expression& Compiler::Work::make(const Node& node, Expression::Evaluate evaluate) {
  auto& made = compiler_.expressions_.emplace_back();
  made.evaluate = evaluate;
  made.node = &node;
  return made;
}

const Expression* Compiler::Work::constant(const Node& node, Value value) {
  auto& made = make(node, operations::constant);
  made.value = value;
  return &made;
}

// Forms that are met often and can be evaluated with less ado.
static void specialise(Expression& made) {
  if (made.evaluate == operations::equality) {
    if (made.parts[0]->evaluate == operations::constant) std::swap(made.parts[0], made.parts[1]);
    if (made.parts[1]->evaluate != operations::constant) return;
    made.evaluate = operations::constant_equality;
    made.value = made.parts[1]->value;
  } else if (made.evaluate == operations::application && made.parts[0]->evaluate == operations::variable &&
             made.parts[1]->evaluate == operations::slot) {
    made.evaluate = operations::variable_application;
  }
}

const Expression* Compiler::Work::done(Expression& made) {
  for (const auto* part : made.parts) made.depends.add(part->depends);
  if (made.evaluate != operations::lazy_function) {
    for (const auto& dimension : made.dimensions) made.depends.remove(dimension.slots);
    if (made.evaluate == operations::selection || made.evaluate == operations::except_one ||
        made.evaluate == operations::except)
      made.depends.remove({made.slot});
    if (made.evaluate == operations::sorted_sequence || made.evaluate == operations::bag_of_all ||
        made.evaluate == operations::get_and_set_register)
      made.depends.remove(made.slots);
  }
  specialise(made);
  if (!made.depends.on_nothing() || made.evaluate == operations::late_failure) return &made;
  try {
    folding_.restart(std::max<std::size_t>(root_.next_slot, scope_->next_slot) + 1);
    // What other expressions have left in these slots is not what is needed here.
    std::fill(folding_.frame, folding_.top, Value{});
    made.value = folding_.evaluate(made);
    made.evaluate = operations::constant;
  } catch (const EvaluationError&) {
    // It fails when it is evaluated, if it ever is.
  }
  return &made;
}

const Expression* Compiler::Work::expression(const Node& node, const Environment* environment, Reads reads) {
  if (++depth_ > kMaxDepth) fail_at(node, "definitions are nested too deep here", "one of them may need RECURSIVE");
  const auto* made = dispatch(node, environment, reads);
  --depth_;
  return made;
}

const Expression* Compiler::Work::dispatch(const Node& node, const Environment* environment, Reads reads) {
  switch (node.kind) {
    case NodeKind::kNumber:
      return number(node);
    case NodeKind::kString:
      return constant(node, compiler_.heap_.string(node.text));
    case NodeKind::kAt: {
      const auto* known = environment ? environment->find(&at_) : nullptr;
      if (!known) fail_at(node, "@ is in no EXCEPT here");
      return read_slot(node, known->scope, known->slot);
    }
    case NodeKind::kName:
      if (!node.symbol) fail_at(node, fmt::format("{} is not defined", node.text));
      return name(node, *node.symbol, node.parts, environment, environment, reads);
    case NodeKind::kPath: {
      const auto target = target_of(node, environment);
      return name(node, *target.symbol, *target.arguments, target.environment, environment, reads);
    }
    case NodeKind::kPrefix:
    case NodeKind::kInfix:
    case NodeKind::kPostfix:
      return operation(node, environment, reads);
    case NodeKind::kJunction:
      return all(node, node.text == "/\\" ? operations::conjunction : operations::disjunction, environment, reads);
    case NodeKind::kTuple:
      return all(node, operations::tuple, environment, reads);
    case NodeKind::kSetList:
      return all(node, operations::set_list, environment, reads);
    case NodeKind::kFunctionSet:
      return all(node, operations::functions, environment, reads);
    case NodeKind::kIf:
      return all(node, operations::if_then_else, environment, reads);
    case NodeKind::kSetFilter:
      return with_bounds(node, operations::set_filter, environment, reads);
    case NodeKind::kSetMap:
      return with_bounds(node, operations::set_map, environment, reads);
    case NodeKind::kFunction:
      return with_bounds(node, operations::function, environment, reads);
    case NodeKind::kForall:
      return with_bounds(node, operations::forall, environment, reads);
    case NodeKind::kExists:
      return with_bounds(node, operations::exists, environment, reads);
    case NodeKind::kChoose:
      return with_bounds(node, operations::choose, environment, reads);
    case NodeKind::kApply:
      return application(node, environment, reads);
    case NodeKind::kField: {
      auto& made = make(node, operations::application);
      made.parts = {expression(*node.parts[0], environment, reads), constant(node, field_name(node.text))};
      return done(made);
    }
    case NodeKind::kRecord:
      return set_of_records(node, operations::record, environment, reads);
    case NodeKind::kRecordSet:
      return set_of_records(node, operations::records, environment, reads);
    case NodeKind::kExcept:
      return except(node, environment, reads);
    case NodeKind::kCase:
      return cases(node, environment, reads);
    case NodeKind::kLet:
      return let(node, environment, reads);
    case NodeKind::kLabel:
      return expression(*node.parts[0], environment, reads);
    case NodeKind::kPart:
      return part(node, environment, reads);
    case NodeKind::kBoxAction: {
      auto& made = make(node, operations::disjunction);
      made.parts = {expression(*node.parts[0], environment, reads),
                    unchanged(*node.parts[1], node, environment, reads)};
      return done(made);
    }
    case NodeKind::kAngleAction: {
      auto& same = make(node, operations::negation);
      same.parts = {unchanged(*node.parts[1], node, environment, reads)};
      auto& made = make(node, operations::conjunction);
      made.parts = {expression(*node.parts[0], environment, reads), done(same)};
      return done(made);
    }
    default:
      fail_at(node, "this cannot be evaluated");
  }
}

// Which variables it reads. False: it does more than that.
static bool reads_only(const Expression& expression, std::set<std::uint32_t>& variables,
                       std::set<const Definition*>& seen) {
  if (expression.evaluate == operations::variable) variables.insert(expression.slot);
  if (expression.step || expression.depends.on_next || expression.depends.is_impure) return false;
  if (expression.definition && seen.insert(expression.definition).second &&
      !reads_only(*expression.definition->body, variables, seen))
    return false;
  return std::all_of(expression.parts.begin(), expression.parts.end(),
                     [&](const auto* part) { return reads_only(*part, variables, seen); });
}

const Expression* Compiler::Work::memoised(const Expression& expression) {
  if (expression.evaluate == operations::conjunction) {
    auto& made = make(*expression.node, operations::conjunction);
    for (const auto* part : expression.parts) made.parts.push_back(memoised(*part));
    return done(made);
  }
  std::set<std::uint32_t> variables;
  std::set<const Definition*> seen;
  if (!reads_only(expression, variables, seen) || variables.empty() || variables.size() > Machine::Memo::kKeys)
    return &expression;
  auto& made = make(*expression.node, operations::memoised);
  made.parts = {&expression};
  made.depends = expression.depends;
  made.slots.assign(variables.begin(), variables.end());
  made.slot = memos_++;
  return &made;
}

const Expression* Compiler::Work::number(const Node& node) {
  std::string_view digits = node.text;
  int base = 10;
  if (digits.size() > 2 && digits[0] == '\\') {
    base = (digits[1] | 32) == 'b' ? 2 : (digits[1] | 32) == 'o' ? 8 : 16;
    digits.remove_prefix(2);
  }
  std::int64_t value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size())
    fail_at(node, fmt::format("{} does not fit into 64 bits", node.text));
  if (compiler_.heap_.has_32_bits && value > INT32_MAX)
    fail_at(node, fmt::format("{} does not fit into 32 bits", node.text));
  return constant(node, compiler_.heap_.integer(value));
}

const Expression* Compiler::Work::all(const Node& node, Expression::Evaluate evaluate, const Environment* environment,
                                      Reads reads) {
  auto& made = make(node, evaluate);
  for (const auto& part : node.parts) made.parts.push_back(expression(*part, environment, reads));
  return done(made);
}

const Expression* Compiler::Work::operation(const Node& node, const Environment* environment, Reads reads) {
  if (!node.symbol) fail_at(node, fmt::format("{} is not defined", node.text));
  return name(node, *node.symbol, node.parts, environment, environment, reads);
}

const Expression* Compiler::Work::built_in(const Node& node, const std::string& name, const std::vector<NodePtr>& parts,
                                           const Environment* environment, Reads reads) {
  static const std::map<std::string, Expression::Evaluate, std::less<>> kOperations = {
      {"/\\", operations::conjunction},   {"\\/", operations::disjunction},  {"=>", operations::implication},
      {"<=>", operations::equivalence},   {"~", operations::negation},       {"=", operations::equality},
      {"/=", operations::inequality},     {"\\cup", operations::set_union},  {"\\cap", operations::set_intersection},
      {"\\", operations::set_difference}, {"\\X", operations::product_set},  {"SUBSET", operations::all_subsets},
      {"UNION", operations::big_union},   {"DOMAIN", operations::domain_of},
  };
  if (name == "\\subseteq") return inclusion(node, parts, environment, reads);
  if (const auto found = kOperations.find(name); found != kOperations.end()) {
    auto& made = make(node, found->second);
    for (const auto& part : parts) made.parts.push_back(expression(*part, environment, reads));
    return done(made);
  }
  if (name == "\\in" || name == "\\notin") return membership(node, parts, environment, reads, name == "\\in");
  if (name == "TRUE" || name == "FALSE") return constant(node, boolean(name == "TRUE"));
  if (name == "BOOLEAN") {
    std::vector<Value> both = {kFalse, kTrue};
    return constant(node, compiler_.heap_.set(both));
  }
  if (name == "STRING") return constant(node, compiler_.heap_.described(Kind::kStrings, {}));
  if (name == "'") {
    if (reads == Reads::kNext) fail_at(node, "what is primed already cannot be primed again");
    return expression(*parts[0], environment, Reads::kNext);
  }
  if (name == "UNCHANGED") return unchanged(*parts[0], node, environment, reads);
  if (name == "ENABLED") return enabled(node, *parts[0], environment);
  fail_at(node, fmt::format("{} is about a whole behaviour and cannot be evaluated here", name));
}

const Expression* Compiler::Work::unchanged(const Node& operand, const Node& node, const Environment* environment,
                                            Reads reads) {
  if (reads == Reads::kNext) fail_at(node, "UNCHANGED cannot be primed");
  auto& made = make(node, operations::equality);
  made.parts = {expression(operand, environment, Reads::kNext), expression(operand, environment, Reads::kNow)};
  return done(made);
}

const Expression* Compiler::Work::enabled(const Node& node, const Node& action, const Environment* environment) {
  auto& made = make(node, operations::enabled);
  made.step = step(action, environment, StepMode{});
  made.depends.on_state = true;
  made.depends.on_outer_frames = true;  // what it reads is not looked into
  return &made;
}

// The same set with its elements made, unless they are sets that are too large for it.
const Expression* Compiler::Work::made_once(const Node& node, const Expression* set) {
  try {
    return constant(node, normal(compiler_.heap_, set->value));
  } catch (const EvaluationError&) {
    return set;
  }
}

const Environment* Compiler::Work::bind_bounds(const std::vector<tla::Bound>& bounds, const Environment* outer,
                                               Reads reads, Expression& made) {
  auto& inner = environment(outer);
  for (const auto& bound : bounds) {
    if (!bound.set)
      fail_at(*made.node, "names that range over everything cannot be evaluated", "give them a set: x \\in S");
    const auto* set = expression(*bound.set, outer, reads);
    // What is gone through again and again has its elements made once.
    if (set->evaluate == operations::constant && compiler_.heap_.is_set(set->value) &&
        compiler_.heap_.kind(set->value) != Kind::kInterval && is_finite(compiler_.heap_, set->value) &&
        static_cast<std::uint64_t>(cardinality(compiler_.heap_, set->value)) <= compiler_.heap_.max_set_size)
      set = made_once(*bound.set, set);
    const auto number = static_cast<std::uint32_t>(made.parts.size());
    made.parts.push_back(set);
    const auto bind = [&](const Symbol* symbol) {
      Meaning meaning;
      meaning.scope = scope_;
      meaning.slot = new_slot();
      inner.names.emplace_back(symbol, meaning);
      return meaning.slot;
    };
    if (bound.is_tuple) {
      Dimension dimension{number, true, {}};
      for (const auto* symbol : bound.symbols) dimension.slots.push_back(bind(symbol));
      made.dimensions.push_back(std::move(dimension));
      continue;
    }
    for (const auto* symbol : bound.symbols) made.dimensions.push_back({number, false, {bind(symbol)}});
  }
  return &inner;
}

const Expression* Compiler::Work::with_bounds(const Node& node, Expression::Evaluate evaluate,
                                              const Environment* environment, Reads reads) {
  auto& made = make(node, evaluate);
  const auto* inner = bind_bounds(node.bounds, environment, reads, made);
  made.parts.push_back(expression(*node.parts[0], inner, reads));
  return done(made);
}

// A record, or a set of them: fields in the order of their names' values.
const Expression* Compiler::Work::set_of_records(const Node& node, Expression::Evaluate evaluate,
                                                 const Environment* environment, Reads reads) {
  auto& made = make(node, evaluate);
  std::vector<std::pair<Value, const Expression*>> fields;
  for (std::size_t i = 0; i < node.names.size(); ++i)
    fields.emplace_back(field_name(node.names[i].text), expression(*node.parts[i], environment, reads));
  std::sort(fields.begin(), fields.end(),
            [&](const auto& a, const auto& b) { return compiler_.heap_.compare(a.first, b.first) < 0; });
  std::vector<Value> names;
  for (const auto& [name, part] : fields) {
    names.push_back(name);
    made.parts.push_back(part);
  }
  made.value = compiler_.heap_.sorted_set(names);
  return done(made);
}

const Expression* Compiler::Work::application(const Node& node, const Environment* environment, Reads reads) {
  const auto& function = *node.parts[0];
  const Expression* argument = nullptr;
  if (node.parts.size() == 2) {
    argument = expression(*node.parts[1], environment, reads);
  } else {
    auto& tuple = make(node, operations::tuple);
    for (std::size_t i = 1; i < node.parts.size(); ++i)
      tuple.parts.push_back(expression(*node.parts[i], environment, reads));
    argument = done(tuple);
  }
  // A function that is defined may be over an infinite set, and use itself: it is applied without being made.
  if ((function.kind == NodeKind::kName || function.kind == NodeKind::kPath) && function.symbol) {
    const auto target = target_of(function, environment);
    const auto* symbol = target.symbol;
    const auto* lexical = target.environment;
    const auto* known = lexical ? lexical->find(symbol) : nullptr;
    const tla::Unit* unit = nullptr;
    if (known) {
      unit = known->kind == Meaning::Kind::kOperator ? known->unit : nullptr;
      lexical = known->environment;
    } else if (symbol->kind == tla::SymbolKind::kOperator && !compiler_.assignments_.values.contains(symbol) &&
               !compiler_.assignments_.replaced.contains(symbol)) {
      lexical = lexical ? lexical->context : nullptr;
      symbol = without_instances(symbol, lexical);
      unit = symbol->unit;
    }
    if (unit && unit->kind == tla::UnitKind::kFunction) {
      const Expression* whole = nullptr;
      if (!building_.contains(unit))
        whole = name(function, *target.symbol, kNoParts, target.environment, environment, reads);
      if (!whole || whole->evaluate != operations::constant)
        return lazily_applied(node, *symbol, lexical, argument, reads);
    }
  }
  auto& made = make(node, operations::application);
  made.parts = {expression(function, environment, reads), argument};
  return done(made);
}

const Expression* Compiler::Work::except(const Node& node, const Environment* environment, Reads reads) {
  auto& made = make(node, operations::except);
  made.slot = new_slot();
  auto& inner = this->environment(environment);
  Meaning at;
  at.scope = scope_;
  at.slot = made.slot;
  inner.names.emplace_back(&at_, at);
  made.parts.push_back(expression(*node.parts[0], environment, reads));
  for (std::size_t i = 1; i < node.parts.size(); ++i) {
    const auto& update = *node.parts[i];
    for (std::size_t step = 0; step + 1 < update.parts.size(); ++step) {
      const auto& place = *update.parts[step];
      if (place.kind == NodeKind::kFieldStep) {
        made.parts.push_back(constant(place, field_name(place.text)));
      } else if (place.parts.size() == 1) {
        made.parts.push_back(expression(*place.parts[0], environment, reads));
      } else {
        made.parts.push_back(all(place, operations::tuple, environment, reads));
      }
    }
    made.parts.push_back(expression(*update.parts.back(), &inner, reads));
    made.slots.push_back(static_cast<std::uint32_t>(update.parts.size() - 1));
  }
  if (made.slots.size() == 1 && made.slots[0] == 1) made.evaluate = operations::except_one;
  return done(made);
}

const Expression* Compiler::Work::cases(const Node& node, const Environment* environment, Reads reads) {
  auto& made = make(node, operations::choice_of_arms);
  for (const auto& arm : node.parts)
    for (const auto& part : arm->parts) made.parts.push_back(expression(*part, environment, reads));
  return done(made);
}

// Definitions without parameters are evaluated once, when they are needed.
Environment* Compiler::Work::let_environment(const Node& node, const Environment* outer,
                                             std::vector<std::uint32_t>& emptied, bool for_step) {
  auto& inner = environment(outer);
  for (const auto& unit : node.units) {
    if (unit->kind == tla::UnitKind::kRecursive || !unit->symbol) continue;
    Meaning meaning;
    meaning.environment = &inner;
    meaning.unit = unit.get();
    meaning.node = unit->body.get();
    meaning.parameters = &unit->parameters;
    const bool is_value = unit->kind == tla::UnitKind::kOperator && unit->parameters.empty();
    meaning.kind = is_value ? Meaning::Kind::kNeeded : Meaning::Kind::kOperator;
    meaning.scope = scope_;
    meaning.emptied = &emptied;
    meaning.is_of_step = for_step;
    inner.names.emplace_back(unit->symbol, meaning);
  }
  return &inner;
}

const Expression* Compiler::Work::let(const Node& node, const Environment* environment, Reads reads) {
  auto& emptied = emptied_.emplace_back();
  const auto* made = expression(*node.parts[0], let_environment(node, environment, emptied, false), reads);
  if (emptied.empty()) return made;
  auto& with = make(node, operations::with_slots);
  with.slots = emptied;
  with.parts = {made};
  return done(with);
}

const Environment* Compiler::Work::part_environment(const Node& node, const Environment* outer,
                                                    std::vector<std::uint32_t>& emptied, bool for_step) {
  for (std::size_t i = 0; i + 1 < node.shared.size(); ++i)
    outer = let_environment(*node.shared[i], outer, emptied, for_step);
  return outer;
}

const Expression* Compiler::Work::part(const Node& node, const Environment* environment, Reads reads) {
  auto& emptied = emptied_.emplace_back();
  const auto* inner = part_environment(node, environment, emptied, false);
  const auto* made = expression(*node.shared.back(), inner, reads);
  if (emptied.empty()) return made;
  auto& with = make(node, operations::with_slots);
  with.slots = emptied;
  with.parts = {made};
  return done(with);
}

}  // namespace lorelei::modelcheck
