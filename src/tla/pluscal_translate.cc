// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_translate.hh"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "tla/pluscal_action.hh"
#include "tla/pluscal_labels.hh"
#include "tla/pluscal_macros.hh"
#include "tla/pluscal_parser.hh"
#include "tla/pluscal_spec.hh"
#include "tla/pluscal_warnings.hh"
#include "tla/pluscal_writer.hh"

namespace lorelei::tla::pluscal {
namespace {

using Kind = Statement::Kind;

template <typename Visit>
void each_statement(const Statements& all, const Visit& visit) {
  for (const auto& one : all) {
    visit(one);
    for (const auto& part : one.parts) each_statement(part, visit);
  }
}
template <typename Visit>
void each_statement(const Algorithm& algorithm, const Visit& visit) {
  for (const auto* bodies : {&algorithm.procedures, &algorithm.processes})
    for (const auto& body : *bodies) each_statement(body.statements, visit);
}

void complain(std::vector<Diagnostic>& diagnostics, Diagnostic::Severity severity, Place place, std::string text,
              std::string hint = {}) {
  diagnostics.push_back({severity, 0, place, std::move(text), std::move(hint)});
}

bool has_error(const std::vector<Diagnostic>& diagnostics, std::size_t from) {
  return std::any_of(diagnostics.begin() + static_cast<std::ptrdiff_t>(from), diagnostics.end(),
                     [](const Diagnostic& one) { return one.severity == Diagnostic::Severity::kError; });
}

std::optional<Algorithm> read(const Source& source, const Found& found, std::vector<Diagnostic>& diagnostics) {
  if (found.end - found.begin > kMaxAlgorithmBytes) {
    complain(diagnostics, Diagnostic::Severity::kError, {&source, found.begin, found.begin + 2},
             fmt::format("this algorithm has more than {} bytes", kMaxAlgorithmBytes));
    return std::nullopt;
  }
  // Behind its end there may be a text in the same comment, of which no word is looked at.
  std::vector<Diagnostic> of_words;
  const auto tokens = read_tokens(source, found.begin, found.end, of_words);
  const auto before = diagnostics.size();
  auto algorithm = parse_algorithm(tokens, diagnostics);
  const auto end = algorithm ? algorithm->end : found.end;
  for (auto& one : of_words)
    if (one.place.begin < end) diagnostics.push_back(std::move(one));
  if (has_error(diagnostics, before)) return std::nullopt;
  return algorithm;
}

std::size_t labels_of(const Algorithm& algorithm) {
  std::size_t count = 0;
  each_statement(algorithm, [&](const Statement& one) { count += one.label.size(); });
  return count;
}

std::size_t variables_of(const Algorithm& algorithm) {
  auto count = algorithm.globals.size();
  for (const auto* bodies : {&algorithm.procedures, &algorithm.processes})
    for (const auto& body : *bodies) count += body.parameters.size() + body.locals.size();
  return count;
}

// A body that is one "while TRUE" and nothing else.
bool is_endless(const Body& body) {
  return body.statements.size() == 1 && body.statements.front().kind == Kind::kWhile &&
         is_true(body.statements.front().expression);
}

bool can_omit_pc(const Algorithm& algorithm) {
  if (!algorithm.procedures.empty()) return false;
  for (const auto& body : algorithm.processes)
    if (!is_endless(body) || body.statements.front().jumps) return false;
  bool has_modifier = false;
  each_statement(algorithm, [&](const Statement& one) {
    for (const auto& label : one.label) has_modifier |= label.modifier != Label::Modifier::kNone;
  });
  return !has_modifier;
}

bool can_terminate(const Algorithm& algorithm) {
  bool goes_to_done = false;
  each_statement(algorithm,
                 [&](const Statement& one) { goes_to_done |= one.kind == Kind::kGoto && one.target.text == "Done"; });
  return goes_to_done || std::none_of(algorithm.processes.begin(), algorithm.processes.end(), is_endless);
}

// Procedures that a body calls, and those that they call, in the order in which they are found.
std::vector<const Body*> called_by(const Algorithm& algorithm, const Body& body, const Options& options) {
  std::vector<const Body*> found;
  const auto add_those_of = [&](const Body& from) {
    each_statement(from.statements, [&](const Statement& one) {
      if (one.kind != Kind::kCall || (options.is_compatible && one.used.source)) return;
      for (const auto& procedure : algorithm.procedures)
        if (procedure.name.text == one.target.text && std::find(found.begin(), found.end(), &procedure) == found.end())
          found.push_back(&procedure);
    });
  };
  add_those_of(body);
  for (std::size_t i = 0; i < found.size(); ++i) add_those_of(*found[i]);
  return found;
}

void decide_fairness(const Options& options, Plan& plan, std::vector<Diagnostic>& diagnostics) {
  using Asked = Options::Fair;
  const auto& algorithm = plan.algorithm;
  auto asked = options.fair;
  if (!asked && options.has_termination) asked = Asked::kWeak;
  const bool is_none = asked == Asked::kNone;
  const bool has_processes = algorithm.has_processes();
  if (is_none && algorithm.is_fair && !has_processes)
    complain(diagnostics, Diagnostic::Severity::kWarning, algorithm.name.place,
             "the option nof has no effect on a fair algorithm without processes", "leave out 'fair'");
  plan.is_next_fair = (algorithm.is_fair && !(is_none && has_processes)) || asked == Asked::kNext ||
                      (!has_processes && asked && !is_none);
  for (const auto& body : algorithm.processes) {
    Fair fair;
    if (has_processes && !is_none) {
      fair.fairness = body.fairness;
      if (fair.fairness == Fairness::kNone && asked == Asked::kWeak) fair.fairness = Fairness::kWeak;
      if (fair.fairness == Fairness::kNone && asked == Asked::kStrong) fair.fairness = Fairness::kStrong;
    }
    fair.procedures = called_by(algorithm, body, options);
    plan.fair.push_back(std::move(fair));
  }
}

void add_facts(const Plan& plan, Translation& out) {
  const auto& algorithm = plan.algorithm;
  std::vector<const Body*> bodies;
  for (const auto* all : {&algorithm.procedures, &algorithm.processes})
    for (const auto& body : *all) bodies.push_back(&body);
  const auto number_of = [&](const Body* body) {
    return static_cast<std::size_t>(std::find(bodies.begin(), bodies.end(), body) - bodies.begin());
  };
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    const auto& body = *bodies[i];
    BodyFacts facts{body.kind, body.name.text, body.name.renamed, body.name.place, Fairness::kNone, {}};
    const bool is_process = i >= algorithm.procedures.size();
    const auto number = is_process ? i - algorithm.procedures.size() : i;
    if (is_process) {
      facts.fairness = plan.fair[number].fairness;
      for (const auto* procedure : plan.fair[number].procedures) facts.called.push_back(number_of(procedure));
    }
    out.bodies.push_back(std::move(facts));
    for (const auto& step : (is_process ? plan.processes : plan.procedures)[number]) {
      const auto& label = *step.label;
      const auto without_pc = body.kind == Body::Kind::kAlgorithm ? std::string("Next") : body.name.renamed;
      out.actions.push_back({plan.has_pc ? label.name.renamed : without_pc, label.name.text, label.name.renamed, i,
                             label.name.place, label.is_added, label.modifier});
      if (label.is_added) out.added_labels.push_back(label);
    }
  }
  for (const auto& variable : plan.variables.all())
    out.variables.push_back({variable.name, variable.original,
                             variable.scope ? std::optional(number_of(variable.scope)) : std::nullopt,
                             variable.declaration ? variable.declaration->name.place : Place{}, variable.is_indexed});
  out.needs_sequences = !algorithm.procedures.empty();
  each_statement(algorithm,
                 [&](const Statement& one) { out.needs_tlc |= one.kind == Kind::kPrint || one.kind == Kind::kAssert; });
}

std::optional<Translation> written(const Algorithm& algorithm, Found found, const Options& options,
                                   std::vector<Renaming> renamings, std::vector<Diagnostic>& diagnostics) {
  const auto before = diagnostics.size();
  const bool has_pc = options.keeps_pc || !can_omit_pc(algorithm);
  const Variables variables(algorithm, has_pc);
  const Definitions definitions(algorithm, variables);
  const Context context{algorithm, variables, definitions, options, has_pc, diagnostics};
  Plan plan{.algorithm = algorithm,
            .options = options,
            .variables = variables,
            .renamings = std::move(renamings),
            .procedures = {},
            .processes = {},
            .fair = {},
            .has_pc = has_pc,
            .has_termination = options.keeps_pc || (has_pc && can_terminate(algorithm))};
  for (const auto& body : algorithm.procedures) plan.procedures.push_back(steps_of(context, body));
  for (const auto& body : algorithm.processes) plan.processes.push_back(steps_of(context, body));
  if (has_error(diagnostics, before)) return std::nullopt;
  decide_fairness(options, plan, diagnostics);
  warn_of_control(plan, diagnostics);

  Writer writer(options.line_width.value_or(78));
  write_translation(plan, writer);
  if (writer.is_too_large()) {
    complain(diagnostics, Diagnostic::Severity::kError, algorithm.name.place,
             fmt::format("the translation of this algorithm has more than {} bytes", kMaxTranslationBytes));
    return std::nullopt;
  }
  Translation out;
  add_facts(plan, out);
  out.text = writer.take_text();
  out.tokens = writer.take_tokens();
  out.renamings = plan.renamings;
  out.found = std::move(found);
  out.options = options;
  out.has_pc = plan.has_pc;
  out.has_termination = plan.has_termination;
  out.is_next_fair = plan.is_next_fair;
  out.needs_default_value = plan.needs_default_value();
  return out;
}

}  // namespace

std::optional<Translation> translate(const Source& source, const Options& command_line,
                                     std::vector<Diagnostic>& diagnostics) {
  auto found = find_algorithm(source, diagnostics);
  if (!found) return std::nullopt;
  const auto options = merged(command_line, found->options);
  auto algorithm = read(source, *found, diagnostics);
  if (!algorithm || !expand_macros(*algorithm, diagnostics)) return std::nullopt;
  if (variables_of(*algorithm) > kMaxVariables) {
    complain(diagnostics, Diagnostic::Severity::kError, algorithm->name.place,
             fmt::format("this algorithm has more than {} variables", kMaxVariables));
    return std::nullopt;
  }
  std::vector<Renaming> renamings;
  // What is wrong with labels hides nothing of what is wrong with names.
  const bool is_labelled = add_labels(*algorithm, options, diagnostics);
  const bool is_named = resolve_names(*algorithm, renamings, diagnostics);
  if (!is_labelled || !is_named) return std::nullopt;
  if (labels_of(*algorithm) > kMaxLabels) {
    complain(diagnostics, Diagnostic::Severity::kError, algorithm->name.place,
             fmt::format("this algorithm has more than {} labels", kMaxLabels));
    return std::nullopt;
  }
  return written(*algorithm, *std::move(found), options, std::move(renamings), diagnostics);
}

std::vector<Token> module_tokens(const Source& source, Translation& translation, std::vector<Diagnostic>& diagnostics) {
  const auto& found = translation.found;
  const auto begin = found.region ? found.region->inner.begin : found.behind;
  const auto end = found.region ? found.region->inner.end : found.behind;
  auto before = read_tokens(source, found.module.begin, begin, diagnostics);
  before.pop_back();
  // Where there is no region yet, a line with BEGIN and one with END come with it.
  const auto marks = found.region ? 0U : 1U;
  const auto first = source.position(begin).line - 1 + marks;
  const auto lines = std::count(translation.text.begin(), translation.text.end(), '\n') + 2 * marks;
  const auto replaced = source.position(end).line - source.position(begin).line;
  const auto shift = static_cast<std::uint32_t>(lines) - replaced;  // less than nothing wraps around, and back
  auto behind = read_tokens(source, end, std::max(end, found.module.end), diagnostics);
  behind.pop_back();
  for (auto& token : behind) token.at.line += shift;
  auto all = std::exchange(translation.tokens, {});
  for (auto& token : all) token.at.line += first;
  all.reserve(all.size() + before.size() + behind.size());
  all.insert(all.begin(), std::move_iterator(before.begin()), std::move_iterator(before.end()));
  all.insert(all.end(), std::move_iterator(behind.begin()), std::move_iterator(behind.end()));
  return all;
}

}  // namespace lorelei::tla::pluscal
