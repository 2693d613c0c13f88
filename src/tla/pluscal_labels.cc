// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_labels.hh"

#include <fmt/core.h>

#include <map>
#include <optional>
#include <set>
#include <string>

#include "tla/pluscal_layout.hh"

namespace lorelei::tla::pluscal {
namespace {

using Kind = Statement::Kind;
using Assigned = std::map<std::string, Place>;  // since the last label, and where

bool is_jump(const Statement& one) {
  return one.kind == Kind::kCall || one.kind == Kind::kReturn || one.kind == Kind::kGoto;
}

// "call ...; return" and "call ...; goto L" are one.
bool is_fused(const Statements& all, std::size_t call) {
  return all[call].kind == Kind::kCall && call + 1 < all.size() && all[call + 1].label.empty() &&
         (all[call + 1].kind == Kind::kReturn || all[call + 1].kind == Kind::kGoto);
}

void collect_labels(const Statements& all, std::set<std::string>& out) {
  for (const auto& one : all) {
    for (const auto& label : one.label) out.insert(label.name.text);
    for (const auto& part : one.parts) collect_labels(part, out);
  }
}

std::uint32_t line_of(Place place) { return place.source ? place.source->position(place.begin).line : 0; }

Place shown(const Statement& one) { return one.used.source ? one.used : one.place; }

class Labeller {
 public:
  Labeller(Algorithm& algorithm, const Options& options, std::vector<Diagnostic>& diagnostics)
      : algorithm_(algorithm), diagnostics_(diagnostics), root_(options.label_root.value_or("Lbl_")) {
    for (const auto* bodies : {&algorithm.procedures, &algorithm.processes})
      for (const auto& body : *bodies) collect_labels(body.statements, taken_);
    may_add_ = options.may_add_labels || (!algorithm.has_processes() && taken_.empty());
    reports_ = options.reports_labels;
    declared_.insert("stack");
    for (const auto& variable : algorithm.globals) declared_.insert(variable.name.text);
    for (const auto* bodies : {&algorithm.procedures, &algorithm.processes})
      for (const auto& body : *bodies)
        for (const auto* variables : {&body.parameters, &body.locals})
          for (const auto& variable : *variables) declared_.insert(variable.name.text);
  }

  bool run() {
    for (auto* bodies : {&algorithm_.procedures, &algorithm_.processes}) {
      for (auto& body : *bodies) {
        body_ = &body;
        Assigned assigned;
        sequence(body.statements, assigned, "the first statement of a body needs one");
      }
    }
    return is_good_;
  }

 private:
  // What the statements leave assigned; whether they hold a label or a jump.
  bool sequence(Statements& all, Assigned& assigned, std::string reason) {
    bool jumps = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto& one = all[i];
      const bool is_second = i > 0 && is_fused(all, i - 1);
      if (one.kind == Kind::kWhile && reason.empty()) reason = "a 'while' needs one";
      if (reason.empty() && !is_second) reason = assigns_again(all, i, assigned);
      if (one.label.empty() && !reason.empty() && !is_second) need(one, reason);
      if (!one.label.empty()) {
        jumps = true;
        assigned.clear();
      }
      one.jumps = inside(one, assigned);
      note_assigned(all, i, assigned);
      jumps |= one.jumps || is_jump(one);
      reason = reason_behind(one);
    }
    return jumps;
  }

  static std::string reason_behind(const Statement& one) {
    switch (one.kind) {
      case Kind::kCall:
        return "what stands behind 'call' needs one";
      case Kind::kReturn:
        return "what stands behind 'return' needs one";
      case Kind::kGoto:
        return "what stands behind 'goto' needs one";
      case Kind::kIf:
        return one.jumps ? "what stands behind an 'if' with a label or a jump in it needs one" : "";
      case Kind::kEither:
        return one.jumps ? "what stands behind an 'either' with a label or a jump in it needs one" : "";
      case Kind::kWith:
        return one.jumps ? "what stands behind a 'with' with a jump in it needs one" : "";
      default:
        return "";
    }
  }

  // The parts of a statement; assigned is united over them.
  bool inside(Statement& one, Assigned& assigned) {
    if (one.kind == Kind::kWith) {
      Assigned here;
      return within(one, here);  // note_assigned() adds them
    }
    if (one.kind == Kind::kWhile) {
      Assigned here;
      const bool jumps = sequence(one.parts[0], here, "");
      assigned.clear();  // behind it we come from its test
      return jumps;
    }
    bool jumps = false;
    Assigned all = assigned;
    for (auto& part : one.parts) {
      Assigned here = assigned;
      jumps |= sequence(part, here, "");
      all.insert(here.begin(), here.end());
    }
    if (!one.parts.empty()) assigned = std::move(all);
    return jumps;
  }

  // In "with": no labels, nothing behind a jump, nothing assigned twice.
  bool within(Statement& with, Assigned& assigned) {
    bool jumps = false;
    auto all = assigned;
    for (auto& part : with.parts) {
      auto here = with.kind == Kind::kWith ? std::move(assigned) : assigned;
      jumps |= sequence_within(part, here);
      if (with.kind == Kind::kWith) {
        all = std::move(here);
      } else {
        all.insert(here.begin(), here.end());
      }
    }
    assigned = std::move(all);
    return jumps;
  }

  bool sequence_within(Statements& all, Assigned& assigned) {
    bool jumps = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto& one = all[i];
      const bool is_second = i > 0 && is_fused(all, i - 1);
      if (!one.label.empty())
        complain(one.label.front().name.place, "a label cannot stand within 'with'",
                 "what is in it is part of one step");
      else if (one.kind == Kind::kWhile)
        complain(shown(one), "a 'while' cannot stand within 'with'", "what is in it is part of one step");
      else if (jumps && !is_second)
        complain(shown(one), "nothing can stand here: control has left this 'with' before",
                 "what stands behind a jump needs a label, and 'with' has none within");
      else if (!is_second) {
        for (const auto& [name, place] : assignments_of(all, i))
          if (const auto before = assigned.find(name); before != assigned.end())
            complain(place,
                     fmt::format("'{}' is assigned to a second time within 'with' (first in line {})", name,
                                 line_of(before->second)),
                     "what is in a 'with' is part of one step");
      }
      if (!is_second) assigned.merge(assignments_of(all, i));
      one.jumps = within(one, assigned);
      jumps |= one.jumps || is_jump(one);
    }
    return jumps;
  }

  // What statement i assigns by itself, or anywhere if it is a "with".
  Assigned assignments_of(const Statements& all, std::size_t i) const {
    Assigned out;
    add_assignments(all, i, out);
    return out;
  }
  void add_assignments(const Statements& all, std::size_t i, Assigned& out) const {
    const auto& one = all[i];
    for (const auto& assignment : one.assignments)
      if (declared_.contains(assignment.variable.text)) out.emplace(assignment.variable.text, shown(one));
    if (one.kind == Kind::kCall || one.kind == Kind::kReturn) {
      out.emplace("stack", shown(one));
      const bool is_own =
          one.kind == Kind::kCall && body_->kind == Body::Kind::kProcedure && one.target.text == body_->name.text;
      const bool returns = one.kind == Kind::kReturn || (is_fused(all, i) && all[i + 1].kind == Kind::kReturn);
      if (is_own || returns) add_procedure_variables(shown(one), out);
    }
  }
  void add_procedure_variables(Place place, Assigned& out) const {
    for (const auto& procedure : algorithm_.procedures)
      for (const auto* variables : {&procedure.parameters, &procedure.locals})
        for (const auto& variable : *variables) out.emplace(variable.name.text, place);
  }
  void add_all(const Statements& all, Assigned& out) const {
    for (std::size_t i = 0; i < all.size(); ++i) {
      add_assignments(all, i, out);
      for (const auto& part : all[i].parts) add_all(part, out);
    }
  }

  std::string assigns_again(const Statements& all, std::size_t i, const Assigned& assigned) const {
    if (assigned.empty()) return "";
    auto here = assignments_of(all, i);
    if (all[i].kind == Kind::kWith) add_all(all[i].parts[0], here);
    for (const auto& [name, place] : here)
      if (const auto before = assigned.find(name); before != assigned.end())
        return fmt::format("'{}' was assigned to in this step already, in line {}", name, line_of(before->second));
    return "";
  }

  void note_assigned(const Statements& all, std::size_t i, Assigned& assigned) const {
    add_assignments(all, i, assigned);
    if (all[i].kind == Kind::kWith) add_all(all[i].parts[0], assigned);
  }

  void need(Statement& one, const std::string& reason) {
    if (!may_add_) {
      complain(shown(one), fmt::format("a label is missing here: {}", reason),
               "add one, or write \\* PlusCal options (label) to have labels added");
      return;
    }
    do {
      ++count_;
    } while (taken_.contains(fmt::format("{}{}", root_, count_)));
    const auto name = fmt::format("{}{}", root_, count_);
    one.label.push_back({.name = {name, name, shown(one)}, .modifier = Label::Modifier::kNone, .is_added = true});
    if (reports_)
      diagnostics_.push_back({Diagnostic::Severity::kWarning, 0, shown(one),
                              fmt::format("the label '{}' was added: {}", name, reason), ""});
  }

  void complain(Place place, std::string text, std::string hint) {
    is_good_ = false;
    diagnostics_.push_back({Diagnostic::Severity::kError, 0, place, std::move(text), std::move(hint)});
  }

  Algorithm& algorithm_;
  std::vector<Diagnostic>& diagnostics_;
  std::string root_;
  std::set<std::string> taken_, declared_;
  const Body* body_ = nullptr;
  unsigned count_ = 0;
  bool may_add_ = false, reports_ = false, is_good_ = true;
};

}  // namespace

bool add_labels(Algorithm& algorithm, const Options& options, std::vector<Diagnostic>& diagnostics) {
  return Labeller(algorithm, options, diagnostics).run();
}

}  // namespace lorelei::tla::pluscal
