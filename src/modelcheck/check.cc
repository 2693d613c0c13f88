// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/check.hh"

#include <fmt/core.h>

#include <map>
#include <new>
#include <tuple>
#include <utility>

#include "modelcheck/coverage.hh"

namespace lorelei::modelcheck {

Outcome outcome_of(const Finding& finding) {
  switch (finding.kind) {
    case Finding::Kind::kInvariant:
      return Outcome::kInvariant;
    case Finding::Kind::kInitialPredicate:
    case Finding::Kind::kStepProperty:
    case Finding::Kind::kTemporal:
      return Outcome::kProperty;
    case Finding::Kind::kDeadlock:
    case Finding::Kind::kSpinDeadlock:
      return Outcome::kDeadlock;
    case Finding::Kind::kAssumption:
    case Finding::Kind::kPostcondition:
      return Outcome::kAssumption;
    case Finding::Kind::kAssertion:
      return Outcome::kAssertion;
    case Finding::Kind::kFailure:
      break;
  }
  return finding.during.starts_with("invariant") ? Outcome::kFailureInInvariant : Outcome::kFailure;
}

namespace {

Finding failed(std::string text, std::string during) {
  Finding made;
  made.kind = Finding::Kind::kFailure;
  made.text = std::move(text);
  made.during = std::move(during);
  return made;
}

void check_postconditions(Model& model, Verdict& verdict) {
  Machine machine(model.heap, model.world, model.width(), model.compiler->frame_size());
  for (const auto& one : model.postconditions) {
    Finding wrong;
    try {
      if (machine.is_true(*one.expression)) continue;
    } catch (const EvaluationError& error) {
      wrong.text = error.text;
    }
    wrong.kind = Finding::Kind::kPostcondition;
    wrong.name = one.name;
    wrong.node = one.expression->node;
    verdict.finding = std::move(wrong);
    return;
  }
}

void check_properties(Model& model, const Explorer& explorer, Verdict& verdict) {
  try {
    auto violation = find_violation(model, explorer, verdict.explored);
    if (!violation) return;
    Finding made;
    made.kind = Finding::Kind::kTemporal;
    made.name = violation->property;
    Tracer tracer(model, explorer);
    verdict.trace = tracer.along(violation->lasso);
    if (verdict.trace->is_stuttering && !verdict.trace->states.empty())
      verdict.stuck = tracer.stuck_in(verdict.trace->states.back().values);
    verdict.finding = std::move(made);
  } catch (const EvaluationError& error) {
    verdict.finding = failed(error.text, "a property about behaviours");
    verdict.outcome = Outcome::kNotCheckable;
  } catch (const CompileError& error) {
    verdict.finding = failed(error.diagnostic.text, "a property about behaviours");
    verdict.outcome = Outcome::kNotCheckable;
  }
}

void note(Verdict& verdict, std::string text, std::string hint = {}) {
  auto& made = verdict.notes.emplace_back();
  made.severity = tla::Diagnostic::Severity::kWarning;
  made.text = std::move(text);
  made.hint = std::move(hint);
}

void add_notes(const Model& model, Verdict& verdict) {
  if (!model.properties.empty() && model.fairness.empty())
    note(verdict,
         fmt::format("{} is checked without any fairness: a behaviour may stop at any time", model.properties[0].name),
         "write `fair process`, or --fair algorithm, if steps that can be taken are taken at last");
  if (!model.properties.empty() && !(model.constraints.empty() && model.action_constraints.empty()))
    note(verdict, "properties about behaviours are checked within the constraints only: what leads out is not seen");
}

void add_coverage(Model& model, Verdict& verdict) {
  try {
    verdict.coverage = coverage_of(model, verdict.explored);
  } catch (const EvaluationError& error) {
    auto& made = verdict.notes.emplace_back();
    made.severity = tla::Diagnostic::Severity::kWarning;
    made.text = fmt::format("not all states could be gone through for the coverage: {}", error.text);
  }
}

void note_alias(const std::string& wrong, Verdict& verdict) {
  auto& made = verdict.notes.emplace_back();
  made.severity = tla::Diagnostic::Severity::kWarning;
  made.text = fmt::format("ALIAS cannot be evaluated in every state of the trace: {}", wrong);
}

// Labels that no step was ever taken at.
void note_labels_never_reached(const Model& model, Verdict& verdict) {
  if (!model.translation) return;
  const auto& actions = model.compiler->actions();
  for (const auto& label : model.translation->actions) {
    std::uint64_t taken = 0;
    for (std::size_t i = 0; i < actions.size(); ++i)
      if (actions[i].symbol->name == label.action) taken += verdict.explored.action_generated[i];
    if (taken > 0) continue;
    auto& made = verdict.notes.emplace_back();
    made.severity = tla::Diagnostic::Severity::kWarning;
    made.place = label.place;
    made.text = fmt::format("no step is ever taken at the label {}", label.label);
  }
}

// Nothing: what came of it stands in the verdict.
std::optional<Explored> run(Explorer& explorer, Verdict& verdict) {
  try {
    auto made = explorer.run();
    if (!made.is_whole) verdict.outcome = Outcome::kStopped;
    return made;
  } catch (const EvaluationError& error) {
    verdict.finding = failed(error.text, "the search");
  } catch (const std::bad_alloc&) {
    verdict.finding = failed("there is no memory left for more states", "the search");
  } catch (const CheckpointError&) {
    verdict.error = err(Error::Kind::kCorrupt, "go on with the search", "", "what it was written to makes no sense",
                        "start again without --resume")
                        .value();
  }
  verdict.outcome = Outcome::kTooLarge;
  return std::nullopt;
}

void conclude(Model& model, const Explorer& explorer, const CheckOptions& wish, Verdict& verdict) {
  const bool checks_properties = wish.checks_liveness && !model.properties.empty();
  auto& findings = verdict.explored.findings;
  // That all steps lead back is told last: where a property fails, that says more.
  const bool is_spinning = !findings.empty() && findings[0].kind == Finding::Kind::kSpinDeadlock;
  if (checks_properties && (findings.empty() || is_spinning)) check_properties(model, explorer, verdict);
  if (verdict.finding && is_spinning) {
    auto& made = verdict.notes.emplace_back();
    made.severity = tla::Diagnostic::Severity::kWarning;
    made.text = fmt::format("this is also a spin deadlock: from level {} on there are states that no step changes",
                            verdict.explored.spinning_level);
  }
  if (!verdict.finding && !findings.empty()) {
    verdict.finding = findings[0];
    Tracer tracer(model, explorer);
    if (findings[0].state != kNoState || !findings[0].beyond.empty()) {
      verdict.trace = tracer.to(findings[0]);
      if (findings[0].state != kNoState && verdict.trace->states.size() < explorer.level_of(findings[0].state))
        note(verdict, "the way there could not be made again from hashes: what is shown ends before it",
             "without --hash64");
    }
    explain_end(tracer, verdict);
  }
  if (verdict.trace) {
    const auto wrong = Tracer(model, explorer).apply_alias(*verdict.trace);
    if (wrong) note_alias(*wrong, verdict);
  }
  if (wish.has_coverage) add_coverage(model, verdict);
  if (!verdict.finding) check_postconditions(model, verdict);
  if (!verdict.finding) note_labels_never_reached(model, verdict);
  if (verdict.finding && verdict.outcome == Outcome::kHolds) verdict.outcome = outcome_of(*verdict.finding);
}

}  // namespace

void explain_end(Tracer& tracer, Verdict& verdict) {
  if (!verdict.trace || verdict.trace->states.empty()) return;
  const auto& last = verdict.trace->states.back().values;
  if (outcome_of(*verdict.finding) == Outcome::kDeadlock) verdict.stuck = tracer.stuck_in(last);
  const bool is_step = verdict.finding->during == kNextState && verdict.finding->beyond.empty();
  if (is_step) verdict.failed_in = tracer.failing_in(last);
}

void note_missed_changes(const Model& model, Verdict& verdict) {
  std::map<std::pair<std::string_view, std::uint32_t>, tla::Place> places;
  for (const auto* node : model.compiler->missed_changes())
    if (node->place.source) places.emplace(std::pair(node->place.source->file(), node->place.begin), node->place);
  for (const auto& [key, place] : places) {
    note(verdict,
         "it sets an element that is not there, and nothing changes: a function or a sequence keeps its domain",
         "@@ and :> of TLC, or Append, make one that has more");
    verdict.notes.back().place = place;
  }
}

static Verdict search(Model& model, const CheckOptions& wish) {
  Verdict verdict;
  auto options = wish.explore;
  const bool checks_properties = wish.checks_liveness && !model.properties.empty();
  const bool is_reduced = !model.symmetry.empty() || model.view;
  const bool needs_all = checks_properties && is_reduced && !wish.trusts_reduction;
  options.keeps_edges = checks_properties && !needs_all;
  if (checks_properties && options.keeps_hashes) {
    verdict.error =
        err(Error::Kind::kUsage, "check the property", model.properties[0].name,
            "with hashes alone there are no states left to look for a loop among", "--no-liveness, or without --hash64")
            .value();
    return verdict;
  }
  options.checks_deadlock = options.checks_deadlock && model.checks_deadlock;
  options.checks_spinning = options.checks_spinning && options.checks_deadlock;
  add_notes(model, verdict);
  const auto* reduction = model.symmetry.empty() ? "VIEW" : model.view ? "SYMMETRY and VIEW" : "SYMMETRY";
  if (checks_properties && is_reduced && wish.trusts_reduction)
    note(verdict, fmt::format("a property about behaviours may hold with {} and be false all the same, or the reverse",
                              reduction));
  Explorer explorer(model, options);
  if (wish.resume) {
    if (auto resumed = explorer.resume(*wish.resume); !resumed) {
      verdict.error = std::move(resumed.error());
      return verdict;
    }
  }
  auto explored = run(explorer, verdict);
  if (!explored) return verdict;
  verdict.explored = std::move(*explored);
  if (verdict.outcome == Outcome::kStopped) return verdict;
  const auto& findings = verdict.explored.findings;
  if (!needs_all || (!findings.empty() && findings[0].kind != Finding::Kind::kSpinDeadlock)) {
    conclude(model, explorer, wish, verdict);
    return verdict;
  }
  // What holds with the reduction is looked at once more without it; the counts stay those of the first search.
  note(verdict, fmt::format("properties about behaviours are checked without {}, which could hide a loop", reduction),
       "--force, if it is to be trusted there");
  options.reduces = false;
  options.checkpoint.clear();
  options.keeps_edges = true;
  Explorer all(model, options);
  auto with_all = run(all, verdict);
  if (!with_all) return verdict;
  const auto reduced = std::exchange(verdict.explored, std::move(*with_all));
  if (verdict.outcome != Outcome::kStopped) conclude(model, all, wish, verdict);
  auto& counts = verdict.explored;
  std::tie(counts.initial, counts.generated, counts.distinct, counts.queue, counts.levels) =
      std::tie(reduced.initial, reduced.generated, reduced.distinct, reduced.queue, reduced.levels);
  return verdict;
}

Verdict check(Model& model, const CheckOptions& wish) {
  auto verdict = search(model, wish);
  note_missed_changes(model, verdict);
  return verdict;
}

}  // namespace lorelei::modelcheck
