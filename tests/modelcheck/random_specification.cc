// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include "tests/modelcheck/random_module.hh"

namespace lorelei::modelcheck {
namespace {

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : dice_(seed), expressions_(dice_) {}

  std::string write() {
    static const char* const kNames[] = {"x", "y", "z", "w"};
    const int count = 2 + dice_.below(3);
    std::string declared;
    for (int i = 0; i < count; ++i) {
      variables_.push_back({kNames[i], static_cast<Type>(dice_.below(kTypes))});
      declared += fmt::format("{}{}", i == 0 ? "" : ", ", kNames[i]);
    }
    const auto init = initial();
    expressions_.scope = variables_;
    before_ = expressions_.definitions(dice_.below(4));
    for (const auto& [name, type] : variables_) before_ += fmt::format("alias_{0} == {0}\nnext_{0} == {0}'\n", name);
    std::string next;
    for (int i = 1 + dice_.below(3); i > 0; --i)
      next += (next.empty() ? "" : " \\/ ") + fmt::format("({})", guarded(variables_, 3));
    const auto possible = dice_.one_in(2) ? fmt::format("ENABLED ({})", gives({variables_[0]}, 1)) : likely();
    const auto invariants = fmt::format("Inv1 == {}\nInv2 == {} \\/ {}\n", likely(), likely(), possible);
    return fmt::format(
        "---- MODULE M ----\nEXTENDS Integers, Sequences, FiniteSets, TLC\nVARIABLES {}\nvars == <<{}>>\n"
        "Give(v, e) == v' = e\nGiveAny(v, s) == v' \\in s\nSame(a, b) == a = b\n{}Init == {}\nNext == {}\n{}====\n",
        declared, declared, before_, init, next, invariants);
  }

 private:
  std::string expression(Type type, int depth) { return expressions_.expression(type, depth); }
  std::string value(Type type, int depth) { return expressions_.bounded(type, expression(type, depth)); }

  // True of most states.
  std::string likely() {
    return fmt::format("({} \\/ {} \\/ {})", expression(Type::kBoolean, 2), expression(Type::kBoolean, 2),
                       expression(Type::kBoolean, 1));
  }

  std::string initial() {
    std::string out;
    for (const auto& variable : variables_) {
      const auto& [name, type] = variable;
      out += out.empty() ? "" : " /\\ ";
      switch (dice_.below(5)) {
        case 0:
          out += fmt::format("{} \\in {}", name, expressions_.any_set(type, 1));
          break;
        case 1:
          out += fmt::format("({} = {} \\/ {} = {})", name, expressions_.literal(type), name, value(type, 1));
          break;
        case 2:
          out += fmt::format("(IF {0} THEN {1} = {2} ELSE {1} \\in {3})", expression(Type::kBoolean, 1), name,
                             value(type, 1), expressions_.any_set(type, 1));
          break;
        default:
          out += fmt::format("{} = {}", name, value(type, 1));
      }
      expressions_.scope.push_back(variable);
    }
    return out + " /\\ " + (dice_.one_in(3) ? expression(Type::kBoolean, 2) : "TRUE");
  }

  std::string guarded(std::vector<Typed> which, int depth) {
    const auto action = gives(std::move(which), depth);
    return dice_.one_in(2) ? action : fmt::format("({} /\\ {})", expression(Type::kBoolean, 2), action);
  }

  std::string names(const std::vector<Typed>& which) {
    std::string out;
    for (const auto& one : which) out += (out.empty() ? "" : ", ") + one.name;
    return out;
  }

  // What is said of the variable may be read behind it.
  std::string give_one(const Typed& variable, int depth) {
    const auto& [name, type] = variable;
    const auto of = [&] { return value(type, depth); };
    switch (dice_.below(16)) {
      case 10:
        return fmt::format("alias_{}' = {}", name, of());
      case 11:
        return dice_.one_in(2) ? fmt::format("UNCHANGED alias_{}", name) : fmt::format("next_{} = {}", name, of());
      case 0:
        return fmt::format("{}' \\in {}", name, expressions_.any_set(type, depth));
      case 1:
      case 2:
        return fmt::format("UNCHANGED {}", name);
      case 3:
        return fmt::format("Give({}, {})", name, of());
      case 4:
        return fmt::format("GiveAny({}, {})", name, expressions_.any_set(type, depth));
      case 5:
        return fmt::format("Same({}', {})", name, of());
      case 6: {
        const auto bound = expressions_.fresh("v"), over = expressions_.any_set(type, depth);
        return fmt::format("(\\E {0} \\in {1} : {2}' = {0})", bound, over, name);
      }
      case 7:
        return fmt::format("({0}' = {1} /\\ {0}' \\in {2})", name, of(), expressions_.any_set(type, depth));
      case 8:
        return fmt::format("({0}' \\in {2} /\\ {0}' # {1})", name, of(), expressions_.any_set(type, depth));
      case 9:
        if (type == Type::kSet) return fmt::format("{}' \\subseteq ({} \\cap 0..1)", name, expression(type, depth));
        return fmt::format("(TRUE => {}' = {})", name, of());
      default:
        return fmt::format("{}' = {}", name, of());
    }
  }

  // An action that gives all of these a value.
  std::string gives(std::vector<Typed> which, int depth) {
    auto& scope = expressions_.scope;
    if (dice_.one_in(150) && !which.empty()) which.pop_back();  // or all but one
    if (which.empty()) return "TRUE";
    if (which.size() == 1 && (depth <= 0 || dice_.one_in(2))) return give_one(which[0], 2);
    if (depth <= 0) return both(which, depth);
    switch (dice_.below(11)) {
      case 0:
        return fmt::format("({} \\/ {})", guarded(which, depth - 1), guarded(which, depth - 1));
      case 1:
        return fmt::format("(IF {} THEN {} ELSE {})", expression(Type::kBoolean, 2), gives(which, depth - 1),
                           gives(which, depth - 1));
      case 2: {
        const auto type = static_cast<Type>(dice_.below(kTypes));
        const auto name = expressions_.fresh("b"), over = expressions_.any_set(type, 1);
        scope.push_back({name, type});
        const auto body = guarded(which, depth - 1);
        scope.pop_back();
        return fmt::format("(\\E {} \\in {} : {})", name, over, body);
      }
      case 3: {
        const auto type = static_cast<Type>(dice_.below(kTypes));
        const auto name = expressions_.fresh("d"), of = expression(type, 2);
        scope.push_back({name, type});
        const auto body = gives(which, depth - 1);
        scope.pop_back();
        return fmt::format("(LET {} == {} IN {})", name, of, body);
      }
      case 4:
        return fmt::format("(CASE {} -> {} [] OTHER -> {})", expression(Type::kBoolean, 2), gives(which, depth - 1),
                           gives(which, depth - 1));
      case 5:
        return for_all(which, depth - 1);
      case 6:
        return called(which, depth - 1);
      case 7:
        if (which.size() == variables_.size() && dice_.one_in(2))
          return dice_.one_in(2) ? fmt::format("[{}]_vars", gives(which, depth - 1))
                                 : fmt::format("<<{}>>_vars", gives(which, depth - 1));
        return fmt::format("UNCHANGED <<{}>>", names(which));
      default:
        return both(which, depth);
    }
  }

  // The first half, then the second, which may read what the first has given.
  std::string both(const std::vector<Typed>& which, int depth) {
    const auto middle = which.begin() + 1 + dice_.below(std::max(1, static_cast<int>(which.size()) - 1));
    const std::vector<Typed> first(which.begin(), middle), second(middle, which.end());
    auto& scope = expressions_.scope;
    const auto before = scope;
    auto out = gives(first, depth - 1);
    for (const auto& one : first)
      if (dice_.one_in(2)) scope.push_back({one.name + "'", one.type});
    if (dice_.one_in(4)) out += " /\\ " + expression(Type::kBoolean, 1);
    out += " /\\ " + gives(second, depth - 1);
    scope = before;
    return "(" + out + ")";
  }

  // \A over as many as there are parts, each of which gives some.
  std::string for_all(const std::vector<Typed>& which, int depth) {
    const auto name = expressions_.fresh("k");
    auto& scope = expressions_.scope;
    scope.push_back({name, Type::kInteger});
    const auto middle = which.begin() + static_cast<int>(which.size()) / 2;
    const auto first = gives({which.begin(), middle}, depth), second = gives({middle, which.end()}, depth);
    const auto local = expressions_.fresh("d");
    auto out = fmt::format("IF {} = 1 THEN {} ELSE {}", name, first, second);
    if (dice_.one_in(2)) {
      const auto given = expressions_.fresh("e");
      const auto& last = which.back();
      out = fmt::format("(LET {} == {} + 1 IN \\E {} \\in {{0, 1}} : (IF {} = 1 THEN {} ELSE {})", local, name, given,
                        name, first, gives({middle, which.end() - 1}, depth));
      const auto sum = fmt::format("(({} + {}) % 3)", local, given);
      out += fmt::format(" /\\ {}' = {})", last.name, last.type == Type::kInteger ? sum : value(last.type, 1));
    }
    scope.pop_back();
    return fmt::format("(\\A {} \\in 1..2 : {})", name, out);
  }

  // The action as a definition with a parameter.
  std::string called(const std::vector<Typed>& which, int depth) {
    auto& scope = expressions_.scope;
    const auto outer = scope;
    const auto name = expressions_.fresh("Act"), parameter = expressions_.fresh("p");
    const auto type = static_cast<Type>(dice_.below(kTypes));
    scope = variables_;
    scope.push_back({parameter, type});
    const auto body = gives(which, depth);
    scope = outer;
    before_ += fmt::format("{}({}) == {}\n", name, parameter, body);
    return fmt::format("{}({})", name, expression(type, 2));
  }

  Dice dice_;
  RandomExpressions expressions_;
  std::vector<Typed> variables_;
  std::string before_;  // definitions
};

}  // namespace

std::string random_specification(std::uint64_t seed) { return Writer(seed).write(); }

}  // namespace lorelei::modelcheck
