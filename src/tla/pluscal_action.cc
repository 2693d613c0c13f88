// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_action.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/nearest.hh"
#include "tla/pluscal_layout.hh"

namespace lorelei::tla::pluscal {
namespace {

using Kind = Statement::Kind;

Place shown(const Statement& one) { return one.used.source ? one.used : one.place; }

// What is assigned at once. Subscript and value are translated.
struct Target {
  std::size_t variable;
  Tokens subscript, value;
  Place place;
};

class Maker {
 public:
  Maker(const Context& context, const Body& body)
      : context_(context),
        variables_(context.variables),
        body_(body),
        scope_(variables_, &body, index_in(context.algorithm, body),
               body.kind == Body::Kind::kProcess ? body.identity : Tokens{}) {
    collect_labels(body.statements);
  }

  std::vector<Step> run() {
    std::vector<Step> steps;
    collect(body_.statements, body_.kind == Body::Kind::kProcedure ? "Error" : "Done", steps);
    return steps;
  }

 private:
  // --- where steps begin

  void collect_labels(const Statements& all) {
    for (const auto& one : all) {
      for (const auto& label : one.label) labels_.emplace(label.name.text, label.name.renamed);
      for (const auto& part : one.parts) collect_labels(part);
    }
  }

  // after: the label behind the sequence.
  void collect(const Statements& all, const std::string& after, std::vector<Step>& steps) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& one = all[i];
      if (!one.label.empty()) steps.push_back({&one.label.front(), step(all, i, after)});
      if (!one.jumps) continue;
      const auto& next = one.kind == Kind::kWhile ? one.label.front().name.renamed : behind(all, i, after);
      for (const auto& part : one.parts) collect(part, next, steps);
    }
  }

  static const std::string& behind(const Statements& all, std::size_t i, const std::string& after) {
    return i + 1 < all.size() && !all[i + 1].label.empty() ? all[i + 1].label.front().name.renamed : after;
  }

  Action step(const Statements& all, std::size_t i, const std::string& after) {
    action_ = {};
    Changed changed;
    run_from(all, i, after, {.enters = true, .moves = true}, action_.conjunction, changed);
    Changed every;
    for (std::size_t k = 0; k < variables_.all().size(); ++k) every.insert(k);
    unchanged(every, changed, all[i].place, action_.conjunction);
    return std::move(action_);
  }

  // --- a path

  struct How {
    bool enters = false;  // at a label, rather than going to it
    bool moves = false;   // ends with a new pc
  };

  void run_from(const Statements& all, std::size_t i, const std::string& after, How how, Conjunction& out,
                Changed& changed) {
    const auto first = i;
    for (; i < all.size(); ++i) {
      const auto& one = all[i];
      if (!one.label.empty() && !(how.enters && i == first))
        return move_to(one.label.front().name.renamed, one.place, out, changed);
      if (one.kind == Kind::kWhile) return loop(all, i, after, out, changed);
      if (one.kind == Kind::kCall) return call(all, i, after, out, changed);
      if (one.kind == Kind::kReturn) return return_from(one, out, changed);
      if (one.kind == Kind::kGoto) return move_to(label_of(one), one.place, out, changed);
      if (one.parts.empty()) {
        simple(one, out, changed);
      } else {
        compound(one, behind(all, i, after), out, changed);
        if (one.jumps) return;
      }
    }
    if (how.moves) move_to(after, all.empty() ? Place{} : all.back().place, out, changed);
  }

  void simple(const Statement& one, Conjunction& out, Changed& changed) {
    switch (one.kind) {
      case Kind::kAssign:
        return assignment(one, out, changed);
      case Kind::kAwait:
        return plain(translated(one.expression, changed), one.place, out);
      case Kind::kSkip:
        return plain(made("TRUE", one.place), one.place, out);
      case Kind::kPrint:
        return applied("PrintT", one, "", changed, out);
      case Kind::kAssert:
        return applied("Assert", one, failure(one), changed, out);
      default:
        return;
    }
  }

  static std::string failure(const Statement& one) {
    const auto at = [](Place place) {
      const auto position = place.source ? place.source->position(place.begin) : Position{};
      return fmt::format("line {}, column {}", position.line, position.column);
    };
    if (!one.used.source) return fmt::format("Failure of assertion at {}.", at(one.place));
    return fmt::format("Failure of assertion at {} of macro called at {}.", at(one.place), at(one.used));
  }

  void applied(std::string_view name, const Statement& one, const std::string& text, const Changed& changed,
               Conjunction& out) {
    auto tokens = made(fmt::format("{}(", name), one.place);
    append(tokens, translated(one.expression, changed));
    if (!text.empty()) append(tokens, made(fmt::format(", \"{}\"", text), one.place));
    append(tokens, made(")", one.place));
    plain(std::move(tokens), one.place, out);
  }

  void compound(const Statement& one, const std::string& next, Conjunction& out, Changed& changed) {
    if (one.kind == Kind::kWith) return with(one, next, out, changed);
    Conjunct made_here{.kind = one.kind == Kind::kIf ? Conjunct::Kind::kIf : Conjunct::Kind::kEither,
                       .place = one.place};
    if (one.kind == Kind::kIf) made_here.head = translated(one.expression, changed);
    std::vector<Changed> after_part;
    for (const auto& part : one.parts) {
      auto here = changed;
      run_from(part, 0, next, {.moves = one.jumps}, made_here.parts.emplace_back(), here);
      after_part.push_back(std::move(here));
    }
    meet(made_here, after_part, changed);
    out.push_back(std::move(made_here));
  }

  // Each part says UNCHANGED for what others have changed.
  void meet(Conjunct& branches, const std::vector<Changed>& after_part, Changed& changed) {
    for (const auto& part : after_part) changed.insert(part.begin(), part.end());
    for (std::size_t i = 0; i < after_part.size(); ++i)
      unchanged(changed, after_part[i], branches.place, branches.parts[i]);
  }

  void unchanged(const Changed& all, const Changed& but, Place place, Conjunction& out) {
    Conjunct rest{.kind = Conjunct::Kind::kUnchanged, .place = place};
    for (const auto variable : all)
      if (!but.contains(variable)) rest.unchanged.push_back(static_cast<std::uint32_t>(variable));
    if (!rest.unchanged.empty()) out.push_back(std::move(rest));
  }

  void with(const Statement& one, const std::string& next, Conjunction& out, Changed& changed) {
    auto* inner = &out;
    for (const auto& binding : one.bindings) {
      const auto& name = binding.variable;
      Conjunct here{.kind = binding.is_choice ? Conjunct::Kind::kExists : Conjunct::Kind::kLet, .place = one.place};
      here.head = made(name.text, name.place);
      auto value = translated(binding.value, changed);
      if (binding.is_choice && !binds_strongly(value)) value = in_parentheses(value);
      append(here.head, made(binding.is_choice ? "\\in" : "==", name.place), Gap::kBlank);
      append(here.head, value, Gap::kBlank);
      scope_.bind(name.text);
      inner->push_back(std::move(here));
      inner = &inner->back().parts.emplace_back();
    }
    run_from(one.parts[0], 0, next, {.moves = one.jumps}, *inner, changed);
    for (const auto& binding : one.bindings) scope_.unbind(binding.variable.text);
  }

  void loop(const Statements& all, std::size_t i, const std::string& after, Conjunction& out, Changed& changed) {
    const auto& one = all[i];
    const auto& own = one.label.front().name.renamed;
    if (is_true(one.expression)) return run_from(one.parts[0], 0, own, {.moves = true}, out, changed);
    Conjunct test{.kind = Conjunct::Kind::kIf, .place = one.place};
    test.head = translated(one.expression, changed);
    std::vector<Changed> after_part(2, changed);
    test.parts.resize(2);
    run_from(one.parts[0], 0, own, {.moves = true}, test.parts[0], after_part[0]);
    run_from(all, i + 1, after, {.moves = true}, test.parts[1], after_part[1]);
    meet(test, after_part, changed);
    out.push_back(std::move(test));
  }

  // --- assignments

  void assignment(const Statement& one, Conjunction& out, Changed& changed) {
    std::vector<Target> targets;
    for (const auto& assignment : one.assignments) {
      const auto variable = assigned(assignment.variable);
      if (!variable) continue;
      targets.push_back({*variable, translated(assignment.subscript, changed), translated(assignment.value, changed),
                         assignment.variable.place});
    }
    assign(targets, one.place, out, changed);
  }

  // The variable that may be assigned to, or an error.
  std::optional<std::size_t> assigned(const Token& name) {
    const auto variable = scope_.is_bound(name.text) ? std::nullopt : scope_.find(name.text);
    if (variable && variables_.all()[*variable].declaration) {
      const auto* owner = variables_.all()[*variable].scope;
      if (owner && owner != &body_ && is_reported_.insert(name.text).second)
        context_.diagnostics.push_back(
            {Diagnostic::Severity::kWarning, 0, name.place,
             fmt::format("'{}' is a variable of '{}', not of {}", name.text, owner->name.text, description()),
             "pass it as a parameter, or declare it for the whole algorithm"});
      return variable;
    }
    if (scope_.is_bound(name.text)) {
      complain(name.place, fmt::format("'{}' is a name of 'with': nothing can be assigned to it", name.text));
    } else if (name.text == "pc" || name.text == "stack") {
      complain(name.place, fmt::format("'{}' is the translation's own", name.text), "use goto, call and return");
    } else if (!is_reported_.contains(name.text)) {
      std::vector<std::string> names;
      for (const auto& declared : variables_.all())
        if (declared.declaration && (!declared.scope || declared.scope == &body_)) names.push_back(declared.original);
      const auto near = nearest(name.text, names);
      complain(name.place, fmt::format("'{}' is assigned to but is no variable here", name.text),
               near.empty() ? "declare it" : fmt::format("is '{}' meant?", near));
      is_reported_.insert(name.text);
    }
    return std::nullopt;
  }

  // All values are read before any of them is assigned. Several parts of one variable become one EXCEPT.
  void assign(const std::vector<Target>& targets, Place place, Conjunction& out, Changed& changed) {
    std::vector<bool> is_done(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (is_done[i]) continue;
      std::vector<const Target*> parts;
      for (auto k = i; k < targets.size(); ++k)
        if (targets[k].variable == targets[i].variable) parts.push_back(&targets[k]), is_done[k] = true;
      plain(new_value(parts), place, out);
    }
    for (const auto& target : targets) changed.insert(target.variable);
  }

  Tokens new_value(const std::vector<const Target*>& parts) {
    const auto& first = *parts.front();
    const auto& name = variables_.all()[first.variable].name;
    const auto index = scope_.index_of(first.variable);
    auto tokens = made(fmt::format("{}' =", name), first.place);
    const bool is_whole = index.empty() && first.subscript.empty() && parts.size() == 1;
    if (is_whole) {
      append(tokens, binds_strongly(first.value) ? first.value : in_parentheses(first.value), Gap::kBlank);
      return tokens;
    }
    append(tokens, made(fmt::format("[{} EXCEPT", name), first.place), Gap::kBlank);
    for (const auto* part : parts) {
      if (index.empty() && part->subscript.empty())
        complain(part->place, fmt::format("'{}' is assigned to twice in one statement", name),
                 "'||' is for different variables, or different elements of one");
      if (part != parts.front()) append(tokens, made(",", part->place));
      append(tokens, made("!", part->place), Gap::kBlank);
      append(tokens, index);
      append(tokens, part->subscript);
      append(tokens, made("=", part->place), Gap::kBlank);
      append(tokens, part->value, Gap::kBlank);
    }
    append(tokens, made("]", first.place));
    return tokens;
  }

  // v[self], or v.
  std::string own(std::string_view name) { return std::string(name) + one_line(scope_.index_of(variables_.at(name))); }

  void set(std::string_view variable, Tokens value, Place place, Conjunction& out, Changed& changed) {
    assign({{variables_.at(variable), {}, std::move(value), place}}, place, out, changed);
  }

  // --- control

  void move_to(const std::string& label, Place place, Conjunction& out, Changed& changed) {
    action_.goes_to.insert(label);
    if (context_.has_pc) set("pc", made(fmt::format("\"{}\"", label), place), place, out, changed);
  }

  std::string label_of(const Statement& one) {
    const auto& name = one.target.text;
    if (name == "Done") return name;
    if (const auto at = labels_.find(name); at != labels_.end()) return at->second;
    if (is_reported_.insert(fmt::format("goto {}", name)).second) {
      std::vector<std::string> names;
      for (const auto& [written, renamed] : labels_) names.push_back(written);
      const auto near = nearest(name, names);
      complain(one.target.place.source ? one.target.place : shown(one),
               fmt::format("there is no label '{}' in {}", name, description()),
               near.empty() ? "" : fmt::format("is '{}' meant?", near));
    }
    return name;
  }

  std::string description() const {
    if (body_.kind == Body::Kind::kAlgorithm) return "the algorithm";
    return fmt::format("{} '{}'", body_.kind == Body::Kind::kProcedure ? "procedure" : "process", body_.name.text);
  }

  const Body* callee_of(const Statement& one) {
    std::vector<std::string> names;
    for (const auto& procedure : context_.algorithm.procedures) {
      names.push_back(procedure.name.text);
      if (procedure.name.text != one.target.text) continue;
      if (one.arguments.size() == procedure.parameters.size()) return &procedure;
      complain(one.target.place, fmt::format("the procedure '{}' takes {} argument(s), not {}", one.target.text,
                                             procedure.parameters.size(), one.arguments.size()));
      return nullptr;
    }
    const auto near = nearest(one.target.text, names);
    complain(one.target.place, fmt::format("there is no procedure '{}'", one.target.text),
             near.empty() ? "" : fmt::format("is '{}' meant?", near));
    return nullptr;
  }

  void call(const Statements& all, std::size_t i, const std::string& after, Conjunction& out, Changed& changed) {
    const auto& one = all[i];
    const auto* next = i + 1 < all.size() && all[i + 1].label.empty() ? &all[i + 1] : nullptr;
    const bool returns = next && next->kind == Kind::kReturn;
    const bool jumps = next && next->kind == Kind::kGoto;
    const auto* callee = callee_of(one);
    if (returns && !is_procedure(*next)) return;
    const auto target = returns ? std::string() : jumps ? label_of(*next) : behind(all, i, after);
    if (!returns) action_.goes_to.insert(target);
    if (!callee) return;

    std::vector<Target> targets;
    for (std::size_t k = 0; k < callee->parameters.size(); ++k)
      targets.push_back(
          {variables_.at(callee->parameters[k].name.renamed), {}, translated(one.arguments[k], changed), one.place});
    if (!returns) {
      push(*callee, fmt::format("\"{}\"", target), own("stack"), one.place, targets);
    } else if (callee != &body_) {
      restore(one.place, targets);
      push(*callee, fmt::format("Head({}).pc", own("stack")), fmt::format("Tail({})", own("stack")), one.place,
           targets);
    }
    assign(targets, one.place, out, changed);
    start_locals(*callee, one.place, out, changed);
    set("pc", made(fmt::format("\"{}\"", first_label(*callee)), one.place), one.place, out, changed);
  }

  // What is set while a call takes the place of its caller: all that the caller found when it was called itself.
  void restore(Place place, std::vector<Target>& targets) {
    const auto all =
        context_.options.is_compatible ? std::vector{&body_.locals} : std::vector{&body_.locals, &body_.parameters};
    for (const auto* variables : all)
      for (const auto& variable : *variables)
        targets.push_back({variables_.at(variable.name.renamed), {}, saved(variable, place), place});
  }

  Tokens saved(const Variable& variable, Place place) {
    return made(fmt::format("Head({}).{}", own("stack"), variable.name.renamed), place);
  }

  // onto: the stack below the new record.
  void push(const Body& callee, std::string_view pc, std::string_view onto, Place place, std::vector<Target>& targets) {
    auto record = fmt::format("<<[procedure |-> \"{}\", pc |-> {}", callee.name.renamed, pc);
    for (const auto* variables : {&callee.locals, &callee.parameters})
      for (const auto& variable : *variables)
        record += fmt::format(", {} |-> {}", variable.name.renamed, own(variable.name.renamed));
    record += fmt::format("]>> \\o {}", onto);
    targets.push_back({variables_.at("stack"), {}, made(record, place), place});
  }

  // One after the other: each may read the parameters and those before it.
  void start_locals(const Body& callee, Place place, Conjunction& out, Changed& changed) {
    const Scope inner(variables_, &callee, scope_.index(),
                      body_.kind == Body::Kind::kProcess ? body_.identity : Tokens{});
    for (const auto& variable : callee.locals) {
      auto value = variable.value.empty() ? made("defaultInitValue", place) : inner.translated(variable.value, changed);
      set(variable.name.renamed, std::move(value), place, out, changed);
    }
  }

  bool is_procedure(const Statement& one) {
    if (body_.kind == Body::Kind::kProcedure) return true;
    complain(shown(one), "'return' stands outside of a procedure", "goto Done ends a process");
    return false;
  }

  void return_from(const Statement& one, Conjunction& out, Changed& changed) {
    if (!is_procedure(one)) return;
    set("pc", made(fmt::format("Head({}).pc", own("stack")), one.place), one.place, out, changed);
    for (const auto* variables : {&body_.locals, &body_.parameters})
      for (const auto& variable : *variables)
        set(variable.name.renamed, saved(variable, one.place), one.place, out, changed);
    set("stack", made(fmt::format("Tail({})", own("stack")), one.place), one.place, out, changed);
  }

  // --- words

  Tokens translated(const Tokens& tokens, const Changed& changed) {
    if (!changed.empty()) warn_of_hidden(tokens, changed);
    return scope_.translated(tokens, changed);
  }

  void warn_of_hidden(const Tokens& tokens, const Changed& changed) {
    FieldNames fields(tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (fields.is_field(i) || tokens[i].kind != TokenKind::kName) continue;
      const auto variable = context_.definitions.hidden(tokens[i].text, changed);
      if (!variable) continue;
      const auto& name = variables_.all()[*variable].original;
      context_.diagnostics.push_back(
          {Diagnostic::Severity::kWarning, 0, tokens[i].place,
           fmt::format("'{}' reads '{}' as it was before this step, though it was assigned to", tokens[i].text, name),
           fmt::format("put a label between, or write out what '{}' stands for", tokens[i].text)});
    }
  }

  static void plain(Tokens tokens, Place place, Conjunction& out) {
    out.push_back({.kind = Conjunct::Kind::kPlain, .head = std::move(tokens), .place = place});
  }

  void complain(Place place, std::string text, std::string hint = {}) {
    context_.diagnostics.push_back({Diagnostic::Severity::kError, 0, place, std::move(text), std::move(hint)});
  }

  const Context& context_;
  const Variables& variables_;
  const Body& body_;
  Scope scope_;
  std::map<std::string, std::string> labels_;  // as written, renamed
  std::set<std::string> is_reported_;
  Action action_;  // that is being made
};

}  // namespace

bool is_true(const Tokens& tokens) { return tokens.size() == 1 && is_word(tokens.front(), "TRUE"); }

const std::string& first_label(const Body& body) { return body.statements.front().label.front().name.renamed; }

Tokens index_in(const Algorithm& algorithm, const Body& body) {
  if (!algorithm.has_processes()) return {};
  return body.kind == Body::Kind::kProcess ? body.identity : made("self", body.name.place);
}

std::vector<Step> steps_of(const Context& context, const Body& body) { return Maker(context, body).run(); }

}  // namespace lorelei::tla::pluscal
