// SPDX-License-Identifier: GPL-3.0-or-later
// The steps are read from the trees of their definitions, which of an algorithm are those of the translation. Their
// expressions stand where the author wrote them, and are told in his words.
#include "modelcheck/explain.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"
#include "modelcheck/wording.hh"

namespace lorelei::modelcheck {
namespace {

using tla::Node;
using tla::NodeKind;

bool is_operator(const Node& node, std::string_view text) {
  return (node.kind == NodeKind::kInfix || node.kind == NodeKind::kJunction) && node.text == text;
}

class Explanation {
 public:
  explicit Explanation(const Model& model) : model_(model), words_(model, {}) {}

  std::string run() {
    if (model_.translation)
      for (const auto& label : model_.translation->actions)
        add(words_.label_of({label.action, {}, {}, label.place, &label, &model_.translation->bodies[label.body]}),
            label.place, model_.names.find(label.action));
    else
      for (const auto& action : model_.compiler->actions()) add(action.symbol->name, action.place, action.symbol);
    return std::move(out_);
  }

 private:
  void add(const std::string& name, const tla::Place& place, const tla::Symbol* symbol) {
    if (!symbol || !symbol->unit || !symbol->unit->body) return;
    lines_.clear();
    reads_.clear();
    writes_.clear();
    step(*symbol->unit->body, 1);
    out_ += printable(fmt::format("{}{}  (line {})\n", out_.empty() ? "" : "\n", name, Wording::line_of(place)),
                      Lines::kKeep);
    if (!reads_.empty()) out_ += printable(fmt::format("  reads {}", join(reads_, ", "))) + "\n";
    if (!writes_.empty()) out_ += printable(fmt::format("  writes {}", join(writes_, ", "))) + "\n";
    for (const auto& [depth, text] : lines_) out_ += std::string(2 * depth, ' ') + printable(text) + "\n";
  }

  void say(std::size_t depth, std::string text) { lines_.emplace_back(depth, std::move(text)); }

  void step(const Node& node, std::size_t depth) {
    if (is_operator(node, "/\\")) {
      for (const auto& part : node.parts) step(*part, depth);
    } else if (is_operator(node, "\\/")) {
      for (std::size_t i = 0; i < node.parts.size(); ++i) {
        say(depth, i == 0 ? "either" : "or");
        step_or_nothing(*node.parts[i], depth + 1);
      }
    } else if (node.kind == NodeKind::kIf) {
      condition("if", *node.parts[0], depth);
      step_or_nothing(*node.parts[1], depth + 1);
      const auto before = lines_.size();
      say(depth, "else");
      step(*node.parts[2], depth + 1);
      if (lines_.size() == before + 1) lines_.pop_back();
    } else if (node.kind == NodeKind::kExists) {
      for (const auto& bound : node.bounds) choice(bound, depth);
      step(*node.parts[0], depth);
    } else if (node.kind == NodeKind::kLet) {
      for (const auto& unit : node.units)
        if (unit->body && unit->kind == tla::UnitKind::kOperator) {
          read(*unit->body);
          say(depth, fmt::format("with {} = {}", unit->name.text, Wording::source_of(*unit->body)));
        }
      step(*node.parts[0], depth);
    } else {
      leaf(node, depth);
    }
  }

  void step_or_nothing(const Node& node, std::size_t depth) {
    const auto before = lines_.size();
    step(node, depth);
    if (lines_.size() == before) say(depth, "does nothing");
  }

  void condition(const char* word, const Node& node, std::size_t depth) {
    read(node);
    say(depth, fmt::format("{} {}", word, Wording::source_of(node)));
  }
  void choice(const tla::Bound& bound, std::size_t depth) {
    std::vector<std::string> names;
    for (const auto& name : bound.names) names.push_back(name.text);
    if (bound.set) read(*bound.set);
    say(depth,
        fmt::format("takes any {} of {}", join(names, ", "), bound.set ? Wording::source_of(*bound.set) : "all"));
  }

  void leaf(const Node& node, std::size_t depth) {
    if (node.kind == NodeKind::kPrefix && node.text == "UNCHANGED") return;
    if (node.kind == NodeKind::kName && node.text == "TRUE") return;
    const bool is_binder = node.kind == NodeKind::kInfix && node.parts.size() == 2 &&
                           (node.text == "=" || node.text == "\\in" || node.text == "\\subseteq");
    const auto* variable = is_binder ? primed(*node.parts[0]) : nullptr;
    if (variable) return assign(*variable, node.text, *node.parts[1], depth);
    if (is_control_test(node)) return;
    if (node.kind == NodeKind::kName && node.text == "Assert" && !node.parts.empty())
      return condition("fails unless", *node.parts[0], depth);
    if (node.kind == NodeKind::kName && (node.text == "PrintT" || node.text == "Print") && !node.parts.empty())
      return condition("prints", *node.parts[0], depth);
    condition("waits until", node, depth);
  }

  static const Node* primed(const Node& node) {
    const bool is_prime = node.kind == NodeKind::kPostfix && node.text == "'" && node.parts.size() == 1;
    return is_prime && node.parts[0]->kind == NodeKind::kName ? node.parts[0].get() : nullptr;
  }
  bool is_control_test(const Node& node) const {
    if (!model_.translation || node.kind != NodeKind::kInfix || node.text != "=") return false;
    const auto& left = *node.parts[0];
    const auto& subject = left.kind == NodeKind::kApply ? *left.parts[0] : left;
    return subject.kind == NodeKind::kName && subject.text == "pc";
  }

  void assign(const Node& variable, const std::string& how, const Node& value, std::size_t depth) {
    if (model_.translation && variable.text == "pc") return go_to(value, depth);
    if (model_.translation && variable.text == "stack") return call(value, depth);
    add_name(writes_, original(variable.text));
    if (value.kind == NodeKind::kExcept && value.parts[0]->text == variable.text) {
      for (std::size_t i = 1; i < value.parts.size(); ++i) update(variable.text, *value.parts[i], depth);
      return;
    }
    read(value);
    const char* sign = how == "=" ? ":=" : how == "\\in" ? "takes any of" : "takes any subset of";
    say(depth, fmt::format("{} {} {}", original(variable.text), sign, Wording::source_of(value)));
  }
  void update(const std::string& variable, const Node& update, std::size_t depth) {
    auto target = original(variable);
    for (std::size_t i = 0; i + 1 < update.parts.size(); ++i) {
      const auto& at = *update.parts[i];
      if (at.kind == NodeKind::kFieldStep) {
        target += fmt::format(".{}", at.text);
        continue;
      }
      if (i == 0 && is_own(variable)) continue;
      std::vector<std::string> indices;
      for (const auto& index : at.parts) {
        read(*index);
        indices.push_back(Wording::source_of(*index));
      }
      target += fmt::format("[{}]", join(indices, ", "));
    }
    read(*update.parts.back());
    say(depth, fmt::format("{} := {}", target, Wording::source_of(*update.parts.back())));
  }

  void go_to(const Node& value, std::size_t depth) {
    const auto* target = &value;
    if (value.kind == NodeKind::kExcept && value.parts.size() == 2) target = value.parts[1]->parts.back().get();
    if (target->kind == NodeKind::kIf) {  // of a branch that does nothing else
      condition("if", *target->parts[0], depth);
      go_to(*target->parts[1], depth + 1);
      say(depth, "else");
      go_to(*target->parts[2], depth + 1);
      return;
    }
    if (target->kind != NodeKind::kString) return;  // that of the call
    if (target->text == "Done") return say(depth, "ends");
    if (target->text == "Error") return say(depth, "is at the end of a procedure without a return");
    for (const auto& label : model_.translation->actions)
      if (label.renamed == target->text)
        return say(
            depth,
            fmt::format(
                "goes on at {}",
                words_.label_of({label.action, {}, {}, label.place, &label, &model_.translation->bodies[label.body]})));
  }
  // A record with the name of the procedure is pushed; else one is taken off.
  void call(const Node& value, std::size_t depth) {
    const auto* record = record_of_call(value);
    if (!record) return say(depth, "returns");
    for (std::size_t i = 0; i < record->names.size() && i < record->parts.size(); ++i)
      if (record->names[i].text == "procedure") say(depth, fmt::format("calls {}", record->parts[i]->text));
  }
  static const Node* record_of_call(const Node& node) {
    if (node.kind == NodeKind::kRecord) {
      const auto is_it = [](const auto& name) { return name.text == "procedure"; };
      if (std::any_of(node.names.begin(), node.names.end(), is_it)) return &node;
    }
    for (const auto& part : node.parts)
      if (const auto* found = record_of_call(*part)) return found;
    return nullptr;
  }

  // The variables in an expression, also through definitions of the author.
  void read(const Node& node, std::size_t depth = 0) {
    constexpr std::size_t kMaxDefinitions = 50;
    if (node.kind == NodeKind::kName && node.symbol) {
      const auto& symbol = *node.symbol;
      const bool is_own_word = model_.translation && (symbol.name == "pc" || symbol.name == "stack");
      if (symbol.kind == tla::SymbolKind::kVariable && !is_own_word) add_name(reads_, original(symbol.name));
      if (symbol.kind == tla::SymbolKind::kOperator && !symbol.is_recursive && !symbol.is_standard && symbol.unit &&
          symbol.unit->body && depth < kMaxDefinitions)
        read(*symbol.unit->body, depth + 1);
    }
    for (const auto& part : node.parts) read(*part, depth);
    for (const auto& bound : node.bounds)
      if (bound.set) read(*bound.set, depth);
    for (const auto& unit : node.units)
      if (unit->body) read(*unit->body, depth);
  }
  static void add_name(std::vector<std::string>& to, std::string name) {
    if (std::find(to.begin(), to.end(), name) == to.end()) to.push_back(std::move(name));
  }

  const tla::pluscal::VariableFacts* facts(const std::string& name) const {
    if (!model_.translation) return nullptr;
    for (const auto& one : model_.translation->variables)
      if (one.name == name) return &one;
    return nullptr;
  }
  std::string original(const std::string& name) const {
    const auto* known = facts(name);
    return known ? known->original : name;
  }
  bool is_own(const std::string& name) const {
    const auto* known = facts(name);
    return known && known->is_indexed;
  }

  const Model& model_;
  Wording words_;
  std::string out_;
  std::vector<std::pair<std::size_t, std::string>> lines_;
  std::vector<std::string> reads_, writes_;
};

}  // namespace

std::string explained(const Model& model) { return Explanation(model).run(); }

}  // namespace lorelei::modelcheck
