// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/wording.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::modelcheck {

using tla::pluscal::Body;

Wording::Wording(const Model& model, const std::vector<Value>& first) : model_(model) {
  const auto& variables = model.compiler->variables();
  for (std::size_t i = 0; i < variables.size(); ++i)
    if (model.translation && variables[i]->name == "pc") pc_ = i;
  if (pc_ && !first.empty()) name_processes(first[*pc_]);
}

// Which process has which identity: by the labels that they begin at.
void Wording::name_processes(Value pc) {
  const auto& heap = model_.heap;
  if (heap.kind(pc) != Kind::kFunction) return;
  const auto domain = heap.elements(heap.domain(pc));
  const auto labels = heap.values(pc);
  for (std::size_t i = 0; i < domain.size(); ++i)
    for (const auto& label : model_.translation->actions) {
      if (heap.kind(labels[i]) != Kind::kString || label.renamed != heap.text(labels[i])) continue;
      const auto& body = model_.translation->bodies[label.body];
      processes_[domain[i].bits] =
          body.kind == Body::Kind::kProcesses ? fmt::format("{}[{}]", body.name, to_text(heap, domain[i])) : body.name;
    }
}
std::string Wording::process_of(const StepName& step) const {
  if (step.body && step.body->kind == Body::Kind::kProcess) return step.body->name;
  if (!model_.translation || step.arguments.empty()) return "";
  return process(step.arguments[0]);
}
std::string Wording::process(Value identity) const {
  const auto known = processes_.find(identity.bits);
  return known == processes_.end() ? to_text(model_.heap, identity) : known->second;
}
std::string Wording::label_of(const StepName& step) const {
  if (step.label)
    return step.body->kind == Body::Kind::kProcedure ? fmt::format("{}.{}", step.body->name, step.label->label)
                                                     : step.label->label;
  if (step.arguments.empty()) return step.action;
  std::string arguments;
  for (const auto argument : step.arguments)
    arguments += (arguments.empty() ? "" : ", ") + to_text(model_.heap, argument);
  return fmt::format("{}({})", step.action, arguments);
}
unsigned Wording::line_of(const tla::Place& place) {
  return place.source ? place.source->position(place.begin).line : 0;
}

// What differs, as paths into the values: "owner[2].count: 0 -> 1".
void Wording::add_changes(const std::string& path, Value before, Value after, std::vector<std::string>& out) const {
  if (before == after) return;
  const auto& heap = model_.heap;
  if (heap.kind(before) == Kind::kFunction && heap.kind(after) == Kind::kFunction &&
      heap.domain(before) == heap.domain(after)) {
    const auto domain = heap.elements(heap.domain(before));
    const auto x = heap.values(before), y = heap.values(after);
    for (std::size_t i = 0; i < domain.size(); ++i) {
      const bool is_field = heap.kind(domain[i]) == Kind::kString;
      const auto inner = is_field ? fmt::format("{}.{}", path, heap.text(domain[i]))
                                  : fmt::format("{}[{}]", path, to_text(heap, domain[i]));
      add_changes(inner, x[i], y[i], out);
    }
    return;
  }
  out.push_back(fmt::format("{}: {} -> {}", path, to_text(heap, before), to_text(heap, after)));
}

std::vector<std::string> Wording::changes(const Shown& before, const Shown& after) const {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < after.size(); ++i) {
    const auto& [name, value] = after[i];
    if (is_control(name)) continue;
    if (i >= before.size() || before[i].first != name)
      all.push_back(fmt::format("{} = {}", name, to_text(model_.heap, value)));
    else if (pc_ && name == "stack")
      add_calls(before[i].second, value, all);
    else
      add_changes(name, before[i].second, value, all);
  }
  return all;
}

// What happened to the stack, in a word: "call lock", "return".
void Wording::add_calls(Value before, Value after, std::vector<std::string>& out) const {
  const auto& heap = model_.heap;
  if (before == after) return;
  if (!heap.is_sequence(after) || !heap.is_sequence(before) || heap.domain(before) == heap.domain(after)) {
    if (heap.kind(after) != Kind::kFunction || heap.kind(before) != Kind::kFunction) return;
    const auto x = heap.values(before), y = heap.values(after);
    for (std::size_t i = 0; i < x.size() && i < y.size(); ++i)
      if (heap.is_sequence(y[i]) && x[i] != y[i]) add_call(x[i], y[i], out);
    return;
  }
  add_call(before, after, out);
}
void Wording::add_call(Value before, Value after, std::vector<std::string>& out) const {
  const auto& heap = model_.heap;
  const auto x = heap.values(before), y = heap.values(after);
  if (y.size() < x.size()) return out.push_back("return");
  const auto procedure = heap.string_of_field(y[0], "procedure");
  out.push_back(fmt::format("call {}", procedure));
}

Shown Wording::shown(const TraceState& state) const {
  if (!state.shown.empty()) return state.shown;
  Shown out;
  for (std::size_t i = 0; i < state.values.size(); ++i)
    out.emplace_back(model_.compiler->variables()[i]->name, state.values[i]);
  return out;
}

std::vector<std::string> Wording::values(const Shown& shown) const {
  std::vector<std::string> all;
  for (const auto& [name, value] : shown)
    if (!is_control(name) && !(pc_ && name == "stack") && !is_unset(value))
      all.push_back(fmt::format("{} = {}", name, to_text(model_.heap, value)));
  return all;
}

// What PlusCal leaves open.
bool Wording::is_unset(Value value) const {
  const auto& heap = model_.heap;
  if (heap.kind(value) == Kind::kModelValue) return heap.text(value) == "defaultInitValue";
  if (heap.kind(value) != Kind::kFunction || heap.values(value).empty()) return false;
  const auto all = heap.values(value);
  return std::all_of(all.begin(), all.end(), [&](Value one) {
    return heap.kind(one) == Kind::kModelValue && heap.text(one) == "defaultInitValue";
  });
}

// The text of a condition as its author wrote it, on one line.
std::string Wording::source_of(const tla::Node& node) {
  if (!node.place.source) return "";
  const auto text = node.place.source->text().substr(node.place.begin, node.place.end - node.place.begin);
  std::vector<std::string> words;
  for (const auto word : split_words(text)) words.emplace_back(word);
  return join(words, " ");
}

// Of a variable that each process has, only that of the process.
std::string Wording::own_value(const std::string& name, Value value, Value process) const {
  const auto& heap = model_.heap;
  for (const auto& variable : model_.translation->variables) {
    if (variable.name != name || !variable.is_indexed || !process || heap.kind(value) != Kind::kFunction) continue;
    const auto index = heap.index_in(heap.domain(value), process);
    if (index >= 0)
      return fmt::format("{} = {}", variable.original,
                         to_text(heap, heap.values(value)[static_cast<std::size_t>(index)]));
  }
  return fmt::format("{} = {}", name, to_text(heap, value));
}

}  // namespace lorelei::modelcheck
