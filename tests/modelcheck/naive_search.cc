// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>

#include "tests/modelcheck/naive.hh"
#include "tests/tla/parsing.hh"
#include "tla/parser.hh"

namespace lorelei::modelcheck::naive {

using tla::NodeKind;
using tla::SymbolKind;

static void extend(tla::Module& module, const std::string& name) {
  for (const auto& known : module.extends)
    if (known.text == name) return;
  module.extends.push_back({name, module.name.place});
}

Loaded load(const std::string& text) {
  Loaded out;
  std::vector<tla::Diagnostic> diagnostics;
  tla::LoadedModule root;
  root.source = std::make_unique<tla::Source>("M.tla", text);
  if (text.find("--algorithm") != text.npos) {
    out.translation = tla::pluscal::translate(*root.source, {}, diagnostics);
    if (out.translation) {
      const auto tokens = tla::pluscal::module_tokens(*root.source, *out.translation, diagnostics);
      root.module = tla::Parser(tokens, diagnostics).module();
      if (root.module && out.translation->needs_sequences) extend(*root.module, "Sequences");
      if (root.module && out.translation->needs_tlc) extend(*root.module, "TLC");
    }
  } else {
    root = tla::read_root({"M.tla", text}, diagnostics);
  }
  if (root.module) {
    out.specification = tla::load_modules(std::move(root), tla::modules_in({}), diagnostics);
    out.names = tla::resolve(out.specification, diagnostics);
  } else {
    out.source = std::move(root.source);
  }
  std::erase_if(diagnostics, [](const auto& one) { return one.severity != tla::Diagnostic::Severity::kError; });
  out.errors = tla::lines_of(diagnostics);
  return out;
}

// Steps

bool Interpreter::all_steps(const Arguments& parts, std::size_t first, const Env& environment, const Rest& rest) {
  if (first == parts.size()) return rest();
  return step(*parts[first], environment, [&] { return all_steps(parts, first + 1, environment, rest); });
}

bool Interpreter::step(const Node& node, const Env& environment, const Rest& rest) {
  const auto one_after_the_other = [&](const Arguments& parts) {
    for (const auto& part : parts)
      if (!step(*part, environment, rest)) return false;
    return true;
  };
  switch (node.kind) {
    case NodeKind::kName:
    case NodeKind::kPrefix:
    case NodeKind::kInfix:
    case NodeKind::kPostfix:
      return named_step(node, node.symbol, node.parts, environment, rest);
    case NodeKind::kJunction:
      return node.text == "/\\" ? all_steps(node.parts, 0, environment, rest) : one_after_the_other(node.parts);
    case NodeKind::kExists:
      return for_each(node.bounds, environment, is_initial,
                      [&](const Env& inner) { return step(*node.parts[0], inner, rest); });
    case NodeKind::kForall: {
      std::vector<Env> ways;
      for_each(node.bounds, environment, is_initial, [&](const Env& inner) { return ways.push_back(inner), true; });
      const std::function<bool(std::size_t)> from = [&](std::size_t first) -> bool {
        return first == ways.size() ? rest()
                                    : step(*node.parts[0], ways[first], [&, first] { return from(first + 1); });
      };
      return from(0);
    }
    case NodeKind::kIf:
      return step(*node.parts[is_true(*node.parts[0], environment, is_initial) ? 1 : 2], environment, rest);
    case NodeKind::kCase:
      for (const auto& arm : node.parts)
        if (arm->parts.size() == 1 || is_true(*arm->parts[0], environment, is_initial))
          return step(*arm->parts.back(), environment, rest);
      fail("no arm of a CASE is true");
    case NodeKind::kLet:
      return step(*node.parts[0], with_units(node, environment), rest);
    case NodeKind::kLabel:
      return step(*node.parts[0], environment, rest);
    case NodeKind::kBoxAction: {
      std::vector<const Symbol*> variables;
      if (!kept(*node.parts[1], environment, variables)) fail("[A]_v needs variables here");
      return step(*node.parts[0], environment, rest) && keep(variables, 0, rest);
    }
    case NodeKind::kAngleAction:
      return step(*node.parts[0], environment, [&] { return is_unchanged(*node.parts[1], environment) || rest(); });
    default:
      return !is_true(node, environment, is_initial) || rest();
  }
}

bool Interpreter::named_step(const Node& node, const Symbol* symbol, const Arguments& arguments, const Env& environment,
                             const Rest& rest) {
  const auto what = meaning(symbol, environment);
  if (what.body && !what.function) {
    if (!what.parameters || what.parameters->empty()) return step(*what.body, what.environment, rest);
    return step(*what.body, with(*what.parameters, arguments, what.environment, environment), rest);
  }
  if (what.symbol->kind == SymbolKind::kBuiltIn) {
    const auto& name = what.symbol->name;
    if (name == "/\\") return all_steps(arguments, 0, environment, rest);
    if (name == "\\/") {
      for (const auto& part : arguments)
        if (!step(*part, environment, rest)) return false;
      return true;
    }
    if (name == "=>")
      return is_true(*arguments[0], environment, is_initial) ? step(*arguments[1], environment, rest) : rest();
    if (name == "UNCHANGED" && !is_initial) {
      std::vector<const Symbol*> variables;
      if (kept(*arguments[0], environment, variables)) return keep(variables, 0, rest);
    }
    if (name == "=" || name == "\\in" || name == "\\subseteq")
      if (const auto* of = assigned(*arguments[0], environment); of && !next.contains(of)) {
        const auto value = evaluate(*arguments[1], environment, is_initial);
        if (name == "=") return give(of, value, rest);
        if (name == "\\in") return give_one_of(of, elements(value), rest);
        Values subsets = {set({})};
        for (const auto& element : elements(value))
          for (std::size_t i = subsets.size(); i > 0; --i) {
            auto larger = subsets[i - 1].items;
            larger.push_back(element);
            subsets.push_back(set(larger));
          }
        return give_one_of(of, set(subsets).items, rest);
      }
  }
  return !is_true(node, environment, is_initial) || rest();
}

bool Interpreter::give(const Symbol* variable, const Value& value, const Rest& rest) {
  // What is in states has its elements.
  next[variable] =
      value.kind == Value::Kind::kSet && value.described && value.described->elements ? set(elements(value)) : value;
  const bool goes_on = rest();
  next.erase(variable);
  return goes_on;
}

bool Interpreter::give_one_of(const Symbol* variable, const Values& values, const Rest& rest) {
  return std::all_of(values.begin(), values.end(), [&](const Value& value) { return give(variable, value, rest); });
}

bool Interpreter::keep(const std::vector<const Symbol*>& variables, std::size_t first, const Rest& rest) {
  if (first == variables.size()) return rest();
  const auto& value = now->at(variables[first]);
  const auto on = [&] { return keep(variables, first + 1, rest); };
  if (const auto known = next.find(variables[first]); known != next.end())
    return compare(known->second, value) != 0 || on();
  return give(variables[first], value, on);
}

// The variable that a name stands for; null: it stands for none.
const Symbol* Interpreter::variable(const Node& node, const Env& environment) const {
  if (node.kind != NodeKind::kName || !node.symbol || !node.parts.empty()) return nullptr;
  const auto what = meaning(node.symbol, environment);
  if (what.body && !what.function) return variable(*what.body, what.environment);
  return what.symbol && what.symbol->kind == SymbolKind::kVariable ? what.symbol : nullptr;
}

const Symbol* Interpreter::assigned(const Node& node, const Env& environment) const {
  if (is_initial) return variable(node, environment);
  if (node.kind == NodeKind::kPostfix && node.text == "'") return variable(*node.parts[0], environment);
  if (node.kind != NodeKind::kName || !node.symbol || !node.parts.empty()) return nullptr;
  const auto what = meaning(node.symbol, environment);
  return what.body && !what.function ? assigned(*what.body, what.environment) : nullptr;
}

bool Interpreter::kept(const Node& node, const Env& environment, std::vector<const Symbol*>& out) const {
  if (node.kind == NodeKind::kTuple)
    return std::all_of(node.parts.begin(), node.parts.end(),
                       [&](const auto& part) { return kept(*part, environment, out); });
  if (const auto* one = variable(node, environment)) return out.push_back(one), true;
  if (node.kind != NodeKind::kName || !node.symbol || !node.parts.empty()) return false;
  const auto what = meaning(node.symbol, environment);
  return what.body && !what.function && kept(*what.body, what.environment, out);
}

// The search

namespace {

class Search {
 public:
  Search(const Loaded& loaded, const Constants& constants, const std::vector<std::string>& invariants,
         std::uint64_t max_states)
      : interpreter_(loaded, constants), invariants_(invariants), max_states_(max_states) {}

  Explored run() {
    try {
      search();
    } catch (const Exhausted&) {
      out_.is_whole = false;
    }
    return out_;
  }

 private:
  void search() {
    interpreter_.is_initial = true;
    const auto* init = &interpreter_.definition("Init");
    attempt([&] { interpreter_.step(*init, nullptr, [&] { return enter(1); }); }, 1);
    interpreter_.is_initial = false;
    out_.initial = out_.states.size();
    const auto* next = &interpreter_.definition("Next");
    for (std::uint64_t level = 1; !frontier_.empty() && out_.is_whole; ++level) {
      out_.levels = level;
      for (const auto& state : std::exchange(frontier_, {})) expand(state, *next, level);
    }
    out_.distinct = out_.states.size();
  }

  void note(const std::string& what, std::uint64_t level) {
    if (out_.wrong_level == 0 || level < out_.wrong_level) {
      out_.wrong_level = level;
      out_.wrong.clear();
    }
    if (level == out_.wrong_level) out_.wrong.insert(what);
  }

  template <typename Do>
  bool attempt(const Do& what, std::uint64_t level) {
    try {
      what();
      return true;
    } catch (const Failure& wrong) {
      out_.has_failed = true;
      note(wrong.is_assertion ? "assertion" : "failure", level);
      interpreter_.next.clear();
      return false;
    }
  }

  void expand(const State& state, const Node& next, std::uint64_t level) {
    interpreter_.now = &state;
    const auto before = out_.generated;
    const bool is_fine = attempt([&] { interpreter_.step(next, nullptr, [&] { return enter(level + 1); }); }, level);
    if (!is_fine || out_.generated > before) return;
    if (out_.deadlocks++ == 0) out_.deadlock_level = level;
    note("deadlock", level);
  }

  // A state that was found: interpreter_.next.
  bool enter(std::uint64_t level) {
    ++out_.generated;
    if (interpreter_.next.size() != interpreter_.variables().size()) fail("a variable has no value");
    std::string text;
    for (const auto* variable : interpreter_.variables()) text += to_text(interpreter_.next.at(variable)) + "\n";
    if (!out_.states.insert(text).second) return true;
    frontier_.push_back(interpreter_.next);
    if (out_.states.size() > max_states_) return out_.is_whole = false;
    check(frontier_.back(), level);
    return true;
  }

  void check(const State state, std::uint64_t level) {
    const auto* const now = std::exchange(interpreter_.now, &state);
    const auto next = interpreter_.next;
    const bool is_initial = std::exchange(interpreter_.is_initial, false);
    for (const auto& name : invariants_) {
      bool holds = true;
      const bool is_fine =
          attempt([&] { holds = interpreter_.is_true(interpreter_.definition(name), nullptr, false); }, level);
      if (is_fine && holds) continue;
      if (is_fine) note(name, level);
      if (is_fine) ++out_.broken[name];
      break;
    }
    interpreter_.now = now;
    interpreter_.next = next;
    interpreter_.is_initial = is_initial;
  }

  Interpreter interpreter_;
  const std::vector<std::string>& invariants_;
  const std::uint64_t max_states_;
  Explored out_;
  std::vector<State> frontier_;
};

}  // namespace

Explored explore(const Loaded& loaded, const Constants& constants, const std::vector<std::string>& invariants,
                 std::uint64_t max_states) {
  return Search(loaded, constants, invariants, max_states).run();
}

}  // namespace lorelei::modelcheck::naive
