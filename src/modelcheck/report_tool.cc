// SPDX-License-Identifier: GPL-3.0-or-later
// The messages that editors read from the usual checker, each between two lines with its number and how grave it is.
#include <fmt/format.h>

#include "base/text.hh"
#include "modelcheck/report.hh"

namespace lorelei::modelcheck {
namespace {

// How grave a message is, as the usual checker numbers it.
enum class Severity { kNote = 0, kError = 1, kState = 4 };

class Messages {
 public:
  Messages(const Model& model, const Verdict& verdict)
      : model_(model), verdict_(verdict), words_(model, first_state(verdict)) {}

  std::string text() {
    const auto& counts = verdict_.explored;
    add(2262, Severity::kNote, "lorelei model");
    add(2185, Severity::kNote, "Starting...");
    add(2189, Severity::kNote, "Computing initial states...");
    add(2190, Severity::kNote,
        fmt::format("Finished computing initial states: {} distinct states generated.", counts.initial));
    if (verdict_.finding)
      finding();
    else if (verdict_.outcome == Outcome::kHolds && !verdict_.simulated)
      add(2193, Severity::kNote, "Model checking completed. No error has been found.");
    add(2199, Severity::kNote,
        fmt::format("{} states generated, {} distinct states found, {} states left on queue.", counts.generated,
                    counts.distinct, counts.queue));
    if (!verdict_.simulated)
      add(2194, Severity::kNote, fmt::format("The depth of the complete state graph search is {}.", counts.levels));
    add(2186, Severity::kNote, "Finished.");
    return std::move(out_);
  }

 private:
  void add(int code, Severity severity, std::string_view text) {
    out_ += fmt::format("@!@!@STARTMSG {}:{} @!@!@\n{}\n@!@!@ENDMSG {} @!@!@\n", code, static_cast<int>(severity),
                        printable(text, Lines::kKeep), code);
  }

  void finding() {
    const auto& of = *verdict_.finding;
    const bool is_first = verdict_.trace && verdict_.trace->states.size() == 1;
    switch (of.kind) {
      case Finding::Kind::kInvariant:
        add(is_first ? 2107 : 2110, Severity::kError,
            fmt::format("Invariant {} is violated{}.", of.name, is_first ? " by the initial state" : ""));
        break;
      case Finding::Kind::kInitialPredicate:
        add(2107, Severity::kError, fmt::format("Property {} is violated by the initial state.", of.name));
        break;
      case Finding::Kind::kStepProperty:
        add(2112, Severity::kError, fmt::format("Action property {} is violated.", of.name));
        break;
      case Finding::Kind::kDeadlock:
      case Finding::Kind::kSpinDeadlock:
        add(2114, Severity::kError, "Deadlock reached.");
        break;
      case Finding::Kind::kTemporal:
        add(2116, Severity::kError, "Temporal properties were violated.");
        break;
      case Finding::Kind::kAssumption:
        add(2104, Severity::kError, headline(model_, verdict_));
        break;
      case Finding::Kind::kAssertion:
        add(2132, Severity::kError, of.text);
        break;
      case Finding::Kind::kPostcondition:
      case Finding::Kind::kFailure:
        add(1000, Severity::kError, headline(model_, verdict_));
        break;
    }
    if (verdict_.trace && !verdict_.trace->states.empty()) trace(*verdict_.trace);
  }

  std::string action(const StepName& step) const {
    const auto& place = step.place;
    if (!place.source) return fmt::format("<{}>", words_.label_of(step));
    const auto begin = place.source->position(place.begin);
    const auto end = place.source->position(place.end > place.begin ? place.end - 1 : place.end);
    return fmt::format("<{} line {}, col {} to line {}, col {} of module {}>", step.action, begin.line, begin.column,
                       end.line, end.column, std::filesystem::path(place.source->file()).stem().string());
  }

  void trace(const Trace& trace) {
    add(2121, Severity::kError, "The behavior up to this point is:");
    for (std::size_t i = 0; i < trace.states.size(); ++i) {
      auto text = fmt::format("{}: {}", i + 1, i == 0 ? "<Initial predicate>" : action(trace.states[i].step));
      for (const auto& [name, value] : words_.shown(trace.states[i]))
        text += fmt::format("\n/\\ {} = {}", name, to_text(model_.heap, value));
      add(2217, Severity::kState, text + "\n");
    }
    if (trace.is_stuttering)
      add(2218, Severity::kState, fmt::format("{}: Stuttering", trace.states.size() + 1));
    else if (trace.back_to)
      add(2122, Severity::kState, fmt::format("{}: Back to state: {}", *trace.back_to + 1, action(trace.back_step)));
  }

  const Model& model_;
  const Verdict& verdict_;
  Wording words_;
  std::string out_;
};

}  // namespace

std::string to_messages(const Model& model, const Verdict& verdict) { return Messages(model, verdict).text(); }

}  // namespace lorelei::modelcheck
