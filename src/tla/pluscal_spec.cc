// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_spec.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "tla/pluscal_layout.hh"

namespace lorelei::tla::pluscal {
namespace {

using Of = Body::Kind;

class Sections {
 public:
  Sections(const Plan& plan, Writer& out)
      : plan_(plan), algorithm_(plan.algorithm), out_(out), has_processes_(plan.algorithm.has_processes()) {}

  void run() {
    renamings();
    declarations();
    init();
    actions();
    next();
    spec();
    termination();
  }

 private:
  // --- declarations

  void renamings() {
    for (const auto& one : plan_.renamings) {
      const auto at = one.place.source ? one.place.source->position(one.place.begin) : Position{};
      out_.comment(fmt::format("\\* {} {}{}{} at line {} col {} changed to {}", one.what, one.name,
                               one.of.empty() ? "" : " of ", one.of, at.line, at.column, one.renamed));
      out_.line();
    }
  }

  void declarations() {
    if (plan_.needs_default_value()) {
      out_.text("CONSTANT defaultInitValue");
      out_.line();
    }
    std::vector<std::string> first, second, all;
    for (const auto& variable : plan_.variables.all()) {
      const bool is_later = algorithm_.has_definitions && variable.scope;
      (is_later ? second : first).push_back(variable.name);
      all.push_back(variable.name);
    }
    variables(first);
    if (algorithm_.has_definitions) definitions();
    variables(second);
    out_.line();
    out_.text("vars == << ");
    out_.list(all);
    out_.text(" >>");
    out_.line();
    if (has_processes_) process_set();
  }

  void variables(const std::vector<std::string>& names) {
    if (names.empty()) return;
    out_.text(names.size() == 1 ? "VARIABLE " : "VARIABLES ");
    out_.list(names);
    out_.line();
  }

  void definitions() {
    const auto& place = algorithm_.definitions_place;
    out_.line();
    out_.comment("(* define statement *)");
    if (!place.source) return;
    auto begin = place.begin;
    const auto all = place.source->text();
    while (begin < place.end && is_space(all[begin])) ++begin;
    const auto text = trim_end(all.substr(begin, place.end - begin));
    // A line of comment may be all there is behind the last word.
    out_.verbatim(text, algorithm_.definitions, place.source->position(begin));
    out_.line();
    out_.line();
  }

  void process_set() {
    out_.line();
    out_.text("ProcSet == ");
    for (const auto& body : algorithm_.processes) {
      if (&body != &algorithm_.processes.front()) out_.text(" \\cup ");
      out_.text(body.kind == Of::kProcesses ? "(" : "{", body.name.place);
      out_.put(body.identity);
      out_.text(body.kind == Of::kProcesses ? ")" : "}", body.name.place);
    }
    out_.line();
  }

  // --- Init

  void init() {
    out_.line();
    out_.text("Init == ");
    column_ = out_.column();
    is_first_ = true;
    if (!algorithm_.globals.empty()) {
      heading("Global variables");
      for (const auto& variable : algorithm_.globals) initial(nullptr, variable);
    }
    for (const auto& body : algorithm_.procedures) initial(body, "Procedure");
    for (const auto& body : algorithm_.processes) initial(body, "Process");
    if (!algorithm_.procedures.empty())
      line_of_init(has_processes_ ? "stack = [self \\in ProcSet |-> <<>>]" : "stack = <<>>");
    if (plan_.has_pc) initial_pc();
    if (is_first_) out_.text("TRUE");
    out_.line();
  }

  void heading(const std::string& text) {
    new_line_of_init();
    out_.comment("(* " + text + " *)");
    is_after_heading_ = true;
  }
  void new_line_of_init() {
    if (!is_first_ || is_after_heading_) out_.line(column_);
    is_after_heading_ = false;
  }
  void begin_line_of_init(Place place) {
    new_line_of_init();
    is_first_ = false;
    out_.text("/\\ ", place);
  }
  void line_of_init(std::string_view text, Place place = {}) {
    begin_line_of_init(place);
    out_.text(text, place);
  }

  void initial(const Body& body, const std::string& what) {
    if (body.parameters.empty() && body.locals.empty()) return;
    heading(what + " " + body.name.renamed);
    for (const auto* all : {&body.parameters, &body.locals})
      for (const auto& variable : *all) initial(&body, variable);
  }

  void initial(const Body* body, const Variable& variable) {
    const auto place = variable.name.place;
    begin_line_of_init(place);
    const bool is_choice = variable.start == Variable::Start::kIn;
    out_.text(fmt::format("{} {} ", variable.name.renamed, is_choice ? "\\in" : "="), place);
    const bool is_indexed = body && plan_.variables.all()[plan_.variables.at(variable.name.renamed)].is_indexed;
    auto value = variable.value.empty() ? made("defaultInitValue", place) : translated(body, variable);
    if (!is_indexed) return out_.put(binds_strongly(value) ? value : in_parentheses(value));
    const auto set = body->kind == Of::kProcesses ? body->identity : made("ProcSet", place);
    out_.text(is_choice ? "[" : "[self \\in ", place);
    out_.put(set);
    out_.text(is_choice ? " -> " : " |-> ", place);
    out_.put(value);
    out_.text("]", place);
  }

  // With several values for each process, others are read from the process that CHOOSE finds.
  Tokens translated(const Body* body, const Variable& variable) const {
    if (!body) return variable.value;
    auto index = index_in(algorithm_, *body);
    if (variable.start == Variable::Start::kIn && body->kind == Of::kProcesses) {
      index = made("CHOOSE self \\in", variable.name.place);
      append(index, in_parentheses(body->identity), Gap::kBlank);
      append(index, made(": TRUE", variable.name.place), Gap::kBlank);
    }
    const Scope scope(plan_.variables, body, index, body->kind == Of::kProcess ? body->identity : Tokens{});
    return scope.translated(variable.value, {});
  }

  void initial_pc() {
    const auto& bodies = algorithm_.processes;
    const auto& first = bodies.front();
    if (!has_processes_) return line_of_init(fmt::format("pc = \"{}\"", first_label(first)), first.place);
    line_of_init("pc = [self \\in ProcSet |-> ");
    if (bodies.size() == 1) {
      out_.text(fmt::format("\"{}\"", first_label(first)), first.place);
    } else {
      out_.text("CASE ");
      const auto column = out_.column() - 3;
      for (const auto& body : bodies) {
        if (&body != &first) {
          out_.line(column);
          out_.text("[] ");
        }
        out_.text(body.kind == Of::kProcesses ? "self \\in " : "self = ", body.name.place);
        out_.put(binds_strongly(body.identity) ? body.identity : in_parentheses(body.identity));
        out_.text(fmt::format(" -> \"{}\"", first_label(body)), body.place);
      }
    }
    out_.text("]");
  }

  // --- actions

  // "self" as a parameter, where there is one of the action for each process.
  bool has_self(const Body& body) const {
    return has_processes_ && (body.kind == Of::kProcesses || body.kind == Of::kProcedure);
  }
  std::string with_self(const std::string& name, const Body& body) const {
    return has_self(body) ? name + "(self)" : name;
  }
  // For the process with that index.
  std::string with_index(const std::string& name, const Body& body, const Tokens& index) const {
    return has_self(body) ? name + "(" + one_line(index) + ")" : name;
  }

  void actions() {
    for (std::size_t i = 0; i < algorithm_.procedures.size(); ++i) body(algorithm_.procedures[i], plan_.procedures[i]);
    for (std::size_t i = 0; i < algorithm_.processes.size(); ++i) body(algorithm_.processes[i], plan_.processes[i]);
  }

  void body(const Body& body, const std::vector<Step>& steps) {
    if (!plan_.has_pc) {
      out_.line();
      out_.text(body.kind == Of::kAlgorithm ? "Next" : with_self(body.name.renamed, body), body.name.place);
      out_.text(" == ");
      conjunction(steps.front().action.conjunction, out_.column(), body.place);
      out_.line();
      return;
    }
    for (const auto& step : steps) action(body, step);
    if (body.kind == Of::kAlgorithm) return;
    out_.line();
    out_.text(with_self(body.name.renamed, body) + " == ", body.name.place);
    disjunction(body, steps, out_.column());
    out_.line();
  }

  void disjunction(const Body& body, const std::vector<Step>& steps, unsigned column) {
    for (const auto& step : steps) {
      const auto name = with_self(step.label->name.renamed, body);
      if (&step != &steps.front()) {
        if (out_.column() + name.size() + 4 > width()) {
          out_.line(column);
          out_.text("\\/ ");
        } else {
          out_.text(" \\/ ");
        }
      }
      out_.text(name, step.label->name.place);
    }
  }
  unsigned width() const { return plan_.options.line_width.value_or(78); }

  void action(const Body& body, const Step& step) {
    const auto& name = step.label->name;
    out_.line();
    out_.text(with_self(name.renamed, body) + " == ", name.place);
    const auto column = out_.column();
    const auto index = index_in(algorithm_, body);
    auto test = made("pc", name.place);
    if (!index.empty()) {
      append(test, made("[", name.place));
      append(test, index);
      append(test, made("]", name.place));
    }
    append(test, made(fmt::format("= \"{}\"", name.renamed), name.place), Gap::kBlank);
    Conjunction all;
    all.push_back({.kind = Conjunct::Kind::kPlain, .head = std::move(test), .place = name.place});
    all.insert(all.end(), step.action.conjunction.begin(), step.action.conjunction.end());
    conjunction(all, column, name.place);
    out_.line();
  }

  void conjunction(const Conjunction& all, unsigned column, Place place) {
    if (all.empty()) return out_.text("TRUE", place);
    for (const auto& one : all) {
      if (&one != &all.front()) out_.line(column);
      out_.text("/\\ ", one.place);
      conjunct(one, out_.column());
    }
  }

  void conjunct(const Conjunct& one, unsigned column) {
    using Kind = Conjunct::Kind;
    switch (one.kind) {
      case Kind::kPlain:
        return out_.put(one.head);
      case Kind::kIf:
        return conditional(one, column);
      case Kind::kUnchanged:
        return unchanged(one);
      case Kind::kEither:
        for (const auto& part : one.parts) {
          if (&part != &one.parts.front()) out_.line(column);
          out_.text("\\/ ", one.place);
          conjunction(part, out_.column(), one.place);
        }
        return;
      case Kind::kExists:
      case Kind::kLet:
        out_.text(one.kind == Kind::kLet ? "LET " : "\\E ", one.place);
        out_.put(one.head);
        out_.text(one.kind == Kind::kLet ? " IN" : ":", one.place);
        out_.line(column + 2);
        return conjunction(one.parts.front(), out_.column(), one.place);
    }
  }

  void conditional(const Conjunct& one, unsigned column) {
    out_.text("IF ", one.place);
    out_.put(one.head);
    out_.line(column + 3);
    out_.text("THEN ", one.place);
    conjunction(one.parts[0], out_.column(), one.place);
    out_.line(column + 3);
    out_.text("ELSE ", one.place);
    conjunction(one.parts[1], out_.column(), one.place);
  }

  void unchanged(const Conjunct& one) {
    std::vector<std::string> names;
    for (const auto variable : one.unchanged) names.push_back(plan_.variables.all()[variable].name);
    out_.text("UNCHANGED ", one.place);
    if (names.size() == 1) return out_.text(names.front(), one.place);
    out_.text("<< ", one.place);
    out_.list(names, one.place);
    out_.text(" >>", one.place);
  }

  // --- Next, Spec, Termination

  bool has_terminating() const { return plan_.has_pc && plan_.has_termination && !plan_.options.has_no_done_disjunct; }

  void all_are_done() { out_.text(has_processes_ ? "\\A self \\in ProcSet: pc[self] = \"Done\"" : "pc = \"Done\""); }

  void next() {
    if (has_terminating()) {
      out_.line();
      out_.comment("(* Endless stuttering, so that an end is no deadlock. *)");
      out_.line();
      out_.text("Terminating == /\\ ");
      all_are_done();
      out_.line(16);
      out_.text("/\\ UNCHANGED vars");
      out_.line();
    }
    if (!has_processes_ && !plan_.has_pc) return;  // the action is Next itself
    out_.line();
    out_.text("Next == ");
    const auto column = out_.column();
    bool is_first = true;
    const auto item = [&] {
      if (!is_first) out_.line(column);
      is_first = false;
      out_.text("\\/ ");
    };
    procedures_of_next(item);
    for (std::size_t i = 0; i < algorithm_.processes.size(); ++i) {
      const auto& body = algorithm_.processes[i];
      item();
      if (body.kind == Of::kAlgorithm) {
        disjunction(body, plan_.processes[i], column);
      } else if (body.kind == Of::kProcess) {
        out_.text(body.name.renamed, body.name.place);
      } else {
        out_.text("\\E self \\in ", body.name.place);
        out_.put(in_parentheses_unless_strong(body.identity));
        out_.text(": " + body.name.renamed + "(self)", body.name.place);
      }
    }
    if (has_terminating()) {
      item();
      out_.text("Terminating");
    }
    out_.line();
  }

  template <typename Item>
  void procedures_of_next(const Item& item) {
    if (algorithm_.procedures.empty()) return;
    if (!has_processes_) {
      for (const auto& body : algorithm_.procedures) {
        item();
        out_.text(body.name.renamed, body.name.place);
      }
      return;
    }
    item();
    out_.text("\\E self \\in ProcSet: ");
    const auto column = out_.column();
    for (const auto& body : algorithm_.procedures) {
      if (&body != &algorithm_.procedures.front()) out_.line(column);
      out_.text("\\/ " + with_self(body.name.renamed, body), body.name.place);
    }
  }

  static Tokens in_parentheses_unless_strong(const Tokens& tokens) {
    return binds_strongly(tokens) ? tokens : in_parentheses(tokens);
  }

  void spec() {
    out_.line();
    out_.text("Spec == ");
    const auto column = out_.column();
    out_.text("/\\ Init /\\ [][Next]_vars");
    if (plan_.is_next_fair) {
      out_.line(column);
      out_.text("/\\ WF_vars(Next)");
    }
    for (std::size_t i = 0; i < algorithm_.processes.size(); ++i)
      if (plan_.fair[i].fairness != Fairness::kNone) fairness(i, column);
    out_.line();
  }

  void fairness(std::size_t i, unsigned column) {
    const auto& body = algorithm_.processes[i];
    const auto& fair = plan_.fair[i];
    const auto index = index_in(algorithm_, body);
    out_.line(column);
    out_.text("/\\ ", body.name.place);
    if (body.kind == Of::kProcesses) {
      out_.text("\\A self \\in ", body.name.place);
      out_.put(in_parentheses_unless_strong(body.identity));
      out_.text(" : ", body.name.place);
    }
    const auto inner = out_.column();
    fairness_of(body, plan_.processes[i], index, fair.fairness, inner);
    for (const auto* procedure : fair.procedures) {
      const auto number = static_cast<std::size_t>(procedure - algorithm_.procedures.data());
      out_.line(inner);
      fairness_of(*procedure, plan_.procedures[number], index, fair.fairness, inner);
    }
  }

  // One body, and its labels with "+" or "-".
  void fairness_of(const Body& body, const std::vector<Step>& steps, const Tokens& index, Fairness fairness,
                   unsigned column) {
    using Modifier = Label::Modifier;
    std::string not_fair;
    for (const auto& step : steps)
      if (step.label->modifier == Modifier::kMinus)
        not_fair += fmt::format("{}\"{}\"", not_fair.empty() ? "" : ", ", step.label->name.renamed);
    const auto place = body.name.place;
    const auto name = with_index(body.name.renamed, body, index);
    out_.text(fairness == Fairness::kStrong ? "/\\ SF_vars(" : "/\\ WF_vars(", place);
    if (not_fair.empty()) {
      out_.text(name, place);
    } else {
      out_.text(fmt::format("(pc[{}] \\notin {{{}}}) /\\ {}", one_line(index), not_fair, name), place);
    }
    out_.text(")", place);
    if (fairness != Fairness::kWeak) return;
    for (const auto& step : steps) {
      if (step.label->modifier != Modifier::kPlus) continue;
      out_.line(column);
      out_.text(fmt::format("/\\ SF_vars({})", with_index(step.label->name.renamed, body, index)),
                step.label->name.place);
    }
  }

  void termination() {
    if (!plan_.has_pc || !plan_.has_termination) return;
    out_.line();
    out_.text("Termination == <>(");
    all_are_done();
    out_.text(")");
    out_.line();
  }

  const Plan& plan_;
  const Algorithm& algorithm_;
  Writer& out_;
  bool has_processes_;
  unsigned column_ = 1;  // of the lines of Init
  bool is_first_ = true, is_after_heading_ = false;
};

}  // namespace

bool Plan::needs_default_value() const {
  return std::any_of(variables.all().begin(), variables.all().end(), [](const Declared& variable) {
    return variable.declaration && variable.declaration->start == Variable::Start::kAny;
  });
}

void write_translation(const Plan& plan, Writer& out) { Sections(plan, out).run(); }

}  // namespace lorelei::tla::pluscal
