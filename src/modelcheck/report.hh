// SPDX-License-Identifier: GPL-3.0-or-later
// A verdict in words, as JSON, as a page and as a graph.
//
// A trace is a table: one line a step, with the process that takes it, the label it is at, the line of the source, and
// only what the step changes. Control states are not among that: the label of the next line says it.
#pragma once
#include <string>
#include <string_view>

#include "modelcheck/check.hh"
#include "modelcheck/wording.hh"

namespace lorelei::modelcheck {

enum class TraceForm { kText, kFull, kJson, kTla, kDot, kHtml };  // kFull: all variables of each state, in TLA+

// "deadlock", "invariant", ..., "holds", "stopped".
std::string_view outcome_name(const Verdict&);
// In a sentence without a full stop.
std::string headline(const Model&, const Verdict&);
// The counts, in one line.
std::string counts_text(const Explored&);

// What is wrong, why, and the way there; or that everything holds. With a newline at the end. Of kJson, kDot and kHtml
// it is what the functions below give: a whole document, also where there is no trace.
std::string to_text(const Model&, const Verdict&, TraceForm);

// One object on one line:
//   {"model":..., "outcome":"deadlock", "exit":11, "name":..., "why":..., "distinct":..., "generated":...,
//   "levels":...,
//    "initial":..., "deadlocks":{"states":..., "first_level":...}, "spinning":{...}, "trace":[{"process":...,
//    "label":..., "line":..., "action":..., "variables":{...}}, ...], "back_to":N, "stuttering":true,
//    "stuck":[{"process":..., "label":..., "waits_for":..., "values":{...}}],
//    "failed_in":{"process":..., "label":..., "action":..., "line":...},
//    "coverage":{"steps":[{"step":..., "file":..., "line":..., "distinct":..., "generated":...}],
//    "conditions":[{"file":..., "line":..., "text":..., "never":false, "asked":...}]}}
// Of behaviours that were taken by chance "behaviours", "states", "longest", "seed" and "aril" are in the place of
// counts.
std::string to_json(const Model&, const Verdict&);
// Of a model that could not be checked, or not to the end; on one line, too:
//   {"model":..., "outcome":"wrong-specification" | "wrong-config" | "stopped", "exit":..., "why":...,
//    "errors":[{"file":..., "line":..., "column":..., "text":..., "hint":...}]}
struct Unchecked {
  std::string model;
  std::string_view outcome;
  int status = 0;
  std::string why = {};                      // "": the first error
  std::vector<tla::Diagnostic> errors = {};  // and warnings, which are left out
};
std::string to_json(const Unchecked&);
// The trace alone, as other tools read it:
//   {"counterexample":{"state":[[1,{"x":0}],...], "action":[[[1,{...}],{"name":...,"location":{...},"context":{...},
//    "parameters":[...]},[2,{...}]],...]}}
// Sets and sequences are arrays, records and other functions objects, what is neither number nor truth value is a
// string. A loop is one more action, from the last state; that nothing happens any more one from a state to itself.
std::string to_counterexample(const Model&, const Verdict&);
// A page that needs nothing else and runs no script: the table, all variables of each state, the source.
std::string to_html(const Model&, const Verdict&);
// For Graphviz: a node for each state, an edge for each step.
std::string to_dot(const Model&, const Verdict&);
// The messages of TLC's -tool, for programs that read those.
std::string to_messages(const Model&, const Verdict&);

// For the functions above.

struct TraceRow {
  std::string number, process, label, line;
  std::vector<std::string> changes;
  bool is_loop = false, is_back = false;  // part of a loop; the step that closes it
};
std::vector<TraceRow> rows_of(const Wording&, const Trace&);
// How it ends, if it goes on for ever, in a sentence without a full stop; "" if it just ends.
std::string ending_of(const Trace&);
// Which step failed; who waits where and for what, and under each the values that are asked for, further to the right.
std::vector<std::string> last_lines(const Model&, const Wording&, const Verdict&);
inline const std::vector<Value>& first_state(const Verdict& verdict) {
  static const std::vector<Value> kNone;
  return verdict.trace && !verdict.trace->states.empty() ? verdict.trace->states[0].values : kNone;
}

}  // namespace lorelei::modelcheck
