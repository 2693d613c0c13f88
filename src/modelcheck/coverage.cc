// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/coverage.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/progress.hh"
#include "base/text.hh"
#include "modelcheck/operations.hh"
#include "modelcheck/walk.hh"
#include "modelcheck/wording.hh"

namespace lorelei::modelcheck {
namespace {

bool is_before(const tla::Place& a, const tla::Place& b) {
  const auto key = [](const tla::Place& place) {
    return std::pair(place.source ? place.source->file() : std::string(), place.begin);
  };
  return key(a) < key(b);
}

// The actions that name a step themselves, and not only others that they are made of.
class Innermost {
 public:
  explicit Innermost(const Model& model) {
    if (model.next) has_named(*model.next);
  }
  bool contains(std::uint32_t action) const { return actions_.contains(action); }

 private:
  // Whether there is a named step in it.
  bool has_named(const Step& step) {
    const auto [known, is_new] = seen_.try_emplace(&step, false);
    if (!is_new) return known->second;
    bool has = false;
    for (const auto* part : step.parts) has = has_named(*part) || has;
    for (const auto* part : step.other_parts) has = has_named(*part) || has;
    for (const auto& one : step.cases)
      for (const auto* part : one.parts) has = has_named(*part) || has;
    if (step.kind == Step::Kind::kNamed && !has) actions_.insert(step.action);
    return seen_[&step] = has || step.kind == Step::Kind::kNamed;
  }

  std::map<const Step*, bool> seen_;
  std::set<std::uint32_t> actions_;
};

std::vector<Coverage::Action> actions_of(const Model& model, const Explored& explored) {
  std::vector<Coverage::Action> out;
  const auto& actions = model.compiler->actions();
  const Wording words(model, {});
  const Innermost innermost(model);
  for (std::size_t i = 0; i < actions.size(); ++i) {
    Coverage::Action made{actions[i].symbol->name, actions[i].place, explored.action_distinct[i],
                          explored.action_generated[i]};
    if (made.generated == 0 && !innermost.contains(static_cast<std::uint32_t>(i))) continue;
    if (model.translation) {
      // Steps of the translation that no label stands for are none of the author's.
      const auto& labels = model.translation->actions;
      const auto label =
          std::find_if(labels.begin(), labels.end(), [&](const auto& one) { return one.action == made.name; });
      if (label == labels.end()) continue;
      made.name =
          words.label_of({label->action, {}, {}, label->place, &*label, &model.translation->bodies[label->body]});
      made.place = label->place;
    }
    out.push_back(std::move(made));
  }
  if (model.translation)  // labels that the compiler has seen no way to
    for (const auto& label : model.translation->actions) {
      const auto is_same = [&](const auto& one) { return one.symbol->name == label.action; };
      if (std::any_of(actions.begin(), actions.end(), is_same)) continue;
      out.push_back(
          {words.label_of({label.action, {}, {}, label.place, &label, &model.translation->bodies[label.body]}),
           label.place, 0, 0});
    }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return is_before(a.place, b.place); });
  return out;
}

// Whether a part of an IF does more than to say where PlusCal goes on.
bool does_something(const Step& step, const Model& model) {
  const auto any_part = [&] {
    return std::any_of(step.parts.begin(), step.parts.end(),
                       [&](const auto* part) { return does_something(*part, model); });
  };
  switch (step.kind) {
    case Step::Kind::kUnchanged:
      return false;
    case Step::Kind::kTest:
      return !(step.expression->evaluate == operations::constant && step.expression->value == kTrue);
    case Step::Kind::kAssign:
      return !(model.translation && model.compiler->variables()[step.variable]->name == "pc");
    case Step::Kind::kAll:
    case Step::Kind::kWithSlots:
      return any_part();
    default:
      return true;
  }
}

}  // namespace

Coverage coverage_of(Model& model, const Explored& explored) {
  Coverage out;
  out.actions = actions_of(model, explored);
  const Silence silence(model);
  TestCounts counts;
  Walker walker(model);
  walker.count_tests(&counts);
  walker.each_reachable({[](std::size_t, const State&, bool) { return true; }});
  // The same place may have been compiled several times.
  struct Both {
    std::uint64_t counts[2] = {0, 0};
    bool is_if = false, has_else = false;
    const tla::Node* node = nullptr;
  };
  std::map<std::pair<const tla::Source*, std::uint32_t>, Both> places;
  for (const auto& [step, of] : counts) {
    const auto* node = step->expression->node;
    if (!node || !node->place.source || reads_only_pc(*step->expression, model.compiler->variables())) continue;
    auto& both = places[{node->place.source, node->place.begin}];
    both.counts[0] += of[0];
    both.counts[1] += of[1];
    both.node = node;
    both.is_if = both.is_if || step->kind == Step::Kind::kIf;
    both.has_else = both.has_else || (step->kind == Step::Kind::kIf && does_something(*step->parts[1], model));
  }
  for (const auto& [place, both] : places) {
    const bool is_never_true = both.counts[1] == 0;
    if (!is_never_true && !(both.is_if && both.has_else && both.counts[0] == 0)) continue;
    out.conditions.push_back(
        {Wording::source_of(*both.node), both.node->place, both.counts[0] + both.counts[1], is_never_true});
  }
  std::stable_sort(out.conditions.begin(), out.conditions.end(),
                   [](const auto& a, const auto& b) { return is_before(a.place, b.place); });
  return out;
}

std::string to_text(const Coverage& of) {
  const auto where = [](const tla::Place& place) {
    return place.source ? fmt::format("{}:{}", place.source->file(), Wording::line_of(place)) : std::string();
  };
  std::vector<std::array<std::string, 4>> rows = {{"step", "where", "new states", "times"}};
  for (const auto& one : of.actions)
    rows.push_back({printable(one.name), printable(where(one.place)), count_text(one.distinct),
                    one.generated ? count_text(one.generated) : "never"});
  std::array<std::size_t, 4> widths{};
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string out = "\n";
  for (const auto& row : rows)
    out += fmt::format("  {:<{}}  {:<{}}  {:>{}}  {:>{}}\n", row[0], widths[0], row[1], widths[1], row[2], widths[2],
                       row[3], widths[3]);
  if (!of.conditions.empty()) out += "\n";
  for (const auto& one : of.conditions)
    out += fmt::format("  {}: never {}, of {} times:  {}\n", printable(where(one.place)),
                       one.is_never_true ? "true" : "false", count_text(one.asked), printable(one.text));
  return out;
}

}  // namespace lorelei::modelcheck
