// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "tests/modelcheck/naive.hh"

namespace lorelei::modelcheck::naive {

using tla::NodeKind;
using tla::SymbolKind;
using tla::UnitKind;

static bool is_variable(const Symbol& symbol) { return symbol.kind == SymbolKind::kVariable; }

Interpreter::Interpreter(const Loaded& loaded, const Constants& constants) : loaded_(loaded), constants_(constants) {
  for (const auto& module : loaded.specification.modules)
    for (const auto& unit : module.module->units)
      if (unit->kind == UnitKind::kVariables)
        for (const auto& parameter : unit->parameters) variables_.push_back(parameter.symbol);
}

const Node& Interpreter::definition(const std::string& name) const {
  const auto* symbol = loaded_.names.find(name);
  if (!symbol || !symbol->unit || !symbol->unit->body) fail(name + " is not defined");
  return *symbol->unit->body;
}

// Names

Interpreter::Meaning Interpreter::meaning(const Symbol* symbol, const Env& environment) const {
  Env at = environment;
  const auto of_unit = [&](const tla::Unit& unit) {
    Meaning made;
    made.symbol = symbol;
    made.environment = at;
    if (unit.kind == UnitKind::kFunction) made.function = &unit;
    made.parameters = &unit.parameters;
    made.body = unit.body.get();
    return made;
  };
  while (true) {
    while (at && !at->names.contains(symbol)) at = at->outer;
    if (!at) break;
    const auto& binding = at->names.at(symbol);
    if (binding.unit) return of_unit(*binding.unit);
    if (!binding.node || symbol->arity == 0 || binding.node->kind == NodeKind::kLambda) {
      Meaning made{binding, symbol, nullptr, binding.node, binding.environment, nullptr};
      if (binding.node && symbol->arity > 0) {
        made.parameters = &binding.node->parameters;
        made.body = binding.node->parts[0].get();
      }
      return made;
    }
    at = binding.environment;
    symbol = binding.node->symbol;
  }
  if (symbol->kind == SymbolKind::kOperator && !symbol->is_standard && symbol->unit) return of_unit(*symbol->unit);
  Meaning made;
  made.symbol = symbol;
  return made;
}

Env Interpreter::with(const std::vector<tla::Parameter>& parameters, const Arguments& arguments, const Env& lexical,
                      const Env& of_arguments) {
  auto made = std::make_shared<Environment>();
  made->outer = lexical;
  for (std::size_t i = 0; i < parameters.size(); ++i)
    made->names[parameters[i].symbol] = {{}, arguments.at(i).get(), of_arguments, nullptr};
  return made;
}

Env Interpreter::with_units(const Node& let, const Env& environment) {
  auto made = std::make_shared<Environment>();
  made->outer = environment;
  for (const auto& unit : let.units)
    if (unit->symbol && unit->body) made->names[unit->symbol] = {{}, nullptr, nullptr, unit.get()};
  return made;
}

Value Interpreter::named(const Symbol* symbol, const Arguments& arguments, const Env& environment, bool is_primed) {
  const auto what = meaning(symbol, environment);
  if (what.function) return whole_function(what.function->bounds, *what.body, what.environment, is_primed);
  if (what.body) {
    if (!what.parameters || what.parameters->empty()) return evaluate(*what.body, what.environment, is_primed);
    return evaluate(*what.body, with(*what.parameters, arguments, what.environment, environment), is_primed);
  }
  symbol = what.symbol;
  if (is_variable(*symbol)) {
    const auto& state = is_primed ? next : *now;
    const auto found = state.find(symbol);
    if (found == state.end()) fail(symbol->name + " has no value yet");
    return found->second;
  }
  if (symbol->kind == SymbolKind::kConstant) {
    if (const auto found = constants_.find(symbol->name); found != constants_.end()) return found->second;
    return model_value(symbol->name);
  }
  if (symbol->kind == SymbolKind::kBuiltIn) return built_in(symbol->name, arguments, environment, is_primed);
  if (symbol->is_standard) return standard(symbol->name, arguments, environment, is_primed);
  return what.binding.value;
}

// An operator applied to values: they get names.
Value Interpreter::apply(const Node& operation, const Values& values, const Env& environment, bool is_primed) {
  std::vector<Symbol> symbols(values.size());
  auto inner = std::make_shared<Environment>();
  inner->outer = environment;
  Arguments arguments;
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto& name = arguments.emplace_back(std::make_unique<Node>());
    name->kind = NodeKind::kName;
    name->symbol = &symbols[i];
    symbols[i].kind = SymbolKind::kBound;
    inner->names[&symbols[i]] = {values[i], nullptr, nullptr, nullptr};
  }
  if (operation.kind == NodeKind::kLambda)
    return evaluate(*operation.parts[0], with(operation.parameters, arguments, environment, inner), is_primed);
  return named(operation.symbol, arguments, inner, is_primed);
}

bool Interpreter::for_each(const std::vector<tla::Bound>& bounds, const Env& environment, bool is_primed,
                           const std::function<bool(const Env&)>& each) {
  struct One {
    std::vector<const Symbol*> symbols;
    bool is_tuple;
    Values values;
  };
  std::vector<One> all;
  for (const auto& bound : bounds) {
    if (!bound.set) fail("an unbounded name");
    const auto values = elements(evaluate(*bound.set, environment, is_primed));
    if (bound.is_tuple) all.push_back({bound.symbols, true, values});
    if (!bound.is_tuple)
      for (const auto* symbol : bound.symbols) all.push_back({{symbol}, false, values});
  }
  const std::function<bool(std::size_t, const Env&)> from = [&](std::size_t first, const Env& outer) -> bool {
    if (first == all.size()) return each(outer);
    const auto& one = all[first];
    for (const auto& value : one.values) {
      auto inner = std::make_shared<Environment>();
      inner->outer = outer;
      if (one.is_tuple && (!is_sequence(value) || value.results.size() != one.symbols.size()))
        fail("this is no tuple of as many");
      for (std::size_t i = 0; i < one.symbols.size(); ++i)
        inner->names[one.symbols[i]] = {one.is_tuple ? value.results[i] : value, nullptr, nullptr, nullptr};
      if (!from(first + 1, inner)) return false;
    }
    return true;
  };
  return from(0, environment);
}

// What the names of bounds have here, as the argument of a function.
static Value argument_of(const std::vector<tla::Bound>& bounds, const Env& environment) {
  const auto value_of = [&](const Symbol* symbol) {
    auto at = environment;
    while (!at->names.contains(symbol)) at = at->outer;
    return at->names.at(symbol).value;
  };
  Values all;
  for (const auto& bound : bounds) {
    Values of;
    for (const auto* symbol : bound.symbols) of.push_back(value_of(symbol));
    if (bound.is_tuple)
      all.push_back(tuple(of));
    else
      all.insert(all.end(), of.begin(), of.end());
  }
  return all.size() == 1 ? all[0] : tuple(all);
}

Value Interpreter::whole_function(const std::vector<tla::Bound>& bounds, const Node& body, const Env& environment,
                                  bool is_primed) {
  Values items, results;
  for_each(bounds, environment, is_primed, [&](const Env& inner) {
    items.push_back(argument_of(bounds, inner));
    results.push_back(evaluate(body, inner, is_primed));
    return true;
  });
  return function(items, results);
}

// Expressions

bool Interpreter::is_true(const Node& node, const Env& environment, bool is_primed) {
  const auto value = evaluate(node, environment, is_primed);
  require(value, Value::Kind::kBoolean, "a condition");
  return value.number == 1;
}

Values Interpreter::all(const Arguments& nodes, const Env& environment, bool is_primed) {
  Values out;
  for (const auto& node : nodes) out.push_back(evaluate(*node, environment, is_primed));
  return out;
}

static Value record_set(const std::vector<tla::Name>& names, const Values& sets) {
  Values fields;
  for (const auto& name : names) fields.push_back(string(name.text));
  for (const auto& one : sets) require(one, Value::Kind::kSet, "what a field ranges over");
  const auto contains_it = [fields, sets](const Value& value) {
    if (value.kind == Value::Kind::kModelValue) return false;
    require(value, Value::Kind::kFunction, "the left side of \\in");
    if (compare(set(value.items), set(fields)) != 0) return false;
    for (std::size_t i = 0; i < sets.size(); ++i)
      if (!contains(sets[i], *find(value, fields[i]))) return false;
    return true;
  };
  const auto list = [fields, sets] {
    std::vector<Values> ways = {{}};
    for (const auto& one : sets) {
      std::vector<Values> longer;
      for (const auto& way : ways)
        for (const auto& value : elements(one)) {
          longer.push_back(way);
          longer.back().push_back(value);
        }
      ways = longer;
    }
    Values out;
    for (const auto& way : ways) out.push_back(function(fields, way));
    return out;
  };
  return described(contains_it, list);
}

Value Interpreter::evaluate(const Node& node, const Env& environment, bool is_primed) {
  struct Depth {
    int& depth;
    explicit Depth(int& of) : depth(of) {
      if (++depth > 3000) fail("too deep");
    }
    ~Depth() { --depth; }
  } depth(depth_);
  if (budget-- == 0) throw Exhausted{};
  const auto part = [&](std::size_t i) { return evaluate(*node.parts[i], environment, is_primed); };
  switch (node.kind) {
    case NodeKind::kNumber: {
      std::int64_t number = 0;
      const bool is_decimal = node.text[0] != '\\';
      const char letter = is_decimal ? 'd' : static_cast<char>(node.text[1] | 32);
      const auto* const last = node.text.data() + node.text.size();
      const auto [end, wrong] = std::from_chars(node.text.data() + (is_decimal ? 0 : 2), last, number,
                                                letter == 'd'   ? 10
                                                : letter == 'b' ? 2
                                                : letter == 'o' ? 8
                                                                : 16);
      if (wrong != std::errc() || end != last) fail("what number is " + node.text);
      return integer(number);
    }
    case NodeKind::kString:
      return string(node.text);
    case NodeKind::kAt:
      return named(&at_, {}, environment, is_primed);
    case NodeKind::kName:
    case NodeKind::kPrefix:
    case NodeKind::kInfix:
    case NodeKind::kPostfix:
      return named(node.symbol, node.parts, environment, is_primed);
    case NodeKind::kJunction:
      return built_in(node.text, node.parts, environment, is_primed);
    case NodeKind::kTuple:
      return tuple(all(node.parts, environment, is_primed));
    case NodeKind::kSetList:
      return set(all(node.parts, environment, is_primed));
    case NodeKind::kSetFilter:
      return filter(node, environment, is_primed);
    case NodeKind::kSetMap: {
      Values out;
      for_each(node.bounds, environment, is_primed, [&](const Env& inner) {
        out.push_back(evaluate(*node.parts[0], inner, is_primed));
        return true;
      });
      return set(out);
    }
    case NodeKind::kFunction:
      return whole_function(node.bounds, *node.parts[0], environment, is_primed);
    case NodeKind::kFunctionSet:
    case NodeKind::kPath:
      return standard(node.kind == NodeKind::kPath ? "!" : "->", node.parts, environment, is_primed);
    case NodeKind::kApply:
      return applied(node, environment, is_primed);
    case NodeKind::kField: {
      const auto record = part(0);
      const auto* found = find(record, string(node.text));
      if (!found) fail("there is no field " + node.text);
      return *found;
    }
    case NodeKind::kRecord: {
      Values fields;
      for (const auto& name : node.names) fields.push_back(string(name.text));
      return function(fields, all(node.parts, environment, is_primed));
    }
    case NodeKind::kRecordSet:
      return record_set(node.names, all(node.parts, environment, is_primed));
    case NodeKind::kExcept:
      return except(node, environment, is_primed);
    case NodeKind::kIf:
      return part(is_true(*node.parts[0], environment, is_primed) ? 1 : 2);
    case NodeKind::kCase:
      for (const auto& arm : node.parts)
        if (arm->parts.size() == 1 || is_true(*arm->parts[0], environment, is_primed))
          return evaluate(*arm->parts.back(), environment, is_primed);
      fail("no arm of a CASE is true");
    case NodeKind::kLet:
      return evaluate(*node.parts[0], with_units(node, environment), is_primed);
    case NodeKind::kForall:
    case NodeKind::kExists: {
      const bool wanted = node.kind == NodeKind::kExists;
      const bool gone_through = for_each(node.bounds, environment, is_primed, [&](const Env& inner) {
        return is_true(*node.parts[0], inner, is_primed) != wanted;
      });
      return boolean(gone_through != wanted);
    }
    case NodeKind::kChoose:
      return choose(node, environment, is_primed);
    case NodeKind::kLabel:
      return part(0);
    case NodeKind::kBoxAction:
      return boolean(is_true(*node.parts[0], environment, is_primed) || is_unchanged(*node.parts[1], environment));
    case NodeKind::kAngleAction:
      return boolean(is_true(*node.parts[0], environment, is_primed) && !is_unchanged(*node.parts[1], environment));
    default:
      fail("this cannot be evaluated");
  }
}

bool Interpreter::is_unchanged(const Node& node, const Env& environment) {
  return compare(evaluate(node, environment, true), evaluate(node, environment, false)) == 0;
}

// Of an infinite set it can still tell what is in it.
Value Interpreter::filter(const Node& node, const Env& environment, bool is_primed) {
  const auto base = evaluate(*node.bounds[0].set, environment, is_primed);
  if (base.described && !base.described->elements) {
    return described(
        [this, &node, environment, is_primed, base](const Value& value) {
          auto inner = std::make_shared<Environment>();
          inner->outer = environment;
          inner->names[node.bounds[0].symbols[0]] = {value, nullptr, nullptr, nullptr};
          return contains(base, value) && is_true(*node.parts[0], inner, is_primed);
        },
        nullptr);
  }
  Values kept;
  for_each(node.bounds, environment, is_primed, [&](const Env& inner) {
    if (is_true(*node.parts[0], inner, is_primed)) kept.push_back(argument_of(node.bounds, inner));
    return true;
  });
  return set(kept);
}

Value Interpreter::choose(const Node& node, const Env& environment, bool is_primed) {
  std::optional<Value> found;
  for_each(node.bounds, environment, is_primed, [&](const Env& inner) {
    if (is_true(*node.parts[0], inner, is_primed)) found = argument_of(node.bounds, inner);
    return !found;
  });
  if (!found) fail("CHOOSE finds nothing");
  return *found;
}

// A function that is defined is applied without being made: it may use itself, and may be over an infinite set.
Value Interpreter::applied(const Node& node, const Env& environment, bool is_primed) {
  const auto argument = [&] {
    Values all;
    for (std::size_t i = 1; i < node.parts.size(); ++i) all.push_back(evaluate(*node.parts[i], environment, is_primed));
    return all.size() == 1 ? all[0] : tuple(all);
  };
  const auto& of = *node.parts[0];
  if (of.kind == NodeKind::kName) {
    const auto what = meaning(of.symbol, environment);
    if (what.function) {
      const auto value = argument();
      std::vector<std::vector<const Symbol*>> places;
      std::vector<Value> sets;
      for (const auto& bound : what.function->bounds) {
        const auto domain = evaluate(*bound.set, what.environment, is_primed);
        if (bound.is_tuple) places.push_back(bound.symbols);
        for (const auto* symbol : bound.symbols)
          if (!bound.is_tuple) places.push_back({symbol});
        sets.insert(sets.end(), bound.is_tuple ? 1 : bound.symbols.size(), domain);
      }
      if (places.size() > 1 && (!is_sequence(value) || value.results.size() != places.size()))
        fail("not in the domain of a function");
      auto inner = std::make_shared<Environment>();
      inner->outer = what.environment;
      for (std::size_t i = 0; i < places.size(); ++i) {
        const auto& one = places.size() == 1 ? value : value.results[i];
        if (!contains(sets[i], one)) fail("not in the domain of a function");
        for (std::size_t k = 0; k < places[i].size(); ++k)
          inner->names[places[i][k]] = {places[i].size() == 1 ? one : one.results.at(k), nullptr, nullptr, nullptr};
      }
      return evaluate(*what.body, inner, is_primed);
    }
  }
  const auto function = evaluate(of, environment, is_primed);
  const auto value = argument();
  const auto* found = find(function, value);
  if (!found) fail(to_text(value) + " is not in the domain");
  return *found;
}

Value Interpreter::except(const Node& node, const Env& environment, bool is_primed) {
  auto value = evaluate(*node.parts[0], environment, is_primed);
  for (std::size_t i = 1; i < node.parts.size(); ++i) value = changed(value, *node.parts[i], 0, environment, is_primed);
  return value;
}

Value Interpreter::changed(const Value& old, const Node& update, std::size_t step, const Env& environment,
                           bool is_primed) {
  if (step + 1 == update.parts.size()) {
    auto inner = std::make_shared<Environment>();
    inner->outer = environment;
    inner->names[&at_] = {old, nullptr, nullptr, nullptr};
    return evaluate(*update.parts[step], inner, is_primed);
  }
  const auto& place = *update.parts[step];
  Value argument = string(place.text);
  if (place.kind == NodeKind::kIndexStep) {
    const auto values = all(place.parts, environment, is_primed);
    argument = values.size() == 1 ? values[0] : tuple(values);
  }
  require(old, Value::Kind::kFunction, "what EXCEPT changes");
  auto made = old;
  for (std::size_t i = 0; i < old.items.size(); ++i) {
    if (compare(old.items[i], argument) != 0) continue;
    made.results[i] = changed(old.results[i], update, step + 1, environment, is_primed);
    break;
  }
  return made;
}

bool Interpreter::is_enabled(const Node& action, const Env& environment) {
  const auto before = std::exchange(next, {});
  bool is_possible = false;
  step(action, environment, [&] {
    is_possible = true;
    return false;
  });
  next = before;
  return is_possible;
}

}  // namespace lorelei::modelcheck::naive
