// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>

#include "tests/modelcheck/random_module.hh"

namespace lorelei::modelcheck {
namespace {

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : dice_(seed), expressions_(dice_) {}

  std::string write() {
    const std::vector<Typed> all = {
        {"x", Type::kInteger}, {"y", Type::kInteger}, {"b", Type::kBoolean}, {"s", Type::kSet}, {"f", Type::kFunction}};
    for (const auto& one : all)
      if (one.name == "x" || dice_.one_in(2)) globals_.push_back(one);
    std::string declared;
    for (const auto& [name, type] : globals_)
      declared += dice_.one_in(4) ? fmt::format("{} \\in {{{}, {}}}; ", name, expressions_.literal(type),
                                                expressions_.literal(type))
                                  : fmt::format("{} = {}; ", name, expressions_.literal(type));
    expressions_.scope = globals_;
    const auto defined = expressions_.expression(Type::kBoolean, 2);
    const auto macro = "macro inc(v, by) begin v := (v + by) % 3; end macro;\n";
    has_procedure_ = dice_.one_in(2);
    const auto procedure = has_procedure_ ? this->procedure() : "";
    std::string processes;
    processes += process("p", dice_.one_in(2) ? "\\in 1..2" : "= 3", true);
    if (dice_.one_in(2)) processes += process("q", "= 5", false);
    expressions_.scope = globals_;
    const auto invariant = expressions_.expression(Type::kBoolean, 2);
    return fmt::format(
        "---- MODULE M ----\nEXTENDS Integers, Sequences, FiniteSets, TLC\n(* --algorithm A\nvariables {}\n"
        "define\n  Known == {}\nend define;\n{}{}{}end algorithm; *)\n"
        "Inv1 == x = 0 \\/ Known \\/ {}\nInv2 == x \\in Int /\\ pc # <<>>\n====\n",
        declared, defined, macro, procedure, processes, invariant);
  }

 private:
  std::string expression(Type type) { return expressions_.expression(type, 2); }
  std::string label() { return fmt::format("L{}", ++labels_); }

  // Labelled steps, the names of whose labels may be jumped to.
  std::string steps(int count, int depth) {
    std::string out;
    for (int i = 0; i < count; ++i) {
      const auto name = label();
      known_labels_.push_back(name);
      out += fmt::format("{}: {}", name, step(depth));
    }
    return out;
  }

  // Some statements that need no label within, and at the end perhaps one behind which there must be one.
  std::string step(int depth) {
    assigned_.clear();
    if (depth > 0 && dice_.one_in(6))
      return fmt::format("while {} do {}{} end while;\n", expression(Type::kBoolean), simple(1), steps(1, depth - 1));
    std::string out;
    for (int i = 1 + dice_.below(2); i > 0; --i) out += simple(2);
    switch (dice_.below(8)) {
      case 0:
        out += fmt::format("goto {};\n", dice_.any(known_labels_));
        break;
      case 1:
        if (has_procedure_ && !in_procedure_) out += fmt::format("call work({});\n", expression(Type::kInteger));
        break;
      case 2:
        if (depth > 0)
          out += fmt::format("if {} then {} else {} end if;\n", expression(Type::kBoolean),
                             fmt::format("skip; {}", steps(1, depth - 1)), fmt::format("goto {};", known_labels_[0]));
        break;
      case 3:
        if (depth > 0) out += fmt::format("either skip; {} or skip; end either;\n", steps(1, depth - 1));
        break;
      default:
        break;
    }
    return out;
  }

  // Assigns no variable that the step has assigned already.
  std::string simple(int depth) {
    switch (dice_.below(depth > 0 ? 9 : 4)) {
      case 0:
        return fmt::format("await {} \\/ {};\n", expression(Type::kBoolean), expression(Type::kBoolean));
      case 1:
        return dice_.one_in(4) ? fmt::format("assert {} \\/ {};\n", expression(Type::kBoolean), "TRUE") : "skip;\n";
      case 4: {
        const auto before = assigned_;
        const auto first = simple(depth - 1);
        const auto after = assigned_;
        assigned_ = before;
        const auto second = simple(depth - 1);
        assigned_.insert(assigned_.end(), after.begin(), after.end());
        if (dice_.one_in(2)) return fmt::format("either {} or {} end either;\n", first, second);
        return fmt::format("if {} then {} else {} end if;\n", expression(Type::kBoolean), first, second);
      }
      case 5: {
        const auto name = expressions_.fresh("w");
        const auto over = expressions_.any_set(Type::kInteger, 1);
        auto& scope = expressions_.scope;
        scope.push_back({name, Type::kInteger});
        const auto body = simple(depth - 1);
        for (std::size_t i = 0; i < scope.size(); ++i)
          if (scope[i].name == name) scope.erase(scope.begin() + static_cast<std::ptrdiff_t>(i));
        return dice_.one_in(3) ? fmt::format("with {} = {} do {} end with;\n", name, dice_.below(3), body)
                               : fmt::format("with {} \\in {} do {} end with;\n", name, over, body);
      }
      default:
        return assignment();
    }
  }

  std::string assignment() {
    std::vector<Typed> left;
    for (const auto& one : globals_)
      if (std::find(assigned_.begin(), assigned_.end(), one.name) == assigned_.end()) left.push_back(one);
    for (const auto& one : locals_)
      if (std::find(assigned_.begin(), assigned_.end(), one.name) == assigned_.end()) left.push_back(one);
    if (left.empty()) return "skip;\n";
    const auto [name, type] = dice_.any(left);
    assigned_.push_back(name);
    if (type == Type::kInteger && dice_.one_in(4)) return fmt::format("inc({}, {});\n", name, dice_.below(3));
    if (type == Type::kFunction && dice_.one_in(2))
      return fmt::format("{}[(({}) % 2) + 1] := ({}) % 2;\n", name, expression(Type::kInteger),
                         expression(Type::kInteger));
    const auto value = expressions_.bounded(type, expression(type));
    if (left.size() > 1 && dice_.one_in(4))
      for (const auto& other : left) {
        if (other.name == name) continue;
        assigned_.push_back(other.name);
        return fmt::format("{} := {} || {} := {};\n", name, value, other.name,
                           expressions_.bounded(other.type, expression(other.type)));
      }
    return fmt::format("{} := {};\n", name, value);
  }

  std::string body(int count) {
    known_labels_.clear();
    return steps(count, 1);
  }

  std::string procedure() {
    in_procedure_ = true;
    locals_ = {{"arg", Type::kInteger}, {"own", Type::kInteger}};
    expressions_.scope = globals_;
    expressions_.scope.insert(expressions_.scope.end(), locals_.begin(), locals_.end());
    const auto text = fmt::format("procedure work(arg = 0) variables own = {};\nbegin\n{}{}: return;\nend procedure;\n",
                                  dice_.below(2), body(1 + dice_.below(2)), label());
    in_procedure_ = false;
    return text;
  }

  std::string process(const std::string& name, const std::string& ids, bool has_locals) {
    locals_.clear();
    if (has_locals && dice_.one_in(2)) locals_.push_back({"t", Type::kInteger});
    expressions_.scope = globals_;
    expressions_.scope.insert(expressions_.scope.end(), locals_.begin(), locals_.end());
    if (has_locals) expressions_.scope.push_back({"self", Type::kInteger});
    const auto variables = locals_.empty() ? "" : fmt::format("variables t = {};\n", dice_.below(2));
    return fmt::format("process {} {}\n{}begin\n{}end process;\n", name, ids, variables, body(2 + dice_.below(2)));
  }

  Dice dice_;
  RandomExpressions expressions_;
  std::vector<Typed> globals_, locals_;
  std::vector<std::string> known_labels_, assigned_;
  bool has_procedure_ = false, in_procedure_ = false;
  int labels_ = 0;
};

}  // namespace

std::string random_algorithm(std::uint64_t seed) { return Writer(seed).write(); }

}  // namespace lorelei::modelcheck
