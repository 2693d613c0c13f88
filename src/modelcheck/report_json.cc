// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "base/json.hh"
#include "modelcheck/report.hh"

namespace lorelei::modelcheck {
namespace {

class JsonReport {
 public:
  JsonReport(const Model& model, const Verdict& verdict)
      : model_(model), verdict_(verdict), words_(model, first_state(verdict)) {}

  std::string verdict() {
    to_.begin_object();
    to_.member("model", model_.name);
    to_.member("outcome", outcome_name(verdict_));
    to_.member("exit", static_cast<int>(verdict_.outcome));
    if (verdict_.finding && !verdict_.finding->name.empty()) to_.member("name", verdict_.finding->name);
    to_.member("why", headline(model_, verdict_));
    if (verdict_.simulated) {
      simulated(*verdict_.simulated);
    } else {
      counts(verdict_.explored);
    }
    if (verdict_.trace) trace();
    if (!verdict_.stuck.empty()) stuck();
    if (verdict_.failed_in) {
      to_.key("failed_in");
      to_.begin_object();
      step(*verdict_.failed_in);
      to_.end_object();
    }
    if (verdict_.coverage) coverage(*verdict_.coverage);
    to_.end_object();
    return out_ + "\n";
  }

  std::string counterexample() {
    to_.begin_object();
    to_.key("counterexample");
    to_.begin_object();
    const auto count = verdict_.trace ? verdict_.trace->states.size() : 0;
    to_.key("state");
    to_.begin_array();
    for (std::size_t i = 0; i < count; ++i) state(i);
    to_.end_array();
    to_.key("action");
    to_.begin_array();
    for (std::size_t i = 1; i < count; ++i) action(i - 1, verdict_.trace->states[i].step, i);
    if (count > 0 && verdict_.trace->back_to) {
      auto step = verdict_.trace->back_step;
      if (verdict_.trace->is_stuttering) step.action = "Stuttering";
      action(count - 1, step, verdict_.trace->is_stuttering ? count - 1 : *verdict_.trace->back_to);
    }
    to_.end_array();
    to_.end_object();
    to_.end_object();
    return out_ + "\n";
  }

 private:
  void counts(const Explored& counts) {
    to_.member("initial", counts.initial);
    to_.member("distinct", counts.distinct);
    if (counts.missed > 0) to_.member("missed_probability", fmt::format("{:.1g}", counts.missed));
    to_.member("generated", counts.generated);
    to_.member("levels", counts.levels);
    if (counts.deadlocks > 0) places("deadlocks", counts.deadlocks, counts.deadlock_level);
    if (counts.spinning > 0) places("spinning", counts.spinning, counts.spinning_level);
  }
  void simulated(const Simulated& of) {
    to_.member("behaviours", of.behaviours);
    to_.member("states", of.states);
    to_.member("longest", of.longest);
    to_.member("seed", of.seed);
    to_.member("aril", of.aril);
  }
  void places(const char* what, std::uint64_t states, std::uint64_t level) {
    to_.key(what);
    to_.begin_object();
    to_.member("states", states);
    to_.member("first_level", level);
    to_.end_object();
  }

  void trace() {
    to_.key("trace");
    to_.begin_array();
    for (const auto& state : verdict_.trace->states) {
      to_.begin_object();
      step(state.step);
      to_.key("variables");
      to_.begin_object();
      for (const auto& [name, value] : words_.shown(state)) to_.member(name, to_text(model_.heap, value));
      to_.end_object();
      to_.end_object();
    }
    to_.end_array();
    if (!verdict_.trace->back_to) return;
    to_.member("back_to", *verdict_.trace->back_to + 1);
    to_.member("stuttering", verdict_.trace->is_stuttering);
    to_.member("shortest", verdict_.trace->is_shortest);
  }
  void step(const StepName& of) {
    if (of.action.empty()) return;
    if (const auto who = words_.process_of(of); !who.empty()) to_.member("process", who);
    if (of.label) to_.member("label", words_.label_of(of));
    to_.member("action", of.action);
    if (const auto line = Wording::line_of(of.place)) to_.member("line", line);
  }
  void stuck() {
    to_.key("stuck");
    to_.begin_array();
    for (const auto& one : verdict_.stuck) {
      to_.begin_object();
      to_.member("process", one.process ? words_.process(one.process) : words_.process_of(one.step));
      to_.member("label", words_.label_of(one.step));
      to_.member("line", Wording::line_of(one.step.place));
      to_.member("waits_for", Wording::source_of(*one.condition));
      to_.key("values");
      to_.begin_object();
      for (const auto& [name, value] : one.values) to_.member(name, to_text(model_.heap, value));
      to_.end_object();
      to_.end_object();
    }
    to_.end_array();
  }

  void coverage(const Coverage& of) {
    to_.key("coverage");
    to_.begin_object();
    to_.key("steps");
    to_.begin_array();
    for (const auto& one : of.actions) {
      to_.begin_object();
      to_.member("step", one.name);
      file_and_line(one.place);
      to_.member("distinct", one.distinct);
      to_.member("generated", one.generated);
      to_.end_object();
    }
    to_.end_array();
    to_.key("conditions");
    to_.begin_array();
    for (const auto& one : of.conditions) {
      to_.begin_object();
      file_and_line(one.place);
      to_.member("text", one.text);
      to_.member("never", one.is_never_true);
      to_.member("asked", one.asked);
      to_.end_object();
    }
    to_.end_array();
    to_.end_object();
  }
  void file_and_line(const tla::Place& place) {
    if (!place.source) return;
    to_.member("file", place.source->file());
    to_.member("line", Wording::line_of(place));
  }

  void state(std::size_t number) {
    to_.begin_array();
    to_.value(number + 1);
    to_.begin_object();
    for (const auto& [name, value] : words_.shown(verdict_.trace->states[number])) {
      to_.key(name);
      write(value);
    }
    to_.end_object();
    to_.end_array();
  }
  void action(std::size_t from, const StepName& step, std::size_t to) {
    to_.begin_array();
    state(from);
    to_.begin_object();
    to_.member("name", step.action);
    location(step.place);
    to_.key("context");
    to_.begin_object();
    for (std::size_t i = 0; i < step.parameters.size() && i < step.arguments.size(); ++i) {
      to_.key(step.parameters[i]);
      write(step.arguments[i]);
    }
    to_.end_object();
    to_.key("parameters");
    to_.begin_array();
    for (const auto& parameter : step.parameters) to_.value(parameter);
    to_.end_array();
    to_.end_object();
    state(to);
    to_.end_array();
  }
  void location(const tla::Place& place) {
    if (!place.source) return;
    const auto begin = place.source->position(place.begin);
    const auto end = place.source->position(place.end > place.begin ? place.end - 1 : place.end);
    to_.key("location");
    to_.begin_object();
    to_.member("beginLine", begin.line);
    to_.member("beginColumn", begin.column);
    to_.member("endLine", end.line);
    to_.member("endColumn", end.column);
    to_.member("module", std::filesystem::path(place.source->file()).stem().string());
    to_.end_object();
  }

  void write(Value value) {
    const auto& heap = model_.heap;
    switch (heap.kind(value)) {
      case Kind::kBoolean:
        return to_.value(value == kTrue);
      case Kind::kInteger:
        return to_.value(heap.number(value));
      case Kind::kString:
      case Kind::kModelValue:
        return to_.value(heap.text(value));
      case Kind::kSet:
        return write_all(heap.elements(value));
      case Kind::kFunction:
        break;
      default:  // infinite: as it is written
        return to_.value(to_text(heap, value));
    }
    if (heap.is_sequence(value)) return write_all(heap.values(value));
    const auto names = heap.elements(heap.domain(value));
    to_.begin_object();
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool is_text = heap.kind(names[i]) == Kind::kString || heap.kind(names[i]) == Kind::kModelValue;
      to_.key(is_text ? std::string(heap.text(names[i])) : to_text(heap, names[i]));
      write(heap.values(value)[i]);
    }
    to_.end_object();
  }
  void write_all(std::span<const Value> values) {
    to_.begin_array();
    for (const auto value : values) write(value);
    to_.end_array();
  }

  const Model& model_;
  const Verdict& verdict_;
  Wording words_;
  std::string out_;
  JsonWriter to_{out_};
};

}  // namespace

std::string to_json(const Model& model, const Verdict& verdict) { return JsonReport(model, verdict).verdict(); }
std::string to_json(const Unchecked& of) {
  std::vector<tla::Diagnostic> errors;
  std::copy_if(of.errors.begin(), of.errors.end(), std::back_inserter(errors),
               [](const auto& one) { return one.severity == tla::Diagnostic::Severity::kError; });
  std::string out;
  JsonWriter to(out);
  to.begin_object();
  to.member("model", of.model);
  to.member("outcome", of.outcome);
  to.member("exit", of.status);
  to.member("why", of.why.empty() && !errors.empty() ? errors[0].text : of.why);
  to.key("errors");
  to.begin_array();
  for (const auto& one : errors) {
    to.begin_object();
    if (one.place.source) {
      const auto at = one.place.source->position(one.place.begin);
      to.member("file", one.place.source->file());
      to.member("line", at.line);
      to.member("column", at.column);
    }
    to.member("text", one.text);
    if (!one.hint.empty()) to.member("hint", one.hint);
    to.end_object();
  }
  to.end_array();
  to.end_object();
  return out + "\n";
}
std::string to_counterexample(const Model& model, const Verdict& verdict) {
  return JsonReport(model, verdict).counterexample();
}

}  // namespace lorelei::modelcheck
