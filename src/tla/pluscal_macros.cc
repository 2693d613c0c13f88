// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_macros.hh"

#include <fmt/core.h>

#include <map>
#include <string>

#include "base/nearest.hh"
#include "tla/pluscal_layout.hh"

namespace lorelei::tla::pluscal {
namespace {

using Kind = Statement::Kind;
using Replacements = std::map<std::string, const Tokens*, std::less<>>;

class Expander {
 public:
  Expander(Algorithm& algorithm, std::vector<Diagnostic>& diagnostics)
      : algorithm_(algorithm), diagnostics_(diagnostics) {}

  bool run() {
    for (auto& macro : algorithm_.macros) {
      check_parameters(macro);
      statements(macro.statements);
      if (!known_.emplace(macro.name.text, &macro).second)
        complain(macro.name.place, fmt::format("there is a macro '{}' already", macro.name.text));
    }
    for (auto* bodies : {&algorithm_.procedures, &algorithm_.processes})
      for (auto& body : *bodies) statements(body.statements);
    return is_good_;
  }

 private:
  void complain(Place place, std::string text, std::string hint = {}) {
    is_good_ = false;
    diagnostics_.push_back({Diagnostic::Severity::kError, 0, place, std::move(text), std::move(hint)});
  }

  void check_parameters(const Macro& macro) {
    for (std::size_t i = 0; i < macro.parameters.size(); ++i)
      for (std::size_t k = 0; k < i; ++k)
        if (macro.parameters[i].text == macro.parameters[k].text)
          complain(macro.parameters[i].place,
                   fmt::format("'{}' is a parameter of the macro already", macro.parameters[i].text));
  }

  void statements(Statements& all) {
    Statements out;
    for (auto& one : all) {
      for (auto& part : one.parts) statements(part);
      if (one.kind != Kind::kMacro) {
        out.push_back(std::move(one));
        continue;
      }
      const auto first = out.size();
      use(one, out);
      if (out.size() > first) out[first].label = std::move(one.label);
    }
    all = std::move(out);
  }

  const Macro* macro_of(const Statement& use) {
    const auto& name = use.target.text;
    if (const auto at = known_.find(name); at != known_.end()) return at->second;
    std::vector<std::string> names;
    for (const auto& macro : algorithm_.macros) {
      if (macro.name.text == name) {
        complain(use.target.place, fmt::format("the macro '{}' is used before it is there", name),
                 "a macro may use those that stand before it");
        return nullptr;
      }
      names.push_back(macro.name.text);
    }
    for (const auto& procedure : algorithm_.procedures) {
      if (procedure.name.text != name) continue;
      complain(use.target.place, fmt::format("'{}' is a procedure, not a macro", name),
               fmt::format("call {}(...)", name));
      return nullptr;
    }
    const auto near = nearest(name, names);
    complain(use.target.place, fmt::format("there is no macro '{}'", name),
             near.empty() ? "" : fmt::format("is '{}' meant?", near));
    return nullptr;
  }

  void use(const Statement& use, Statements& out) {
    const auto* macro = macro_of(use);
    if (!macro) return;
    if (use.arguments.size() != macro->parameters.size())
      return complain(use.target.place, fmt::format("the macro '{}' takes {} argument(s), not {}", macro->name.text,
                                                    macro->parameters.size(), use.arguments.size()));
    Replacements replacements;
    for (std::size_t i = 0; i < macro->parameters.size(); ++i)
      replacements[macro->parameters[i].text] = &use.arguments[i];
    used_ = use.place;
    for (const auto& one : macro->statements) {
      if (words_ > kMaxExpanded) return;
      out.push_back(replaced(one, replacements));
    }
    if (words_ > kMaxExpanded && is_good_)
      complain(use.target.place, fmt::format("the macros of this algorithm stand for more than {} words", kMaxExpanded),
               "make procedures of the larger ones");
  }

  Statement replaced(const Statement& from, const Replacements& by) {
    Statement out = from;
    ++words_;
    if (words_ > kMaxExpanded) return {};
    out.used = used_;
    replace(out.expression, by);
    for (auto& argument : out.arguments) replace(argument, by);
    for (auto& assignment : out.assignments) replace(assignment, by);
    for (auto& binding : out.bindings) {
      replace_name(binding.variable, by);
      replace(binding.value, by);
    }
    for (auto& part : out.parts) {
      const auto inner = std::move(part);
      part.clear();
      for (const auto& one : inner) part.push_back(replaced(one, by));
    }
    return out;
  }

  void replace(Assignment& assignment, const Replacements& by) {
    replace(assignment.subscript, by);
    replace(assignment.value, by);
    const auto at = by.find(assignment.variable.text);
    if (at == by.end()) return;
    const auto& argument = *at->second;
    if (!is_name(argument.front()))
      return complain(argument.front().place, fmt::format("nothing can be assigned to {}", spelling(argument.front())),
                      fmt::format("the macro assigns to '{}': give it a variable", assignment.variable.text));
    assignment.variable = argument.front();
    auto subscript = lay_out(pieces_of({argument.begin() + 1, argument.end()}));
    append(subscript, assignment.subscript);
    assignment.subscript = std::move(subscript);
  }

  static void replace_name(Token& name, const Replacements& by) {
    const auto at = by.find(name.text);
    if (at != by.end() && at->second->size() == 1 && is_name(at->second->front())) name = at->second->front();
  }

  void replace(Tokens& tokens, const Replacements& by) {
    words_ += tokens.size();
    if (by.empty() || words_ > kMaxExpanded) return;
    FieldNames fields(tokens);
    auto pieces = pieces_of(tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (fields.is_field(i) || tokens[i].kind != TokenKind::kName) continue;
      const auto at = by.find(tokens[i].text);
      if (at == by.end()) continue;
      pieces[i].tokens = tokens.size() == 1 ? *at->second : in_parentheses(*at->second);
      // Where the macro has it: what is said of an expression is in one place then, and that is where it is written.
      for (auto& one : pieces[i].tokens) one.place = tokens[i].place;
      words_ += at->second->size();
      if (words_ > kMaxExpanded) return;
    }
    tokens = lay_out(pieces);
  }

  Algorithm& algorithm_;
  std::vector<Diagnostic>& diagnostics_;
  std::map<std::string, const Macro*, std::less<>> known_;
  Place used_;
  std::size_t words_ = 0;
  bool is_good_ = true;
};

}  // namespace

bool expand_macros(Algorithm& algorithm, std::vector<Diagnostic>& diagnostics) {
  return Expander(algorithm, diagnostics).run();
}

}  // namespace lorelei::tla::pluscal
