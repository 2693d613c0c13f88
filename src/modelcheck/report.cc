// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/report.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"
#include "modelcheck/coverage.hh"

namespace lorelei::modelcheck {

std::string_view outcome_name(const Verdict& verdict) {
  if (!verdict.finding) return verdict.outcome == Outcome::kStopped ? "stopped" : "holds";
  switch (verdict.finding->kind) {
    case Finding::Kind::kInvariant:
      return "invariant";
    case Finding::Kind::kInitialPredicate:
    case Finding::Kind::kStepProperty:
    case Finding::Kind::kTemporal:
      return "property";
    case Finding::Kind::kDeadlock:
      return "deadlock";
    case Finding::Kind::kSpinDeadlock:
      return "spin-deadlock";
    case Finding::Kind::kAssumption:
      return "assumption";
    case Finding::Kind::kPostcondition:
      return "postcondition";
    case Finding::Kind::kAssertion:
      return "assertion";
    case Finding::Kind::kFailure:
      break;
  }
  return "failure";
}

std::string headline(const Model& model, const Verdict& verdict) {
  const auto& counts = verdict.explored;
  if (!verdict.finding && verdict.simulated)
    return fmt::format("nothing wrong was found in {} behaviours of {} states together{}",
                       verdict.simulated->behaviours, verdict.simulated->states,
                       verdict.outcome == Outcome::kStopped ? ", then stopped" : "");
  if (!verdict.finding) {
    if (verdict.outcome == Outcome::kStopped)
      return fmt::format("stopped before all states were seen: {} states, {} steps, depth {} until then",
                         counts.distinct, counts.generated, counts.levels);
    auto text = fmt::format("holds: {} states, {} steps, depth {}", counts.distinct, counts.generated, counts.levels);
    if (counts.missed > 0) text += fmt::format("; a state was missed with a probability below {:.1g}", counts.missed);
    return text;
  }
  const auto& of = *verdict.finding;
  switch (of.kind) {
    case Finding::Kind::kInvariant:
      return fmt::format("the invariant {} does not hold", of.name);
    case Finding::Kind::kInitialPredicate:
      return fmt::format("the property {} does not hold in the first state", of.name);
    case Finding::Kind::kStepProperty:
      return fmt::format("the last step is none that the property {} allows", of.name);
    case Finding::Kind::kTemporal:
      return fmt::format("the property {} does not hold", of.name);
    case Finding::Kind::kDeadlock:
      return model.translation ? "deadlock: no process can take a step, and not all have ended"
                               : "deadlock: there is no next state";
    case Finding::Kind::kSpinDeadlock:
      return "spin deadlock: steps are taken for ever, and none of them changes anything";
    case Finding::Kind::kAssumption:
      return of.name.empty() ? "an assumption is not true" : fmt::format("the assumption {} is not true", of.name);
    case Finding::Kind::kPostcondition:
      return fmt::format("the postcondition {} is not true", of.name);
    case Finding::Kind::kAssertion:
      return fmt::format("an assertion failed: {}", of.text);
    case Finding::Kind::kFailure:
      break;
  }
  return fmt::format("{} could not be evaluated: {}", of.during, of.text);
}

std::string counts_text(const Explored& counts) {
  return fmt::format("{} states generated, {} distinct, {} initial, depth {}", counts.generated, counts.distinct,
                     counts.initial, counts.levels);
}

std::vector<TraceRow> rows_of(const Wording& words, const Trace& trace) {
  std::vector<TraceRow> rows;
  auto before = words.shown(trace.states[0]);
  rows.push_back({"1", "", "start", "", words.values(before), false, false});
  const auto add = [&](const StepName& step, const Shown& after, std::size_t number) {
    const auto line = Wording::line_of(step.place);
    auto& row = rows.emplace_back();
    row = {std::to_string(number), words.process_of(step), words.label_of(step), line ? std::to_string(line) : "",
           words.changes(before, after)};
    before = after;
  };
  for (std::size_t i = 1; i < trace.states.size(); ++i) {
    add(trace.states[i].step, words.shown(trace.states[i]), i + 1);
    rows.back().is_loop = trace.back_to && i > *trace.back_to;
  }
  if (trace.back_to && !trace.is_stuttering) {
    add(trace.back_step, words.shown(trace.states[*trace.back_to]), *trace.back_to + 1);
    rows.back().is_loop = rows.back().is_back = true;
  }
  return rows;
}

std::string ending_of(const Trace& trace) {
  if (!trace.back_to) return "";
  if (trace.is_stuttering) return "and then nothing happens any more";
  return fmt::format("and so on for ever: the last step leads back to state {}", *trace.back_to + 1);
}

namespace {

// Processes that have run off the end of a procedure: no label is there.
void add_lost(const Model& model, const Wording& words, const Verdict& verdict, std::vector<std::string>& out) {
  const auto& heap = model.heap;
  const auto pc = verdict.trace->states.back().values[*words.pc()];
  if (heap.kind(pc) != Kind::kFunction) return;
  for (std::size_t i = 0; i < heap.values(pc).size(); ++i) {
    const auto label = heap.values(pc)[i];
    if (heap.kind(label) == Kind::kString && heap.text(label) == "Error")
      out.push_back(fmt::format("{} has come to the end of a procedure without a return",
                                words.process(heap.elements(heap.domain(pc))[i])));
  }
}

}  // namespace

std::vector<std::string> last_lines(const Model& model, const Wording& words, const Verdict& verdict) {
  std::vector<std::string> out;
  if (verdict.failed_in && !verdict.failed_in->action.empty()) {
    const auto who = words.process_of(*verdict.failed_in);
    const auto line = Wording::line_of(verdict.failed_in->place);
    out.push_back(fmt::format("and then {} fails in the step {}{}", who.empty() ? "it" : who,
                              words.label_of(*verdict.failed_in), line ? fmt::format(" (line {})", line) : ""));
  }
  for (const auto& one : verdict.stuck) {
    const auto who = one.process ? words.process(one.process) : words.process_of(one.step);
    out.push_back(fmt::format("{} is at {} (line {}) and waits for  {}", who.empty() ? "it" : who,
                              words.label_of(one.step), Wording::line_of(one.step.place),
                              Wording::source_of(*one.condition)));
    for (const auto& [name, value] : one.values) out.push_back("    " + words.own_value(name, value, one.process));
  }
  if (verdict.outcome != Outcome::kDeadlock) return out;
  if (words.pc()) add_lost(model, words, verdict, out);
  if (verdict.finding->kind == Finding::Kind::kDeadlock)
    out.emplace_back("(if it may stop there: --no-deadlock, or CHECK_DEADLOCK FALSE in the .cfg)");
  return out;
}

namespace {

class Report {
 public:
  Report(const Model& model, const Verdict& verdict)
      : model_(model), verdict_(verdict), words_(model, first_state(verdict)) {}

  std::string text(TraceForm form) const {
    std::string out = fmt::format("{}: {}\n", model_.name, headline(model_, verdict_));
    if (verdict_.finding && verdict_.finding->node && verdict_.finding->node->place.source &&
        verdict_.finding->kind != Finding::Kind::kInvariant) {
      const auto& at = *verdict_.finding;
      const auto shown = at.text.empty() ? std::string("this is not true") : at.text;
      out += tla::to_text({tla::Diagnostic::Severity::kError, 0, at.node->place, shown, ""}) + "\n";
    }
    if (verdict_.trace && !verdict_.trace->states.empty())
      out += form == TraceForm::kText ? table() : form == TraceForm::kTla ? tla_trace() : states();
    const auto last = last_lines(model_, words_, verdict_);
    if (!last.empty()) out += "\n";
    for (const auto& line : last) out += "  " + printable(line) + "\n";
    if (verdict_.coverage) out += to_text(*verdict_.coverage);
    return out;
  }

 private:
  std::string table() const {
    auto rows = rows_of(words_, *verdict_.trace);
    rows.insert(rows.begin(), {"", model_.translation ? "process" : "", "step", "line", {"what it changes"}});
    std::size_t number = 0, process = 0, label = 0, line = 0;
    for (const auto& one : rows) {
      number = std::max(number, one.number.size());
      process = std::max(process, one.process.size());
      label = std::max(label, one.label.size());
      line = std::max(line, one.line.size());
    }
    std::string out = "\n";
    for (const auto& one : rows) {
      auto text = fmt::format(" {} {:>{}}  ", one.is_back ? "^" : one.is_loop ? "|" : " ", one.number, number);
      if (process > 0) text += fmt::format("{:<{}}  ", one.process, process);
      text += fmt::format("{:<{}}  {:>{}}  {}", one.label, label, one.line, line, join(one.changes, ", "));
      out += printable(std::string(trimmed_right(text))) + "\n";
    }
    return out + ending();
  }
  static std::string_view trimmed_right(std::string_view text) {
    const auto end = text.find_last_not_of(' ');
    return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
  }

  std::string ending() const {
    auto text = ending_of(*verdict_.trace);
    if (text.empty()) return text;
    text = fmt::format("\n  {}\n", text);
    if (!verdict_.trace->is_shortest) text += "  (there may be a shorter way)\n";
    return text;
  }

  std::string states() const {
    const auto& trace = *verdict_.trace;
    std::string out;
    for (std::size_t i = 0; i < trace.states.size(); ++i) {
      const auto& state = trace.states[i];
      const auto line = Wording::line_of(state.step.place);
      out += fmt::format(
          "\nState {}: {}\n", i + 1,
          i == 0 ? "<Initial predicate>"
                 : fmt::format("<{}{}>", words_.label_of(state.step), line ? fmt::format(" line {}", line) : ""));
      for (const auto& [name, value] : words_.shown(state))
        out += printable(fmt::format("/\\ {} = {}", name, to_text(model_.heap, value))) + "\n";
    }
    return out + ending();
  }

  std::string tla_trace() const {
    std::string out = "\n<<";
    for (const auto& state : verdict_.trace->states) {
      out += &state == &verdict_.trace->states[0] ? "\n  [" : ",\n  [";
      std::vector<std::string> fields;
      for (const auto& [name, value] : words_.shown(state))
        fields.push_back(printable(fmt::format("{} |-> {}", name, to_text(model_.heap, value))));
      out += join(fields, ", ");
      out += "]";
    }
    return out + "\n>>\n" + ending();
  }

  const Model& model_;
  const Verdict& verdict_;
  Wording words_;
};

}  // namespace

std::string to_text(const Model& model, const Verdict& verdict, TraceForm form) {
  switch (form) {
    case TraceForm::kText:
    case TraceForm::kFull:
    case TraceForm::kTla:
      break;
    case TraceForm::kJson:
      return to_counterexample(model, verdict);
    case TraceForm::kDot:
      return to_dot(model, verdict);
    case TraceForm::kHtml:
      return to_html(model, verdict);
  }
  return Report(model, verdict).text(form);
}

}  // namespace lorelei::modelcheck
